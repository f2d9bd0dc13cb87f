/**
 * The tests of log-condition.ts over texts: what they mean, for whoever holds texts as strings. Stores that test bytes without making
 * strings of them must come to the same answers.
 */
import { parseDurationNanos } from "../base/duration.ts";
import { compilePattern } from "../base/text-pattern.ts";
import type { TextTest } from "./log-condition.ts";
import { tokenSequence } from "./tokens.ts";

export type TextPredicate = (text: string) => boolean;

/** @throws PatternError for an expression that RE2 would not take */
export function compileTextTest(test: TextTest): TextPredicate {
  switch (test.kind) {
    case "exists":
      return () => true;
    case "equals": {
      const wanted = test.text.toWellFormed();
      return (text) => text === wanted;
    }
    case "words":
      return (text) => {
        const words = new Set(tokenSequence(text));
        return test.words.every((word) => words.has(word));
      };
    case "phrase":
      return (text) => isWithin(test.words, tokenSequence(text));
    case "contains": {
      const wanted = test.text.toWellFormed();
      if (!test.ignoreCase) return (text) => text.includes(wanted);
      const folded = foldAscii(wanted);
      return (text) => foldAscii(text).includes(folded);
    }
    case "regex": {
      const pattern = compilePattern(test.pattern, test);
      return (text) => pattern.test(text);
    }
    case "number":
      return (text) => meets(numberOf(text), test.operator, test.value);
    case "duration":
      return (text) => meets(nanosOf(text, test.unitNanos), test.operator, test.nanos);
  }
}

/** ASCII letters in lower case, all else as it is. */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function isWithin(words: readonly string[], sequence: readonly string[]): boolean {
  for (let at = 0; at + words.length <= sequence.length; at++)
    if (words.every((word, i) => sequence[at + i] === word)) return true;
  return false;
}

function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function nanosOf(text: string, unitNanos: number): number {
  const number = numberOf(text);
  return Number.isNaN(number) ? (parseDurationNanos(text) ?? Number.NaN) : number * unitNanos;
}

function meets(value: number, operator: "=" | "<" | "<=" | ">" | ">=", bound: number): boolean {
  switch (operator) {
    case "=":
      return value === bound;
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
  }
}
