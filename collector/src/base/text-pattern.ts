/**
 * RE2 expressions as predicates on a text, in time that grows with the text and no faster: JavaScript's engine where it cannot go
 * astray, base/linear-pattern.ts elsewhere. As in RE2 a dot matches no newline unless the expression says (?s). Between texts, and within
 * long ones, the scope of the work at hand is asked whether to go on (base/work-scope.ts).
 */
import { parseLinear, type LinearPattern, type PatternMatch } from "./linear-pattern.ts";
import { PatternError, translateRe2 } from "./re2.ts";
import { checkWork } from "./work-scope.ts";

export interface TextPattern {
  test(text: string): boolean;
}

export interface TextPatternOptions {
  readonly ignoreCase?: boolean;
  /** From the first to the last character; else anywhere. */
  readonly whole?: boolean;
}

/** Steps that JavaScript's engine may take at worst for one text: half a second, in which nothing stops it. */
const MOST_STEPS = 2e8;
/** Steps at worst between two looks at whether to stop. */
const STEPS_PER_CHECK = 2e7;
let steps = 0;

/** @throws PatternError whose position counts from the expression's begin */
export function compilePattern(
  pattern: string,
  { ignoreCase = false, whole = false }: TextPatternOptions = {},
): TextPattern {
  const inner = `(?${ignoreCase ? "i" : ""}-s:${translateRe2(pattern, { wholeText: true })})`;
  return translating(() => {
    const expression = new RegExp(whole ? `^(?:${inner})$` : inner, "u");
    const linear = parseLinear(whole ? inner : `[\\s\\S]*(?:${inner})[\\s\\S]*`);
    const parsed = parseLinear(inner);
    if (parsed.isRisky) linear.test("");
    const canBacktrack = backtracks(parsed);
    return { test: (text) => (canBacktrack(text) ? expression : linear).test(text) };
  });
}

/** Finds the first match of an expression from a place of the text on. @throws PatternError */
export function compileFind(pattern: string): (text: string, from?: number) => PatternMatch | undefined {
  const inner = `(?-s:${translateRe2(pattern)})`;
  return translating(() => {
    const expression = new RegExp(inner, "gu");
    const linear = parseLinear(inner);
    if (linear.isRisky) linear.find("", 0);
    const canBacktrack = backtracks(linear);
    return (text, from = 0) => {
      if (!canBacktrack(text)) return linear.find(text, from);
      expression.lastIndex = from;
      const found = expression.exec(text);
      if (!found) return undefined;
      return { start: found.index, end: expression.lastIndex, groups: found, named: found.groups ?? {} };
    };
  });
}

/** Whether JavaScript's engine is fast enough for a text. Throws when the work has to stop. */
function backtracks({ isRisky, exponent }: LinearPattern): (text: string) => boolean {
  const longest = isRisky ? -1 : exponent === 1 ? Infinity : MOST_STEPS ** (1 / exponent);
  return ({ length }) => {
    if (length > longest) return false;
    steps += length ** exponent;
    if (steps >= STEPS_PER_CHECK) {
      steps = 0;
      checkWork();
    }
    return true;
  };
}

function translating<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof PatternError) throw error;
    const said =
      error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, "") : String(error);
    throw new PatternError(said, 0);
  }
}
