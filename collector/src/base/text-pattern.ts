/**
 * RE2 expressions as predicates on a text, in time that grows with the text and no faster: JavaScript's engine where it cannot go
 * astray, base/linear-pattern.ts elsewhere. As in RE2 a dot matches no newline unless the expression says (?s).
 */
import { parseLinear } from "./linear-pattern.ts";
import { PatternError, translateRe2 } from "./re2.ts";

export interface TextPattern {
  test(text: string): boolean;
}

export interface TextPatternOptions {
  readonly ignoreCase?: boolean;
  /** From the first to the last character; else anywhere. */
  readonly whole?: boolean;
}

/** Steps that JavaScript's engine may take at worst: with n repetitions, tried at each place, it is length ** (n + 1). Half a second. */
const MOST_STEPS = 2e8;

/** @throws PatternError whose position counts from the expression's begin */
export function compilePattern(
  pattern: string,
  { ignoreCase = false, whole = false }: TextPatternOptions = {},
): TextPattern {
  const inner = `(?${ignoreCase ? "i" : ""}-s:${translateRe2(pattern, { wholeText: true })})`;
  try {
    const expression = new RegExp(whole ? `^(?:${inner})$` : inner, "u");
    const linear = parseLinear(whole ? inner : `[\\s\\S]*(?:${inner})[\\s\\S]*`);
    const { isRisky } = parseLinear(inner);
    if (isRisky) linear.test("");
    const repetitions = pattern.match(/[*+?{]/g)?.length ?? 0;
    const longest = isRisky ? -1 : repetitions === 0 ? Infinity : MOST_STEPS ** (1 / (repetitions + 1));
    return { test: (text) => (text.length > longest ? linear : expression).test(text) };
  } catch (error) {
    if (error instanceof PatternError) throw error;
    const said =
      error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, "") : String(error);
    throw new PatternError(said, 0);
  }
}
