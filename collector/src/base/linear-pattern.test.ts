import { expect, test } from "vitest";
import { parseLinear } from "./linear-pattern.ts";
import { translateRe2 } from "./re2.ts";

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
