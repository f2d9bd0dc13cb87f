import { expect, test } from "vitest";
import { compilePattern } from "./pattern.ts";

/** @param expected whether the pattern matches, or what is said against it */
function check(pattern: string, text: string, expected: boolean | string): void {
  const compiled = compilePattern(pattern);
  if (typeof expected === "string") expect(compiled).toContain(expected);
  else expect(typeof compiled === "string" ? compiled : compiled.test(text), `${pattern} on ${text}`).toBe(expected);
}

test("matches anywhere unless it is anchored", () => {
  check("b", "abc", true);
  check("^b", "abc", false);
  check("^abc$", "abc", true);
  check("\\Aabc\\z", "abc", true);
  check("\\Aabc\\z", "abc\n", false);
});

test("takes RE2's inline flags from where they stand to the end of their group", () => {
  check("(?i)ABC", "abc", true);
  check("a(?i)B|C", "c", true);
  check("(a(?i)B)C", "abC", true);
  check("(a(?i)B)C", "abc", false);
  check("(?i:A)b", "ab", true);
  check("(?i:A)b", "aB", false);
  check("(?s)a.c", "a\nc", true);
  check("a.c", "a\nc", false);
  check("(?U)a", "a", "the flag U is not supported");
});

test("takes RE2's named groups, classes and escapes", () => {
  expect(compilePattern("(?P<user>\\w+)@")).toBeInstanceOf(RegExp);
  expect((compilePattern("(?P<user>\\w+)@") as RegExp).exec("jo@x")?.groups?.user).toBe("jo");
  check("^[[:alpha:]_]+$", "ab_c", true);
  check("^[[:alpha:]_]+$", "a1", false);
  check("^[^[:space:]]$", " ", false);
  check("^[]a]$", "]", true);
  check("^\\pL$", "é", true);
  check("^\\p{L}$", "é", true);
  check("\\Qa.b\\E", "a.b", true);
  check("\\Qa.b\\E", "axb", false);
  check("^\\x{1F600}$", "😀", true);
  check('a\\-b\\@c\\_\\"', 'a-b@c_"', true);
  check("[\\-\\@]", "@", true);
  check("^{id}$", "{id}", true);
  check("^a{2,3}$", "aaa", true);
});

test("says what is wrong with a pattern", () => {
  check("a(b", "", "missing closing )");
  check("[z-a]", "", "out of order");
  check("*a", "", "missing argument to repetition operator");
  check("[[:nosuch:]]", "", "the class [:nosuch:] is not supported");
});
