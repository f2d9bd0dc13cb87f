import { describe, expect, it } from "vitest";
import { hasFixtures, NO_FIXTURES, readFixture } from "../../../test/kit/fixtures.ts";
import { DecodeError } from "../../base/errors.ts";
import { ExpositionParser, parseFloatText, type ExpositionFormat } from "./exposition-parser.ts";

/** Everything a text holds, a line each. */
function read(text: string, format: ExpositionFormat = "text"): string[] {
  const parser = new ExpositionParser(text, format);
  const lines: string[] = [];
  for (let kind = parser.next(); kind; kind = parser.next()) {
    if (kind === "type") lines.push(`type ${parser.family} ${parser.type}`);
    else if (kind !== "sample") lines.push(`${kind} ${parser.family} ${JSON.stringify(parser.text)}`);
    else {
      const { value, timestampMillis, exemplar } = parser;
      const time = timestampMillis === undefined ? "" : ` @${timestampMillis}`;
      const more = exemplar ? ` # ${exemplar.labels.join(" ")} = ${exemplar.value} @${exemplar.timestampMillis}` : "";
      lines.push(`${parser.labels().join(" ")} = ${value}${time}${more}`);
    }
  }
  return lines;
}

describe("the text format", () => {
  const check = (text: string, ...expected: string[]) => expect(read(text)).toEqual(expected);

  it("has samples with and without labels and timestamps", () => {
    check("up 1", "__name__ up = 1");
    check("up 1\n\n  up\t0 \n", "__name__ up = 1", "__name__ up = 0");
    check('a{b="1",a="2",} 3 -1500', "__name__ a a 2 b 1 = 3 @-1500");
    check('a { b = "1" , c = "2" }4', "__name__ a b 1 c 2 = 4");
    check(
      "a{} NaN\nb +Inf\nc -inf\nd 1.5e-3\ne .5",
      "__name__ a = NaN",
      "__name__ b = Infinity",
      "__name__ c = -Infinity",
      "__name__ d = 0.0015",
      "__name__ e = 0.5",
    );
  });

  it("undoes escapes, leaves unknown ones, and takes an empty label as none", () => {
    check(String.raw`a{b="x\\y\"z\n\t",c=""} 1`, '__name__ a b x\\y"z\n\\t = 1');
  });

  it("has quoted names of any UTF-8 text", () => {
    check(
      '{"http.server.duration", "service.name"="ü", b="1"} 2',
      "__name__ http.server.duration b 1 service.name ü = 2",
    );
    check('a{"b.c"="1"} 2', "__name__ a b.c 1 = 2");
    check('# TYPE "a.b" counter\n# HELP "a.b" x', "type a.b counter", 'help a.b "x"');
  });

  it("has types and helps, and comments that say nothing", () => {
    check(
      '# HELP a say \\\\ \\n "this"\n# TYPE a untyped\n# just a note\n#\n#TYPE b summary\n# HELP c',
      'help a "say \\\\ \\n \\"this\\""',
      "type a unknown",
      "type b summary",
      'help c ""',
    );
  });

  it("says line and column of what it does not understand", () => {
    const fails = (text: string, expected: RegExp) => {
      expect(() => read(text)).toThrow(DecodeError);
      expect(() => read(text)).toThrow(expected);
    };
    fails("up 1\nup x\n", /line 2, column 4: expected a value, got "x"/);
    fails("up", /line 1, column 3: expected a value, got the end of the line/);
    fails("a 1 2x", /line 1, column 5: expected a timestamp or the end of the line/);
    fails("a 1 2 3", /line 1, column 7: expected the end of the line/);
    fails('a{b="1} 2', /line 1, column 5: expected a closing "/);
    fails('a{b="1\n"} 2', /column 5: expected a closing "/);
    fails('a{b"1"} 2', /column 4: expected = after the label name/);
    fails('a{b="1" c="2"} 2', /column 9: expected , or }/);
    fails('a{b="1",b="2"} 2', /expected the label b once/);
    fails('{b="1"} 2', /expected a metric name in quotes/);
    fails("1a 2", /column 1: expected a metric name, got "1a 2"/);
    fails("# TYPE a thing", /column 10: expected one of counter, gauge, histogram, summary, untyped, got "thing"/);
    fails('a{b="\u0000"} 1', /expected a text without U\+0000/);
    fails("a 0x1p3", /expected a value/);
    fails("a constructor", /expected a value/);
    fails('a 1 # {t="1"} 1', /expected a timestamp or the end of the line/);
  });
});

describe("OpenMetrics", () => {
  const om = (text: string) => read(`${text}\n# EOF\n`, "openmetrics");

  it("has units, exemplars and timestamps in seconds", () => {
    expect(
      om(
        '# TYPE a histogram\n# UNIT a seconds\n# HELP a say \\"it\\"\na_bucket{le="1.0"} 2 1.5 # {trace_id="x"} 0.25 1.25\na_count 2 # {} 1\na_created 1e9',
      ),
    ).toEqual([
      "type a histogram",
      'unit a "seconds"',
      'help a "say \\"it\\""',
      "__name__ a_bucket le 1.0 = 2 @1500 # trace_id x = 0.25 @1250",
      "__name__ a_count = 2 #  = 1 @undefined",
      "__name__ a_created = 1000000000",
    ]);
    expect(om("# TYPE s stateset\n# TYPE i info\n# TYPE g gaugehistogram\n# TYPE u unknown")).toHaveLength(4);
  });

  it("is stricter", () => {
    const fails = (text: string, expected: RegExp) => expect(() => read(text, "openmetrics")).toThrow(expected);
    fails("a 1\n", /line 2, column 1: expected # EOF at the end/);
    fails("a 1\n\n# EOF\n", /line 2, column 1: expected no empty line/);
    fails("a  1\n# EOF\n", /column 3: expected a value/);
    fails("# note\n# EOF", /column 3: expected TYPE, HELP, UNIT or EOF/);
    fails("# EOF\na 1\n", /line 2, column 1: expected nothing after # EOF/);
    fails("# TYPE a untyped\n# EOF", /expected one of counter, gauge, histogram, gaugehistogram/);
    fails("a 1 # b\n# EOF", /expected { of an exemplar/);
  });
});

describe("whole texts", () => {
  it.skipIf(!hasFixtures)(`of real targets are read to their end${hasFixtures ? "" : ` (${NO_FIXTURES})`}`, () => {
    const counts = (path: string, format: ExpositionFormat) => {
      const text = readFixture(`prom-exposition/${path}`).toString();
      const lines = read(text, format);
      const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
      expect(lines.filter((line) => line.includes(" = "))).toHaveLength(samples);
      expect(lines.filter((line) => line.startsWith("type "))).toHaveLength(text.match(/^# TYPE /gm)?.length ?? 0);
      return [samples, lines.filter((line) => line.includes(" # ")).length];
    };
    expect(counts("alltypes.237mfs.prom.txt", "text")[0]).toBeGreaterThan(1000);
    expect(counts("alltypes.5mfs.om.txt", "openmetrics")[1]).toBeGreaterThan(5);
    expect(counts("1histogram.om.txt", "openmetrics")[0]).toBeGreaterThan(10);
  });

  it("gives the text of a series as its key, the same for the same series", () => {
    const parser = new ExpositionParser('a{b="1"} 1\na{b="1"} 2', "text");
    parser.next();
    const first = parser.series;
    parser.next();
    expect([first, parser.series]).toEqual(['a{b="1"}', 'a{b="1"}']);
  });
});

it("reads numbers as Go does", () => {
  const check = (text: string, expected: number | undefined) => expect(parseFloatText(text)).toBe(expected);
  check("1", 1);
  check("+1.", 1);
  check("-.5E+2", -50);
  check("InFinity", Infinity);
  check("-Inf", -Infinity);
  check("nan", NaN);
  for (const text of ["", ".", "1_000", "0x10", "1e", "--1", "infinit", " 1"]) check(text, undefined);
});
