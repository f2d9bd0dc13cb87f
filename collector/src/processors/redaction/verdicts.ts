/** What redaction does to each distinct encoded KeyValue. */
import { decodeKeyValue, encodeKeyValue } from "../../wire/otlp/any-value.ts";
import { KeyValueMemo } from "../records/key-value-memo.ts";
import type { Outcome, RedactionRules } from "./redaction-rules.ts";

export interface Verdict {
  /** Undefined = it stays as it is; null = it is removed; else its new KeyValue. */
  readonly change: Uint8Array | null | undefined;
  /** For the summary. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly key: string }[];
}

export type Verdicts = KeyValueMemo<Verdict>;

export function createVerdicts(rules: RedactionRules, maxEntries?: number): Verdicts {
  return new KeyValueMemo<Verdict>((bytes, start, end) => {
    const { key, value } = decodeKeyValue(bytes, start, end);
    const outcomes: { outcome: Outcome; key: string }[] = [];
    const redacted = rules.redactAttribute(key, value, (outcome, path) => outcomes.push({ outcome, key: path }));
    if (redacted === undefined) return { change: null, outcomes };
    return { change: Object.is(redacted, value) ? undefined : encodeKeyValue(key, redacted), outcomes };
  }, maxEntries);
}
