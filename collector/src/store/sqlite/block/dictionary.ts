/** The distinct attributes of a block, whether it is open (in one arena) or sealed (see dictionary-codec.ts). */
import { decodeText } from "../../../base/protobuf.ts";
import type { ByteColumn } from "../../../base/column.ts";
import { canonicalKey } from "../../../model/semconv.ts";
import { locateKeyValue, valueTextRange } from "../../../wire/otlp/attribute-text.ts";
import type { AttributeCondition } from "../../store.ts";

export type OnRange = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Entries are encoded KeyValue messages, numbered from 0. */
export interface Dictionary {
  readonly size: number;
  /** Appends an entry's bytes and returns how many. */
  append(entry: number, out: ByteColumn): number;
  /** A mark per entry that meets the pair; undefined when none does. */
  find(pair: WantedPair): Uint8Array | undefined;
  /** The same for entries with such a key and such a value, both as UTF-8 ranges. Keys are not asked for once an entry. */
  findValues(hasKey: OnRange, isMet: OnRange): Uint8Array | undefined;
  /** Calls `visit` for each entry, in order; the bytes are valid during the call. */
  each(visit: (bytes: Uint8Array, start: number, end: number, entry: number) => void): void;
}

/** The dictionary of an open block: entry i is bytes[starts[i], starts[i + 1]). */
export class ArenaDictionary implements Dictionary {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;

  constructor(size: number, bytes: Uint8Array, starts: Uint32Array) {
    this.size = size;
    this.bytes = bytes;
    this.starts = starts;
  }

  append(entry: number, out: ByteColumn): number {
    const length = this.starts[entry + 1] - this.starts[entry];
    out.append(this.bytes, this.starts[entry], length);
    return length;
  }

  find(pair: WantedPair): Uint8Array | undefined {
    if (pair.isNowhereIn(this.bytes)) return undefined;
    let found: Uint8Array | undefined;
    this.each((bytes, start, end, entry) => {
      if (pair.isMetBy(bytes, start, end)) (found ??= new Uint8Array(this.size))[entry] = 1;
    });
    return found;
  }

  findValues(hasKey: OnRange, isMet: OnRange): Uint8Array | undefined {
    let found: Uint8Array | undefined;
    this.each((bytes, start, end, entry) => {
      if (meetsBoth(bytes, start, end, hasKey, isMet)) (found ??= new Uint8Array(this.size))[entry] = 1;
    });
    return found;
  }

  each(visit: (bytes: Uint8Array, start: number, end: number, entry: number) => void): void {
    const { size, bytes, starts } = this;
    for (let entry = 0; entry < size; entry++) visit(bytes, starts[entry], starts[entry + 1], entry);
  }
}

/** Tests key and value of one encoded KeyValue. */
export function meetsBoth(bytes: Uint8Array, start: number, end: number, hasKey: OnRange, isMet: OnRange): boolean {
  const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
  if (!hasKey(bytes, keyStart, keyEnd)) return false;
  const text = valueTextRange(bytes, valueStart, valueEnd);
  return isMet(text.bytes, text.start, text.end);
}

/** A key and a value that are looked for: keys are compared by their current name, values as text. */
export class WantedPair {
  /** UTF-8. */
  readonly value: Uint8Array;
  readonly #key: string;
  /** The value is no other type's text: its bytes stand in every message that holds it. */
  readonly #isString: boolean;

  constructor({ key, value }: AttributeCondition) {
    this.#key = canonicalKey(key);
    const isOther = /^([+-]?(\d|\.\d)|NaN|-?Infinity|true$|false$|$|\[|\{)/.test(value);
    const isBase64 = value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    this.#isString = !isOther && !isBase64;
    this.value = new TextEncoder().encode(value);
  }

  hasKey(bytes: Uint8Array, start: number, end: number): boolean {
    return canonicalKey(decodeText(bytes, start, end)) === this.#key;
  }

  /** Tests one encoded KeyValue. */
  isMetBy(bytes: Uint8Array, start: number, end: number): boolean {
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const text = valueTextRange(bytes, valueStart, valueEnd);
    const { value } = this;
    if (text.end - text.start !== value.length) return false;
    for (let i = 0; i < value.length; i++) if (text.bytes[text.start + i] !== value[i]) return false;
    return this.hasKey(bytes, keyStart, keyEnd);
  }

  /** True when no message within the bytes can meet the pair: a look of 0.1 ms a megabyte. False says nothing. */
  isNowhereIn({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    const { value } = this;
    return (
      this.#isString &&
      !Buffer.from(buffer, byteOffset, byteLength).includes(
        Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      )
    );
  }
}
