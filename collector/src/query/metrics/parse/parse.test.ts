import { expect, test } from "vitest";
import { QueryError } from "../../../base/errors.ts";
import { formatExpr, formatPretty } from "./format-expr.ts";
import { parseExpr, parseSeriesSelector } from "./parse-expr.ts";

/** @param expected the text in Prometheus' way; the same again when absent */
function check(text: string, expected = text): void {
  expect(formatExpr(parseExpr(text))).toBe(expected);
}

function checkRefused(text: string, message: string, hint?: string): void {
  try {
    parseExpr(text);
  } catch (error) {
    expect(error, text).toBeInstanceOf(QueryError);
    const refused = error as QueryError;
    expect(refused.message, text).toContain(message);
    if (hint !== undefined) expect(refused.hint, text).toContain(hint);
    expect(refused.position, text).toBeTypeOf("number");
    return;
  }
  expect.fail(`${text} is taken`);
}

function shape(text: string): string {
  const show = (expr: ReturnType<typeof parseExpr>): string =>
    expr.kind === "binary"
      ? `(${show(expr.lhs)} ${expr.op} ${show(expr.rhs)})`
      : expr.kind === "unary"
        ? `${expr.op}${show(expr.expr)}`
        : formatExpr(expr);
  return show(parseExpr(text));
}

test("operators bind as in Prometheus", () => {
  expect(shape("a + b * c ^ d ^ e")).toBe("(a + (b * (c ^ (d ^ e))))");
  expect(shape("a or b and c unless d")).toBe("(a or ((b and c) unless d))");
  expect(shape("a > b + c == d")).toBe("((a > (b + c)) == d)");
  expect(shape("-a ^ 2 * b")).toBe("(-(a ^ 2) * b)");
  expect(shape("a % b atan2 c")).toBe("((a % b) atan2 c)");
  expect(shape("-2 ^ 2")).toBe("-(2 ^ 2)");
  expect(shape("1 - -1")).toBe("(1 - -1)");
  expect(shape("foo offset 5m * 2")).toBe("(foo offset 5m * 2)");
  expect(shape("foo offset -2 ^ 2")).toBe("(foo offset -2s ^ 2)");
});

test("every form of the language comes back in its one way of writing", () => {
  check("sum by(a,b)(foo)", "sum by (a, b) (foo)");
  check("SUM(foo) WITHOUT (a)", "sum without (a) (foo)");
  check("topk(5,foo)", "topk(5, foo)");
  check('count_values("v", foo)');
  check("rate(foo{b='2',a=\"1\"}[5m] offset 1d)", 'rate(foo{a="1",b="2"}[5m] offset 1d)');
  check("foo @ 12.5 offset -90s", "foo @ 12.500 offset -1m30s");
  check("foo offset 1m @ end()", "foo @ end() offset 1m");
  check("max_over_time(rate(a[1m])[1h:5m] @ start())");
  check("avg_over_time((a+b)[30:10])", "avg_over_time((a + b)[30s:10s])");
  check("a / on (x) group_left (y, z) b");
  check("a * ignoring (x) group_right () b");
  check("a == bool on () b");
  check("a + fill (0) b");
  check("a + on (x) fill_left (-1) fill_right (2) b");
  check("a </ 1 >/ b");
  check('{"http.server.duration","service.name"="x"}', '{"service.name"="x",__name__="http.server.duration"}');
  check('sum by ("service.name", b) ({"a b"})', 'sum by ("service.name", b) ({__name__="a b"})');
  check("foo[5m] smoothed offset 1m");
  check("foo anchored", "foo anchored");
  check("foo[step() + 5m:(range() / 2)]", "foo[step() + 5m:(range() / 2)]");
  check("foo offset (2 * step())");
  check("min_of(1, 2) + range()");
  check("1_000 + 0x1F + 1e3 + .5 + Inf - NaN + 1h30m", "1000 + 31 + 1000 + 0.5 + +Inf - NaN + 1h30m");
  check("'a\\n\\x41\\u00e4\\101' ", '"a\\nAäA"');
  check("`\\n`", '"\\\\n"');
  check("# comment\nsum # more\n (foo)", "sum(foo)");
  check("and + or", "and + or");
  check("sum + sum", "sum + sum");
  check("fill + fill", "fill + fill");
  check("start + start()", "start + start()");
  check("on_call:rate5m{on='1',by=~'2|3'}", 'on_call:rate5m{by=~"2|3",on="1"}');
  check("1e-7 + 1e21", "0.0000001 + 1000000000000000000000");
});

