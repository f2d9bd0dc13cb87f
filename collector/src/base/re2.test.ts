import { expect, test } from "vitest";
import { PatternError, translateRe2 } from "./re2.ts";

function check(pattern: string, text: string, expected: boolean): void {
  const compiled = new RegExp(`^(?:${translateRe2(pattern, { wholeText: true })})$`, "us");
  expect(compiled.test(text), `${pattern} on ${JSON.stringify(text)}`).toBe(expected);
}

function checkRefused(pattern: string, message: string, position: number): void {
  expect(() => translateRe2(pattern)).toThrow(
    expect.objectContaining({ name: "PatternError", message: expect.stringContaining(message), position }),
  );
}

test("flags hold to the end of their group and stop at the next alternative only when JavaScript does", () => {
  check("(?i)pro.*", "PRODUCTION", true);
  check(".*((?i)DUC).*", "production", true);
  check("(?i:a)b", "AB", false);
  check("a(?i)B|C", "c", true);
  check("(?i-s).", "\n", false);
  check("(?U)a.*", "abc", true);
});

test("classes are those of RE2", () => {
  check("\\s", "\u00a0", false);
  check("\\s+", " \t\n", true);
  check("[\\s\\d]+", "1 2", true);
  check("[[:alpha:]_]+", "ab_c", true);
  check("[]a]+", "]a", true);
  check("\\pL+", "äö", true);
  check("\\p{Greek}", "λ", true);
  check("\\p{^Greek}", "λ", false);
  check("\\x41\\x{1F600}", "A😀", true);
  check("\\Qa.b\\E.", "a.bc", true);
  check("a{,3}", "a{,3}", true);
});

test("what RE2 refuses is refused, with its place", () => {
  checkRefused("a(?=b)", "invalid or unsupported group", 1);
  checkRefused("(?<!a)b", "invalid or unsupported group", 0);
  checkRefused("(a)\\1", "invalid escape sequence: `\\1`", 3);
  checkRefused("*a", "missing argument to repetition operator: `*`", 0);
  checkRefused("a|*", "missing argument to repetition operator: `*`", 2);
  checkRefused("a**", "invalid nested repetition operator: `**`", 1);
  checkRefused("a{1001}", "invalid repeat count: `{1001}`", 1);
  checkRefused("(a", "missing closing )", 0);
  checkRefused("a)", "unexpected )", 1);
  checkRefused("[a", "missing closing ]", 0);
  checkRefused("a\\", "trailing backslash", 1);
  checkRefused("\\u0041", "invalid escape sequence: `\\u`", 0);
  checkRefused("\\p{Nothing}", "invalid character class range", 0);
});

test("look-around passes where it is asked for", () => {
  expect(new RegExp(translateRe2("a(?=b)", { lookAround: true }), "u").test("ab")).toBe(true);
  expect(() => translateRe2("(?U)a")).toThrow(PatternError);
});
