/** Short ways to write log searches in tests: `logSearch(10, { words: ["timeout"] })`. */
import type { LogCondition, TextTest } from "../../src/model/log-condition.ts";
import { attributeField, type LogField } from "../../src/model/log-field.ts";
import type { LogSearch, TimeRange } from "../../src/store/store.ts";

export const EVER: TimeRange = { start: 0n, end: 2n ** 64n - 1n };

export interface SimpleLogFilter {
  readonly range?: TimeRange;
  readonly service?: string;
  readonly minSeverityNumber?: number;
  readonly words?: readonly string[];
  readonly attributes?: readonly { readonly key: string; readonly value: string }[];
}

/** Newest first. */
export function logSearch(limit: number, filter: SimpleLogFilter = {}): LogSearch {
  return { range: filter.range ?? EVER, condition: logCondition(filter), order: "newest", limit };
}

export function logCondition({ service, minSeverityNumber, words, attributes = [] }: SimpleLogFilter): LogCondition {
  const of: LogCondition[] = [];
  if (service !== undefined) of.push(test("service", { kind: "equals", text: service }));
  if (minSeverityNumber !== undefined) of.push({ kind: "severity", least: minSeverityNumber, most: 24 });
  if (words && words.length > 0) of.push(test("body", { kind: "words", words }));
  for (const { key, value } of attributes) of.push(test(attributeField(key), { kind: "equals", text: value }));
  return { kind: "and", of };
}

/** @param field a name, or an attribute */
export function test(field: Exclude<LogField["kind"], "attribute"> | LogField, text: TextTest): LogCondition {
  return { kind: "field", field: typeof field === "string" ? { kind: field } : field, test: text };
}