test("errors say where, in Prometheus' words, and what to do", () => {
  checkRefused("", "1:1: parse error: no expression found in input");
  checkRefused("rate(foo)", 'expected type range vector in call to function "rate", got instant vector', "[5m]");
  checkRefused(
    "sum(foo[5m])",
    "1:5: parse error: expected type instant vector in aggregation expression, got range vector",
    "rate()",
  );
  checkRefused("ratee(foo[5m])", '1:1: parse error: unknown function with name "ratee"', "rate()");
  checkRefused("foo{a=b}", '1:7: parse error: unexpected identifier "b" in label matching, expected string', "quotes");
  checkRefused("foo{a", "unexpected end of input inside braces");
  checkRefused('foo{a=~"a(?=b)"}', "1:10: parse error: error parsing regexp: invalid or unsupported group");
  checkRefused("foo bar", '1:5: parse error: unexpected identifier "bar"');
  checkRefused("foo constructor bar", '1:5: parse error: unexpected identifier "constructor"');
  checkRefused("foo +", "1:6: parse error: unexpected end of input");
  checkRefused("1 > 2", "1:3: parse error: comparisons between scalars must use BOOL modifier", "bool");
  checkRefused("a +bool b", "bool modifier can only be used on comparison operators");
  checkRefused("a and 1", 'set operator "and" not allowed in binary scalar expression');
  checkRefused("a and on(x) group_left b", 'no grouping allowed for "and" operation');
  checkRefused("a / on(x) group_left(x) b", 'label "x" must not occur in ON and GROUP clause at once');
  checkRefused("{}", "vector selector must contain at least one non-empty matcher", "matcher");
  checkRefused('{a=~".*"}', "vector selector must contain at least one non-empty matcher");
  checkRefused('foo{__name__="bar"}', 'metric name must not be set twice: "foo" or "bar"');
  checkRefused("foo[5m", "unclosed left bracket");
  checkRefused("(foo", "unclosed left parenthesis");
  checkRefused("foo[0]", "duration must be greater than 0");
  checkRefused("foo[5m1h]", 'not a valid duration string: "5m1h"');
  checkRefused("foo offset 1m offset 2m", "offset may not be set multiple times");
  checkRefused("foo offset 1m [5m]", "no offset modifiers allowed before range");
  checkRefused("sum(foo) offset 1m", "offset modifier must be preceded by an instant vector selector");
  checkRefused("sum(foo)[5m]", "ranges only allowed for vector selectors", "subquery");
  checkRefused("foo @ bar", '1:7: parse error: unexpected identifier "bar" in @, expected timestamp');
  checkRefused("topk(foo)", "wrong number of arguments for aggregate expression provided, expected 2, got 1");
  checkRefused("abs(foo, bar)", 'expected 1 argument(s) in call to "abs", got 2');
  checkRefused("clamp(foo,)", "trailing commas not allowed");
  checkRefused("'abc", "unterminated quoted string");
  checkRefused("'\\q'", "unknown escape sequence");
  checkRefused("1..2", "bad number or duration syntax");
  checkRefused("foo\n  + $", "2:5: parse error: unexpected character: '$'");
  checkRefused("foo[5m] smoothed anchored", "anchored and smoothed modifiers cannot be used together");
  checkRefused(`${"(".repeat(600)}1${")".repeat(600)}`, "nested too deeply");
  checkRefused(new Array(3000).fill("up").join(" or "), "more than 1500 operators");
});

test("long expressions are broken for people", () => {
  const long = `sum by (service_name) (rate(http_server_duration_seconds_count{service_name=~"a|b|c|d"}[5m])) / sum(rate(b[5m]))`;
  expect(formatPretty(parseExpr(long)).split("\n")).toEqual([
    '  sum by (service_name) (rate(http_server_duration_seconds_count{service_name=~"a|b|c|d"}[5m]))',
    "/",
    "  sum(rate(b[5m]))",
  ]);
});

test("a selector alone gives its matchers", () => {
  expect(parseSeriesSelector('up{job="a"}').matchers).toEqual([
    { name: "job", operator: "=", value: "a" },
    { name: "__name__", operator: "=", value: "up" },
  ]);
  expect(() => parseSeriesSelector("sum(up)")).toThrow("expected a selector of series alone");
});

test("damaged text is refused with a place, or means what its way of writing means", () => {
  const queries = [
    'sum by (a, "b.c") (rate(foo{x=~"a|b", y!="\\n"}[5m] offset 1m)) / on (a) group_left (z) bar @ end() > bool 1e3',
    "histogram_quantile(0.9, sum without (le) (x:y_bucket{}) ) or -vector(1) ^ 2 unless max_over_time(foo[1h:1m] @ 12.5)",
    "topk(5, {'a b', c='d'}) + fill_left (-1) foo smoothed # end\n atan2 0x1F </ 1h30m",
    "foo[step() * 2 + min_of(1m, 5)] offset -(3 - 1)",
  ];
  const pieces = [...new Set(queries.join(" ").match(/\w+|[^\w\s]|\s+/g) ?? [])];
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  let taken = 0;
  for (let round = 0; round < 5000; round++) {
    let text = queries[random(queries.length)];
    for (let i = 0; i <= random(3); i++) {
      const at = random(text.length);
      text = text.slice(0, at) + (random(2) ? pieces[random(pieces.length)] : "") + text.slice(at + random(4));
    }
    let written: string;
    try {
      written = formatExpr(parseExpr(text));
    } catch (error) {
      expect(error, text).toBeInstanceOf(QueryError);
      expect((error as QueryError).position, text).toBeLessThanOrEqual(text.length);
      continue;
    }
    taken++;
    expect(formatExpr(parseExpr(written)), text).toBe(written);
    expect(formatExpr(parseExpr(formatPretty(parseExpr(text)))), text).toBe(written);
  }
  expect(taken).toBeGreaterThan(200);
});
