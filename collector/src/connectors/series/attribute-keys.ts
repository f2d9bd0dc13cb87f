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
/** KeyValue: key = field 1, value = field 2. */
const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;

export class AttributeKeys {
  /** Bytes that the ranges below lie in. */
  source: Uint8Array = new Uint8Array(0);
  /** Key index -> where the value (AnyValue's content) lies; start -1 = the attribute is missing. Valid until the next search. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly #ranks: Uint8Array;
  /** By length of the key. */
  readonly #wanted: Wanted[][] = [];
  /** 1 where a wanted key has this length and this last byte (length * 256 + byte): tells nearly all others apart by one look. */
  readonly #marks = new Uint8Array(128 * 256);
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
        if (bytes.length > 0 && bytes.length < 128) this.#marks[bytes.length * 256 + bytes[bytes.length - 1]] = 1;
      });
    });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Forgets what was found; then {@link add} attributes one by one. */
  begin(source: Uint8Array): void {
    this.source = source;
    // A call of fill costs more than these few.
    for (let i = 0; i < this.#count; i++) this.starts[i] = -1;
  }

  /** The attributes of one span. */
  searchSpan(batch: SpanBatch, span: number): void {
    if (this.#count === 0) return;
    const { bytes, attributeStart, attributeOffset, attributeLength } = batch;
    this.begin(bytes);
    const marks = this.#marks;
    const end = attributeStart[span + 1];
    for (let a = attributeStart[span]; a < end; a++) {
      const offset = attributeOffset[a];
      const length = bytes[offset + 1];
      // A key below 128 bytes that comes first, as every sender writes it.
      if (bytes[offset] === KEY_TAG && length < 0x80 && marks[length * 256 + bytes[offset + 1 + length]] === 0)
        continue;
      this.add(offset, offset + attributeLength[a]);
    }
  }

  /** Takes the KeyValue in `source[start, end)` if its key is wanted. Of equal keys the first counts. */
  add(start: number, end: number): void {
    const { source } = this;
    let keyStart = start + 2;
    let keyEnd = keyStart + source[start + 1];
    let valueStart = keyEnd + 2;
    let valueEnd = end;
    // Key and value, both below 128 bytes, and nothing else.
    const isPlain =
      source[start] === KEY_TAG &&
      source[start + 1] < 0x80 &&
      source[keyEnd] === VALUE_TAG &&
      source[keyEnd + 1] === end - valueStart &&
      source[keyEnd + 1] < 0x80;
    if (!isPlain) ({ keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(source, start, end));
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

function equals(source: Uint8Array, start: number, bytes: Uint8Array): boolean {
  // From the end: keys of one length mostly share a prefix.
  for (let i = bytes.length - 1; i >= 0; i--) if (source[start + i] !== bytes[i]) return false;
  return true;
}
