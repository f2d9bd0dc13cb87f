/**
 * What redaction does to each distinct encoded KeyValue, remembered: the same attributes come again and again, and looking one up by
 * its bytes costs 0.1 µs while a handful of regular expressions costs several.
 */
import { randomInt } from "node:crypto";
import { ByteInterner } from "../../base/byte-interner.ts";
import { decodeKeyValue, encodeKeyValue } from "../../wire/otlp/any-value.ts";
import type { Outcome, RedactionRules } from "./redaction-rules.ts";

export interface Verdict {
  /** Undefined = it stays as it is; null = it is removed; else its new KeyValue. */
  readonly change: Uint8Array | null | undefined;
  /** For the summary. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly key: string }[];
}

/** Values above it are mostly unlike any other. */
const MAX_REMEMBERED_BYTES = 1024;
/** Then all is forgotten and begins anew: with 64 bytes an attribute about 4 MB. */
const MAX_ENTRIES = 65_536;

export class Verdicts {
  readonly #rules: RedactionRules;
  readonly #maxEntries: number;
  readonly #known = new ByteInterner(randomInt(2 ** 32));
  #verdicts: Verdict[] = [];

  constructor(rules: RedactionRules, maxEntries: number = MAX_ENTRIES) {
    this.#rules = rules;
    this.#maxEntries = maxEntries;
  }

  /** On the KeyValue in `bytes[start, end)`. */
  on(bytes: Uint8Array, start: number, end: number): Verdict {
    if (end - start > MAX_REMEMBERED_BYTES) return this.#judge(bytes, start, end);
    if (this.#known.size >= this.#maxEntries) {
      this.#known.clear();
      this.#verdicts = [];
    }
    return (this.#verdicts[this.#known.intern(bytes, start, end - start)] ??= this.#judge(bytes, start, end));
  }

  #judge(bytes: Uint8Array, start: number, end: number): Verdict {
    const { key, value } = decodeKeyValue(bytes, start, end);
    const outcomes: { outcome: Outcome; key: string }[] = [];
    const redacted = this.#rules.redactAttribute(key, value, (outcome, path) => outcomes.push({ outcome, key: path }));
    const change =
      redacted === undefined ? null : Object.is(redacted, value) ? undefined : encodeKeyValue(key, redacted);
    return { change, outcomes };
  }
}
