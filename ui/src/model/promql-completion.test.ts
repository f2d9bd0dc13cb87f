import { expect, test } from "vitest";
import { applyProm, promEditAt, suggestProm, type PromKnown } from "./promql-completion.ts";
import { errorRange, paintPieces, positionIn, tokenize } from "./promql-tokens.ts";

/** "|" is the cursor. */
function edit(text: string): string {
  const cursor = text.indexOf("|");
  const { kind, typed, metric, label } = promEditAt(text.replace("|", ""), cursor);
  return [kind, typed && `“${typed}”`, metric && `of ${metric}`, label && `for ${label}`].filter(Boolean).join(" ");
}

const KNOWN: PromKnown = {
  metrics: [
    { name: "http_requests_total", type: "counter", help: "Requests" },
    { name: "http.server.duration", type: "histogram", help: "" },
  ],
  labels: ["job", "service.name"],
  values: ["api", 'we "quote"'],
};

test.each([
  ["|", "expression"],
  ["ra|", "expression “ra”"],
  ["sum(|)", "expression"],
  ["rate(http_requests_total[|", "duration"],
  ["rate(http_requests_total[5|])", "duration “5”"],
  ["x offset |", "duration"],
  ["up{|", "label of up"],
  ["up{j|}", "label “j” of up"],
  ['up{job="|', "value of up for job"],
  ['up{job=~"ap|"}', "value “ap” of up for job"],
  ['up{job="api",|}', "label of up"],
  ['{__name__="up", job="|"}', "value for job"],
  ["up{job|", "label “job” of up"],
  ["up{job=|", "none"],
  ["sum by (|) (rate(http_requests_total[5m]))", "label of http_requests_total"],
  ["sum(rate(up[5m])) by (jo|", "label “jo” of up"],
  ['label_replace(up, "|', "none"],
  ["up # com|", "none"],
  ["up > 5|", "none"],
])("at %s one writes: %s", (text, expected) => {
  expect(edit(text)).toBe(expected);
});

/** The text after taking the first suggestion, with the cursor as "|". */
function take(text: string, at = 0): string {
  const cursor = text.indexOf("|");
  const plain = text.replace("|", "");
  const place = promEditAt(plain, cursor);
  const applied = applyProm(plain, place, suggestProm(place, KNOWN)[at]);
  return `${applied.text.slice(0, applied.cursor)}|${applied.text.slice(applied.cursor)}`;
}

test("a suggestion is put in where it belongs, and the cursor where one goes on", () => {
  expect(take("rat|")).toBe("rate(|)");
  expect(take("rat|(x[5m])")).toBe("rate(|x[5m])");
  expect(take("tim|")).toBe("time()|");
  expect(take("http_r|")).toBe("http_requests_total|");
  expect(take("http.|")).toBe('{"http.server.duration"}|');
  expect(take("up{serv|}")).toBe('up{"service.name"|}');
  expect(take('up{job="quo|"}')).toBe('up{job="we \\"quote\\"|"}');
  expect(take('up{job="a|bc"}')).toBe('up{job="api|"}');
  expect(take("rate(x[1|])")).toMatch(/^rate\(x\[1[mhd0-9]+\|\]\)$/);
});

test("tokens tell functions, metrics, keywords and strings apart", () => {
  const kinds = tokenize('sum by (job) (rate(up{a="b"}[5m])) > bool 1.5e3 # end').map(
    ({ kind, text }) => `${kind}:${text}`,
  );
  expect(kinds).toEqual([
    "function:sum",
    "keyword:by",
    "bracket:(",
    "name:job",
    "bracket:)",
    "bracket:(",
    "function:rate",
    "bracket:(",
    "name:up",
    "bracket:{",
    "name:a",
    "operator:=",
    'string:"b"',
    "bracket:}",
    "bracket:[",
    "duration:5m",
    "bracket:]",
    "bracket:)",
    "bracket:)",
    "operator:>",
    "keyword:bool",
    "number:1.5e3",
    "comment:# end",
  ]);
});

test("painted pieces make up the whole text, whatever it is", () => {
  for (const text of ["", "sum(", 'a{b="unclosed', "ä ö § 12d3", "x\n  + y"]) {
    expect(
      paintPieces(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  }
});

test("an error underlines the token it is at, or the last one", () => {
  expect(errorRange("sum(foo bar)", 8)).toEqual({ start: 8, end: 11 });
  expect(errorRange("sum(foo", 7)).toEqual({ start: 4, end: 7 });
  expect(positionIn("a\nb +", "2:4: parse error: unexpected end of input")).toBe(5);
  expect(positionIn("a", "something else")).toBeUndefined();
});
