import { expect, it } from "vitest";
import { requiredLiterals } from "./required-literals.ts";

it("finds what stands open in an expression, and nothing that a match may do without", () => {
  const check = (pattern: string, expected: string[], ignoreCase = false) =>
    expect(requiredLiterals(pattern, ignoreCase), pattern).toEqual(expected);
  check("timeout after \\d+ms", ["timeout after ", "ms"]);
  check("a\\.b\\/c", ["a.b/c"]);
  check("ab*c", ["a", "c"]);
  check("ab+c", ["ab", "c"]);
  check("ab{0,3}c?d", ["a", "d"]);
  check("foo|bar", []);
  check("x(foo|bar)y", ["x", "y"]);
  check("x(a(b)[)]c)?y", ["x", "y"]);
  check("^start.end$", ["start", "end"]);
  check("[abc]d", ["d"]);
  check("\\x41b\\101c\\pLd", ["b", "c", "d"]);
  check("größe", ["größe"]);
  check("größe kit", ["gr", "e ", "it"], true);
  check("(?i)tasty", ["ta", "ty"]);
  check("\\Qa.b\\E", []);
  check("(?:\\Q)x\\E)?foo", []);
  check("日本+語", ["日本", "語"]);
});
