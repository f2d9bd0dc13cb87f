/**
 * What a log record must be to be found: a tree of tests. The query languages (ours, LogQL) come to it, and each store answers it,
 * exactly; what of it an index can use is the store's affair. Fields are those of {@link LogField}.
 */
import type { LogField } from "./log-field.ts";

export type LogCondition =
  /** Of nothing: every record. */
  | { readonly kind: "and"; readonly of: readonly LogCondition[] }
  /** Of nothing: no record. */
  | { readonly kind: "or"; readonly of: readonly LogCondition[] }
  | { readonly kind: "not"; readonly of: LogCondition }
  /** OTLP SeverityNumber, by the severity text where no number was sent, 0 = unknown; both ends inclusive. */
  | { readonly kind: "severity"; readonly least: number; readonly most: number }
  | { readonly kind: "field"; readonly field: LogField; readonly test: TextTest };

/**
 * A test of a field's text. A field that is absent meets none. Where a key stands in several places of a record (its own attributes,
 * its scope's, its resource's, the body's members), one that meets the test is enough.
 */
export type TextTest =
  | { readonly kind: "exists" }
  | { readonly kind: "equals"; readonly text: string }
  /** All words are in it, wherever they stand; in the form that tokensOf() in model/tokens.ts gives. */
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** The words stand in it one after the other, with nothing but separators between them. */
  | { readonly kind: "phrase"; readonly words: readonly string[] }
  /** A part of the text, in the middle of words too. Case folds over ASCII letters. */
  | { readonly kind: "contains"; readonly text: string; readonly ignoreCase: boolean }
  /** RE2; `whole` = from the first to the last character, else anywhere. */
  | { readonly kind: "regex"; readonly pattern: string; readonly ignoreCase: boolean; readonly whole: boolean }
  /** Of a text that is a number, as JavaScript reads it (no empty text); others don't meet it. */
  | { readonly kind: "number"; readonly operator: "=" | "<" | "<=" | ">" | ">="; readonly value: number }
  /** Of a text that is a duration such as 250ms or 1.5s, or a number: then it is taken for `unitNanos` each. */
  | {
      readonly kind: "duration";
      readonly operator: "=" | "<" | "<=" | ">" | ">=";
      readonly nanos: number;
      readonly unitNanos: number;
    };

export const EVERY_LOG: LogCondition = { kind: "and", of: [] };
