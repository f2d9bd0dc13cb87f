import { expect, test } from "vitest";
import { parseLinear } from "./linear-pattern.ts";
import { translateRe2 } from "./re2.ts";
import { runWithin } from "./work-scope.ts";

const PATTERNS = [
  "(a|b)*c",
  "(a+)+b",
  "(?i)(ab|c)+",
  "(?:a{2,3}|b)*",
  "[^a-c]+|x?",
  "(a.)*\\.b$",
  "^(?:foo|bar)+(?:-\\d+)*$",
  "((?i:A)b)*",
  "a{3}",
  "(?:a|ab)(?:c|bcd)(?:d*)",
  "\\bfoo\\b.*",
  "(?m)^a$\\n^b$",
  "",
  "(|a)+",
  "\\Aa\\z",
  "\\x{1F600}+",
  "[[:alpha:]]+_?",
];
const TEXTS = [
  "",
  "a",
  "b",
  "ab",
  "abc",
  "aab",
  "aaab",
  "ABc",
  "foo",
  "foobar-12-3",
  "foo bar",
  "aaa",
  "abcd",
  "a\nb",
  "a.b",
  "ax.b",
  "😀😀",
  "xyz",
  "abab",
  "abcdd",
  "äß_",
];

test("whole texts match as with JavaScript's engine", () => {
  for (const pattern of PATTERNS) {
    const source = translateRe2(pattern, { wholeText: true });
    const expression = new RegExp(`^(?:${source})$`, "us");
    const linear = parseLinear(source);
    for (const text of TEXTS)
      expect(linear.test(text), `${pattern} on ${JSON.stringify(text)}`).toBe(expression.test(text));
  }
});

test("expressions on which going back could take for ever are told apart, and don't", () => {
  const risky = (pattern: string) => parseLinear(translateRe2(pattern)).isRisky;
  for (const pattern of ["(a+)+", "(a|aa)*", "(?:.*x)*", "(a?){20}"]) expect(risky(pattern), pattern).toBe(true);
  for (const pattern of ["a.*b.*", "(foo|bar)-.+", "(?:abc)*", "[ab]+", "(a{3})+"])
    expect(risky(pattern), pattern).toBe(false);
  expect(parseLinear("(a+)+b").test("a".repeat(20_000))).toBe(false);
  expect(parseLinear("(a|aa)*").test("a".repeat(20_000))).toBe(true);
});

test("repetitions that would be written out beyond all bounds are refused", () => {
  expect(() => parseLinear("((a{100}){100}){100}").test("a")).toThrow("too large");
});

test("the first match and its groups are those of JavaScript's engine", () => {
  const patterns = [
    ...PATTERNS,
    "(a+)(b?)(?<rest>.*)",
    "(?<first>a|ab)(?<second>c|bcd)?",
    "(?<lazy>a+?)(?<more>a*)",
    "(?<k>\\w+)-(?<v>\\d+)",
    "x??(.)",
    "(a{1,2}?)(a{0,3})",
    "\\b(?<word>[a-z]{2,})",
  ];
  for (const pattern of patterns) {
    const source = translateRe2(pattern);
    const expression = new RegExp(`(?s:${source})`, "gu");
    const linear = parseLinear(source);
    for (const text of [...TEXTS, "foo-1 aaab xab-22 bar-333", "zzaaaabcd"]) {
      for (const from of [0, 1, 2]) {
        if (from > text.length || /[\ud800-\udbff]/.test(text.slice(0, from).at(-1) ?? "")) continue;
        expression.lastIndex = from;
        const found = expression.exec(text);
        const said = linear.find(text, from);
        const name = `${pattern} in ${JSON.stringify(text)} from ${from}`;
        expect(said?.start, name).toBe(found?.index);
        expect(said?.groups, name).toEqual(found ? [...found] : undefined);
        expect(said?.named, name).toEqual(found ? { ...found.groups } : undefined);
      }
    }
  }
});

test("groups of repetitions keep what they captured last, as in RE2", () => {
  expect(parseLinear("(?:(a)|(b))+c?").find("ab", 0)?.groups).toEqual(["ab", "a", "b"]);
});

test("what going back costs is told by which repetitions can give back what they took", () => {
  const check = (pattern: string, expected: number) =>
    expect(parseLinear(translateRe2(pattern)).exponent, pattern).toBe(expected);
  check("abc", 1);
  check("a(b|c)d", 1);
  check("\\d+ms", 2);
  check("\\S+ \\w+ \\S+ \\d+ .*", 2);
  check(".*x", 2);
  check("x.*y.*z", 3);
  check("x*x*x*y", 3);
  check("(?:x.*){3}y", 4);
  check("(?<a>.*)x.*y.*z", 4);
});

test("a long match stops when the work has to", () => {
  const check = () => {
    throw new Error("the time is over");
  };
  const text = "ab".repeat(1_000_000);
  const { test: whole, find } = parseLinear("(a?b?){100}c");
  expect(() => runWithin({ check }, () => whole(text))).toThrow("the time is over");
  expect(() => runWithin({ check }, () => find(text, 0))).toThrow("the time is over");
  expect(whole("abc")).toBe(true);
});
