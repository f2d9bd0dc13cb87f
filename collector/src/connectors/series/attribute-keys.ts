/**
 * Finds a few attributes by key among a record's many: what connectors read of a span. In: keys, and a record's encoded KeyValues; out:
 * where each value lies. Makes no string: an attribute whose key differs from all wanted ones in its length or first bytes costs one
 * look at its first four bytes. Old and new names of a semantic convention are one key; the name that was asked for counts before the other.
 */
import { canonicalKey, oldNamesOf } from "../../model/semconv.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { locateKeyValue } from "../../wire/otlp/attribute-text.ts";

interface Wanted {
  /** Index of the key asked for. */
  readonly key: number;
  readonly bytes: Uint8Array;
  /** The same as numbers of four bytes, from the end on: keys of one length mostly share a prefix. */
  readonly words: Int32Array;
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
  /** 1 where a wanted key has this length and these first two bytes (see markOf): tells nearly all others apart by one look. */
  readonly #marks = new Uint8Array(128 * 256);
  readonly #count: number;
  /** Of `source`: making one costs as much as looking at some attributes. */
  #view: DataView = new DataView(new ArrayBuffer(0));

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
        this.#wanted[bytes.length].push({ key, bytes, words: wordsFromEnd(bytes), rank });
        // What follows a key of one byte may be anything.
        if (bytes.length < 2) this.#marks.fill(1, bytes.length * 256, bytes.length * 256 + 256);
        else if (bytes.length < 128) this.#marks[markOf(bytes.length, bytes[0], bytes[1])] = 1;
      });
    });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Forgets what was found; then {@link add} attributes one by one. */
  begin(source: Uint8Array): void {
    if (this.source !== source) {
      this.source = source;
      this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength);
    }
    // A call of fill costs more than these few.
    for (let i = 0; i < this.#count; i++) this.starts[i] = -1;
  }

  /** The attributes of one span. */
  searchSpan(batch: SpanBatch, span: number): void {
    if (this.#count === 0) return;
    const { bytes, attributeStart, attributeOffset, attributeLength } = batch;
    this.begin(bytes);
    const marks = this.#marks;
    const view = this.#view;
    const lastWord = bytes.length - 4;
    const end = attributeStart[span + 1];
    for (let a = attributeStart[span]; a < end; a++) {
      const offset = attributeOffset[a];
      // A key below 128 bytes that comes first, as every sender writes it: tag, length, and its first two bytes in one word.
      if (offset <= lastWord) {
        const word = view.getInt32(offset, true);
        if ((word & 0x80ff) === KEY_TAG && marks[markOf((word >>> 8) & 0x7f, (word >>> 16) & 0xff, word >>> 24)] === 0)
          continue;
      }
      this.add(offset, offset + attributeLength[a]);
    }
  }

  /** Takes the KeyValue in `source[start, end)` if its key is wanted. Of equal keys the first counts. */
  add(start: number, end: number): void {
    const { source } = this;
    const keyEnd = start + 2 + source[start + 1];
    // Key and value, both below 128 bytes, and nothing else.
    const isPlain =
      source[start] === KEY_TAG &&
      source[start + 1] < 0x80 &&
      source[keyEnd] === VALUE_TAG &&
      source[keyEnd + 1] === end - keyEnd - 2 &&
      source[keyEnd + 1] < 0x80;
    if (isPlain) this.#take(start + 2, keyEnd, keyEnd + 2, end);
    else {
      const found = locateKeyValue(source, start, end);
      this.#take(found.keyStart, found.keyEnd, found.valueStart, found.valueEnd);
    }
  }

  #take(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const length = keyEnd - keyStart;
    if (length >= this.#wanted.length) return;
    const wanted = this.#wanted[length];
    for (let w = 0; w < wanted.length; w++) {
      const each = wanted[w];
      const { key, rank } = each;
      if ((this.starts[key] >= 0 && this.#ranks[key] <= rank) || !this.#equals(keyStart, keyEnd, each)) continue;
      this.starts[key] = valueStart;
      this.ends[key] = valueEnd;
      this.#ranks[key] = rank;
    }
  }

  #equals(start: number, end: number, { words, bytes }: Wanted): boolean {
    const view = this.#view;
    let at = end - 4;
    for (let i = 0; i < words.length; i++, at -= 4) if (view.getInt32(at, true) !== words[i]) return false;
    for (let i = at + 3 - start; i >= 0; i--) if (view.getUint8(start + i) !== bytes[i]) return false;
    return true;
  }
}

function markOf(length: number, first: number, second: number): number {
  return (length << 8) | ((first * 5 + second) & 0xff);
}

function wordsFromEnd(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(bytes.length - 4 * (i + 1), true));
}
