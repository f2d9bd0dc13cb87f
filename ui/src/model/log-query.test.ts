/** Tokens of log queries, and queries changed by clicks. */
import { describe, expect, test } from "vitest";
import {
  addCondition,
  addFilter,
  attributeName,
  filterTerms,
  isTableQuery,
  quoteValue,
  removeFilter,
  splitPipes,
  withoutField,
} from "./log-query-edit.ts";
import { logErrorRange, paintLogQuery, tokenizeLogQuery } from "./log-query-tokens.ts";

function dump(text: string): string {
  return tokenizeLogQuery(text)
    .map(({ kind, text: own }) => `${kind}=${own}`)
    .join(" ");
}

describe("tokens", () => {
  test.each([
    ["timeout", "word=timeout"],
    ['service:checkout -"card declined"', 'field=service operator=: word=checkout minus=- string="card declined"'],
    [
      "http.status_code>=500 or level>=warn",
      "field=http.status_code operator=>= number=500 keyword=or field=level operator=>= word=warn",
    ],
    ["route:/pay/7 body:/conn.*reset/", "field=route operator=: word=/pay/7 field=body operator=: regex=/conn.*reset/"],
    ["a-b x:-5", "word=a-b field=x operator=: number=-5"],
    [
      "error | count by service, level every 1m",
      "word=error pipe=| command=count keyword=by field=service operator=, field=level keyword=every number=1m",
    ],
    ['half "open', 'word=half string="open'],
    ["http://x 12:30 Error: text", "word=http://x word=12:30 word=Error: word=text"],
    ["a:b:c level >= warn !x", "field=a operator=: word=b:c field=level operator=>= word=warn minus=! word=x"],
    ["key:(a or b) || 'c'", "field=key operator=: bracket=( word=a keyword=or word=b bracket=) keyword=|| string='c'"],
    [
      "| count, avg(duration_ms) by @msg | where count>5",
      "pipe=| command=count operator=, command=avg bracket=( field=duration_ms bracket=) keyword=by field=@msg pipe=| command=where field=count operator=> number=5",
    ],
    ["", ""],
  ])("of %s", (text, expected) => {
    expect(dump(text)).toBe(expected);
  });

  test("pieces for colours cover every letter", () => {
    const text = '  (a or -b:"c") | top 10 user.id ';
    expect(
      paintLogQuery(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  test("an error underlines its token, and behind the end the last one", () => {
    expect(logErrorRange("a level>=loud", 9)).toEqual({ start: 9, end: 13 });
    expect(logErrorRange("a (b", 4)).toEqual({ start: 3, end: 4 });
    expect(logErrorRange("", 0)).toEqual({ start: 0, end: 0 });
  });
});

describe("filters", () => {
  test.each([
    ["", "level", "error", false, "level:error"],
    ["timeout", "level", "error", true, "timeout -level:error"],
    ["level:warn timeout", "level", "error", false, "timeout level:error"],
    ["level:error", "level", "error", false, "level:error"],
    ["level:error x", "level", "error", true, "x -level:error"],
    ["-level:info", "level", "error", false, "-level:info level:error"],
    ["a or b", "service", "cart", false, "(a or b) service:cart"],
    ["a | count by level", "service", "cart", false, "a service:cart | count by level"],
    ["", "user", "a b", false, 'user:"a b"'],
    ["", "path", "*", false, 'path:"*"'],
  ])("%s with %s:%s", (text, field, value, negated, expected) => {
    expect(addFilter(text, field, value, negated)).toBe(expected);
  });

  test("what is added is found, and can be taken out again", () => {
    for (const value of [
      "a",
      "a b",
      'say "hi"',
      "*",
      "<script>",
      "x|y",
      "a:b",
      "line\nbreak",
      "\u0000",
      "1..5",
      "or",
      "C:\\dir",
      "ü",
      "-1",
      "",
    ]) {
      const text = addFilter("word", "key", value);
      expect(filterTerms(text).map((term) => term.value)).toEqual([value]);
      expect(removeFilter(text, "key", value)).toBe("word");
    }
  });

  test("taking one out leaves the rest as it was written", () => {
    expect(removeFilter('a and level:error and "b  c" | limit 5', "level", "error")).toBe('a and "b c" | limit 5');
    expect(removeFilter("level:error and b", "level", "error")).toBe("b");
    expect(withoutField("service:a -service:b c", "service")).toBe("-service:b c");
  });

  test("wildcards, comparisons, brackets and alternatives are no filters that a click made", () => {
    expect(filterTerms("a:b* c>5 (d:e) not f:g")).toMatchObject([{ field: "f", negated: true }]);
    expect(filterTerms("a:b or c:d")).toEqual([]);
  });

  test("a condition goes in front of the pipes", () => {
    expect(addCondition("| count", "x")).toBe("x | count");
    expect(splitPipes('a "|" b|count')).toEqual({ conditions: 'a "|" b', pipes: "|count" });
  });
});

test.each([
  ["error", false],
  ["error | fields a, b | limit 5", false],
  ["| count", true],
  ["a | top 10 user.id", true],
  ["a | p95(duration_ms) by route", true],
  ["count", false],
])("%s asks for a table: %s", (text, expected) => {
  expect(isTableQuery(text)).toBe(expected);
});

test("attributes that are named as fields are, or strangely, are told apart", () => {
  expect(["user.id", "message", "a b", "service"].map(attributeName)).toEqual([
    "user.id",
    "@message",
    '@"a b"',
    "service",
  ]);
});

test("values that are words stand as they are", () => {
  expect(["checkout", "v1.2-rc", "/pay", "500", "a:b", "-x"].map(quoteValue)).toEqual([
    "checkout",
    "v1.2-rc",
    '"/pay"',
    "500",
    "a:b",
    '"-x"',
  ]);
});
