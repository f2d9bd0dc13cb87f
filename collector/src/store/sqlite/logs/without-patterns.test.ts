import { expect, it } from "vitest";
import type { LogCondition, TextTest } from "../../../model/log-condition.ts";
import { withoutPatterns } from "./without-patterns.ts";

const body = (test: TextTest): LogCondition => ({ kind: "field", field: { kind: "body" }, test });
const regex = body({ kind: "regex", pattern: "a+", ignoreCase: false, whole: false });
const words = body({ kind: "words", words: ["a"] });
const exists = body({ kind: "exists" });
const and = (...of: LogCondition[]): LogCondition => ({ kind: "and", of });
const or = (...of: LogCondition[]): LogCondition => ({ kind: "or", of });
const not = (of: LogCondition): LogCondition => ({ kind: "not", of });

it("is a condition that all hits meet and that has no expression; the same where there is none", () => {
  expect(withoutPatterns(regex)).toEqual(exists);
  expect(withoutPatterns(and(words, regex))).toEqual(and(words, exists));
  expect(withoutPatterns(or(words, regex))).toEqual(or(words, exists));
  expect(withoutPatterns(and(words, not(regex)))).toEqual(and(words, and()));
  expect(withoutPatterns(not(not(or(words, regex))))).toEqual(and());
  for (const each of [words, and(words, not(exists)), or(), not(words)]) expect(withoutPatterns(each)).toBe(each);
});
