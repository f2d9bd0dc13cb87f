import { describe, expect, it } from "vitest";
import { Random } from "../../../../test/kit/random.ts";
import { QueryError } from "../../../base/errors.ts";
import { formatQuery } from "./format-query.ts";
import { parsePath } from "./parse-path.ts";
import { parseQuery } from "./parse-query.ts";

describe("LogQL's text", () => {
  const check = (text: string, expected = text) => {
    const formatted = formatQuery(parseQuery(text));
    expect(formatted, text).toBe(expected);
    expect(formatQuery(parseQuery(formatted)), "read again").toBe(formatted);
  };

  it("is read as log queries", () => {
    check('{service_name="checkout"}');
    check('{ service_name = "a" , x!="b",y=~"c|d",z!~`e.f` }', '{service_name="a", x!="b", y=~"c|d", z!~"e.f"}');
    check('({a="b"} |= "c")', '{a="b"} |= "c"');
    check('{a="b"} |= "x" or "y" != "z" |~ "q+" !~ "r" |> "<_> at <_>" !> "no <_>"');
    check('{a="b"} |= ip("10.0.0.0/8") != ip("::1")');
    check('{a="b"} | json | logfmt --strict --keep-empty | unpack | decolorize');
    check('{a="b"} | json x="y.z[0]", q | logfmt l="level"', '{a="b"} | json x="y.z[0]", q="q" | logfmt l="level"');
    check(
      '{a="b"} | regexp "(?P<m>\\\\w+) x" | pattern "<ip> - <_>"',
      '{a="b"} | regexp `(?P<m>\\w+) x` | pattern "<ip> - <_>"',
    );
    check('{a="b"} | status>=500 and d > 1.5s or size<5MB', '{a="b"} | (status >= 500 and d > 1.5s) or size < 5MB');
    check('{a="b"} | x="1", y!="2" z=~"3"', '{a="b"} | (x="1" and y!="2") and z=~"3"');
    check('{a="b"} | (x="1" or y=ip("10.0.0.1")) and z==-2', '{a="b"} | (x="1" or y = ip("10.0.0.1")) and z == -2');
    check('{a="b"} | line_format "{{.x}} {{ .y | ToUpper }}" | label_format a=b, c="{{.d}}"');
    check('{a="b"} | keep x, y="1" | drop z, w=~"a.*" | distinct q');
    // Words that name stages may name labels.
    check('{a="b"} | json="x" | drop>5', '{a="b"} | json="x" | drop > 5');
    check('{a="b"} | json != "x" or "y" | logfmt !~ "z"');
    check('{a="b"} # what for\n |= "#" # and this', '{a="b"} |= "#"');
  });

  it("is read as metric queries", () => {
    check('rate({a="b"}[5m])', 'rate({a="b"} [5m])');
    check('count_over_time({a="b"} |= "x" [1h30m])');
    check('count_over_time({a="b"}[5m] |= "x" | json)', 'count_over_time({a="b"} |= "x" | json [5m])');
    check('rate(({a="b"} |= "x")[1m])', 'rate({a="b"} |= "x" [1m])');
    check('rate({a="b"}[5m] offset 1h)', 'rate({a="b"} [5m] offset 1h)');
    check('sum(rate({a="b"}[5m])) by (x, y)', 'sum by (x, y) (rate({a="b"} [5m]))');
    check('topk(5, sum without (x) (bytes_rate({a="b"}[5m])))', 'topk(5, sum without (x) (bytes_rate({a="b"} [5m])))');
    check('quantile_over_time(0.99, {a="b"} | json | unwrap duration(took) | __error__="" [5m]) by (x)');
    check('sum_over_time({a="b"} | unwrap bytes(size) [5m])');
    check("vector(1)+vector(1)", "vector(1) + vector(1)");
    check("1 + 2 * 3 ^ -4", "1 + 2 * 3 ^ -4");
    check(
      'sum(rate({a="b"}[1m])) / on (x) group_left (y) sum(rate({a="c"}[1m])) > bool 0',
      'sum(rate({a="b"} [1m])) / on (x) group_left (y) sum(rate({a="c"} [1m])) > bool 0',
    );
    check(
      'label_replace(rate({a="b"}[1m]), "x", "$1", "y", "(.*)")',
      'label_replace(rate({a="b"} [1m]), "x", "$1", "y", "(.*)")',
    );
    check('sort_desc(sum by (x) (rate({a="b"}[1m])))', 'sort_desc(sum by (x) (rate({a="b"} [1m])))');
    check('absent_over_time({a="b"}[1d])', 'absent_over_time({a="b"} [24h])');
  });

  it("breaks long metric queries into lines that mean the same", () => {
    const long = `sum by (service_name) (rate({service_name="${"a".repeat(60)}"}[5m])) / sum(rate({service_name="b"}[5m]))`;
    const formatted = formatQuery(parseQuery(long));
    expect(formatted.split("\n").length).toBeGreaterThan(2);
    expect(formatQuery(parseQuery(formatted))).toBe(formatted);
  });

  it("is refused with the place and what is wrong", () => {
    const refused = (text: string, expected: RegExp) => {
      let error: unknown;
      try {
        parseQuery(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error, text).toBeInstanceOf(QueryError);
      expect((error as QueryError).message, text).toMatch(expected);
    };
    refused("", /^parse error at line 1, col 1: syntax error: unexpected \$end/);
    refused('{a="b"', /^parse error at line 1, col 7: syntax error: unexpected \$end, expecting "}" or ","/);
    refused('{a="b"} |= ', /col 12: syntax error: unexpected \$end, expecting STRING/);
    refused('{a="b"}\n  |= foo', /^parse error at line 2, col 6: syntax error: unexpected IDENTIFIER foo/);
    refused("{}", /at least one regexp or equality matcher/);
    refused('{a=~".*"}', /at least one regexp or equality matcher/);
    refused('{a!="b"}', /at least one regexp or equality matcher/);
    refused('{a=~"["}', /col 6: error parsing regexp/);
    refused('{a="b"} |~ "("', /col 13: error parsing regexp/);
    refused('{a="b"} | regexp "x+"', /at least one named capture/);
    refused('{a="b"} | pattern "<a><b>"', /consecutive captures/);
    refused('{a="b"} | pattern "none"', /at least one capture/);
    refused('{a="b"} | line_format "{{.x"', /invalid template: unclosed action/);
    refused('{a="b"} | line_format "{{ nothing .x }}"', /function "nothing" not defined/);
    refused('{a="b"} | line_format "{{ range .x }}"', /range is not supported/);
    refused('{a="b"} | label_format x=y, x=z', /multiple label name 'x'/);
    refused('{a="b"} | x > 5q', /unexpected "5q"/);
    refused("{a='b'}", /unexpected "'"/);
    refused('{a="b}', /literal not terminated/);
    refused('rate({a="b"})', /expecting \[/);
    refused('rate({a="b"}[5])', /expecting DURATION/);
    refused('sum_over_time({a="b"}[5m])', /invalid aggregation sum_over_time without unwrap/);
    refused('count_over_time({a="b"} | unwrap x [5m])', /invalid aggregation count_over_time with unwrap/);
    refused('sum_over_time({a="b"} | unwrap x [5m]) by (y)', /grouping not allowed for sum_over_time/);
    refused('{a="b"} | unwrap x', /unexpected unwrap/);
    refused('{a="b"} + 1', /unexpected \+/);
    refused('summ(rate({a="b"}[1m]))', /unexpected IDENTIFIER summ/);
    refused('topk(rate({a="b"}[1m]))', /expecting NUMBER/);
    refused('topk(1.5, rate({a="b"}[1m]))', /must be a whole number/);
    refused('rate({a="b"}[1m]) or 1', /unexpected literal for leg of logical/);
    refused(`${"(".repeat(300)}1${")".repeat(300)}`, /nested too deeply/);
    refused(`{a="b"} | ${"(".repeat(300)}x="1"${")".repeat(300)}`, /nested too deeply/);
    refused(`{a="b"}${' |= "x"'.repeat(300)}`, /more than 200 stages/);
    refused(Array.from({ length: 1000 }, () => "1").join("+"), /more than 500 operators/);
  });

  it("is read or refused with a place, whatever it is", () => {
    const random = new Random(7);
    const seeds = [
      '{a="b", c=~"d|e"} |= "x" or ip("::1") != `y` | json p="q[0].r" | logfmt --strict | s>=5ms and t="u" or (v<2KB)',
      'sum by (x) (rate({a="b"} | pattern "<i> <_>" | line_format "{{if .x}}{{.y | trunc 5}}{{else}}z{{end}}" [5m] offset 1h)) / on (x) group_left vector(2) > bool 1e3',
      'quantile_over_time(0.9, {a="b"} | regexp "(?P<m>\\\\w+)" | label_format n=m, o="{{.p}}" | unwrap duration(n) | __error__="" [1m]) by (q)',
    ];
    const pieces = [...seeds.join(" ").matchAll(/\w+|[^\w\s]+/g)].map(([piece]) => piece);
    for (let i = 0; i < 5000; i++) {
      let text = random.pick(seeds);
      for (let k = random.below(4); k >= 0; k--) {
        const at = random.below(text.length);
        text = text.slice(0, at) + random.pick(["", " ", random.pick(pieces)]) + text.slice(at + random.below(6));
      }
      let formatted: string;
      try {
        formatted = formatQuery(parseQuery(text));
      } catch (error) {
        expect(error, text).toBeInstanceOf(QueryError);
        expect((error as QueryError).message, text).toMatch(/^parse error at line \d+, col \d+: /);
        continue;
      }
      expect(formatQuery(parseQuery(formatted)), text).toBe(formatted);
    }
  });

  it("has hints for the likely fix", () => {
    expect(() => parseQuery('summ(rate({a="b"}[1m]))')).toThrow(expect.objectContaining({ hint: "is it sum?" }));
  });
});

describe("paths into JSON", () => {
  it("are names, indexes and quoted names", () => {
    const check = (text: string, expected: readonly (string | number)[] | undefined) =>
      expect(parsePath(text), text).toEqual(expected);
    check("a", ["a"]);
    check("a.b_c", ["a", "b_c"]);
    check("a[0].b", ["a", 0, "b"]);
    check('["a b"].c', ["a b", "c"]);
    check('a["b.c"]', ["a", "b.c"]);
    check("", undefined);
    check(".a", undefined);
    check("a..b", undefined);
    check("a[x]", undefined);
    check("a b", undefined);
  });
});
