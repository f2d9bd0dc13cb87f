/**
 * A label matcher as a predicate on the label's value ("" where there is no such label). Expressions are RE2's, hold for the whole
 * value, and their dot matches a newline too. What an expression allows without being one (literals, alternatives of literals,
 * prefixes) is told apart, so that a store can look values up in place of trying each.
 */
import { parseLinear } from "../base/linear-pattern.ts";
import { PatternError, translateRe2 } from "../base/re2.ts";

export interface LabelMatcherText {
  readonly name: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

export interface CompiledMatcher {
  readonly name: string;
  readonly test: (value: string) => boolean;
  /** Whether a series without the label meets it. */
  readonly matchesEmpty: boolean;
  /** "=~" and "=" only: the values that meet it, when they can be listed; no others do. */
  readonly literals?: readonly string[];
  /** "=~" only: how every value that meets it begins. */
  readonly prefix?: string;
}

const SPECIAL = /[\\^$.|?*+()[\]{}]/;

/** Throws PatternError, whose position counts from the matcher's value. */
export function compileMatcher({ name, operator, value }: LabelMatcherText): CompiledMatcher {
  const isNegated = operator === "!=" || operator === "!~";
  const positive: Omit<CompiledMatcher, "name" | "matchesEmpty"> =
    operator === "=" || operator === "!=" ? ofLiterals([value]) : compileExpression(value);
  const test = isNegated ? (text: string) => !positive.test(text) : positive.test;
  return isNegated ? { name, test, matchesEmpty: test("") } : { name, ...positive, matchesEmpty: test("") };
}

function compileExpression(text: string): Omit<CompiledMatcher, "name" | "matchesEmpty"> {
  if (text === ".*") return { test: () => true };
  if (text === ".+") return { test: (value) => value !== "" };
  const alternatives = unwrap(text).split("|");
  if (alternatives.every((alternative) => !SPECIAL.test(alternative))) return ofLiterals(alternatives);
  const prefix = /^[^\\^$.|?*+()[\]{}]*/.exec(text)?.[0] ?? "";
  const tail = text.slice(prefix.length);
  if (tail === ".*") return { test: (value) => value.startsWith(prefix), prefix };
  if (tail === ".+") return { test: (value) => value.length > prefix.length && value.startsWith(prefix), prefix };
  const expression = compileWhole(text);
  const certain = tail.includes("|") || /^[?*{]/.test(tail) ? "" : prefix;
  return { test: (value) => expression.test(value), ...(certain === "" ? {} : { prefix: certain }) };
}

/** `(a|b)` and `(?:a|b)` are `a|b`. */
function unwrap(text: string): string {
  const inner = /^\((?:\?:)?([^()\\]*)\)$/.exec(text);
  return inner ? inner[1] : text;
}

function ofLiterals(values: readonly string[]): Omit<CompiledMatcher, "name" | "matchesEmpty"> {
  const literals = [...new Set(values)];
  if (literals.length === 1) return { test: (value) => value === literals[0], literals };
  const set = new Set(literals);
  return { test: (value) => set.has(value), literals };
}

function compileWhole(text: string): { test(value: string): boolean } {
  const source = translateRe2(text, { wholeText: true });
  try {
    const linear = parseLinear(source);
    if (linear.isRisky) {
      linear.test("");
      return linear;
    }
    return new RegExp(`^(?:${source})$`, "us");
  } catch (error) {
    const said =
      error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, "") : String(error);
    throw new PatternError(said, 0);
  }
}
