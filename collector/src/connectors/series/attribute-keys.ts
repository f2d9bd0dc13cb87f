/**
 * Finds a few attributes by key among a record's many: what connectors read of a span. In: keys, and a record's encoded KeyValues; out:
 * where each value lies. Makes no string: an attribute whose key has none of the wanted lengths costs three comparisons. Old and
 * new names of a semantic convention are one key; the name that was asked for counts before the other.
 */
import { canonicalKey, oldNamesOf } from "../../model/semconv.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { locateKeyValue } from "../../wire/otlp/attribute-text.ts";

interface Wanted {
  /** Index of the key asked for. */
  readonly key: number;
  readonly bytes: Uint8Array;
  /** 0 for the name that was asked for; others count only where it is missing. */
  readonly rank: number;
}

const encoder = new TextEncoder();
/** KeyValue: key = field 1, a string. */
const KEY_TAG = 0x0a;

export class AttributeKeys {
  /** Bytes that the ranges below lie in. */
  source: Uint8Array = new Uint8Array(0);
  /** Key index -> where the value (AnyValue's content) lies; start -1 = the attribute is missing. Valid until the next search. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #ranks: Uint8Array;
  /** By length of the key. */
  readonly #wanted: Wanted[][] = [];
  /** 1 for lengths of keys that are wanted, up to 127 bytes. */
  readonly #lengths = new Uint8Array(256);
  readonly #count: number;

  constructor(keys: readonly string[]) {
    this.#count = keys.length;
    this.starts = new Int32Array(keys.length).fill(-1);
    this.ends = new Int32Array(keys.length);
    this.#ranks = new Uint8Array(keys.length);
    keys.forEach((name, key) => {
      const names = new Set([name, canonicalKey(name), ...oldNamesOf(canonicalKey(name))]);
      [...names].forEach((each, rank) => {
        const bytes = encoder.encode(each);
        while (this.#wanted.length <= bytes.length) this.#wanted.push([]);
        this.#wanted[bytes.length].push({ key, bytes, rank });
        if (bytes.length < 128) this.#lengths[bytes.length] = 1;
      });
    });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Forgets what was found; then {@link add} attributes one by one. */
  begin(source: Uint8Array): void {
    this.source = source;
    this.starts.fill(-1);
  }

  /** The attributes of one span. */
  searchSpan(batch: SpanBatch, span: number): void {
    if (this.#count === 0) return;
    const { bytes, attributeStart, attributeOffset, attributeLength } = batch;
    this.begin(bytes);
    const lengths = this.#lengths;
    const end = attributeStart[span + 1];
    for (let a = attributeStart[span]; a < end; a++) {
      const offset = attributeOffset[a];
      if (bytes[offset] === KEY_TAG && bytes[offset + 1] < 0x80) {
        // A key below 128 bytes that comes first, as every sender writes it: most are told apart by their length.
        const length = bytes[offset + 1];
        if (lengths[length] === 0 || !isOneOf(bytes, offset + 2, this.#wanted[length])) continue;
      }
      this.add(offset, offset + attributeLength[a]);
    }
  }

  /** Takes the KeyValue in `source[start, end)` if its key is wanted. Of equal keys the first counts. */
  add(start: number, end: number): void {
    const { source } = this;
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(source, start, end);
    const length = keyEnd - keyStart;
    if (length >= this.#wanted.length) return;
    for (const { key, bytes, rank } of this.#wanted[length]) {
      if ((this.starts[key] >= 0 && this.#ranks[key] <= rank) || !equals(source, keyStart, bytes)) continue;
      this.starts[key] = valueStart;
      this.ends[key] = valueEnd;
      this.#ranks[key] = rank;
    }
  }
}

function isOneOf(source: Uint8Array, start: number, candidates: readonly Wanted[]): boolean {
  for (let i = 0; i < candidates.length; i++) if (equals(source, start, candidates[i].bytes)) return true;
  return false;
}

function equals(source: Uint8Array, start: number, bytes: Uint8Array): boolean {
  // From the end: keys of one length mostly share a prefix.
  for (let i = bytes.length - 1; i >= 0; i--) if (source[start + i] !== bytes[i]) return false;
  return true;
}
