/**
 * Texts as numbers: names and attribute values that make up the keys of series. A value's text is what searches show (integers in
 * decimal, true/false, …), whatever type it was sent with, so 200 and "200" are one. A known value costs one look-up by its bytes.
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { decodeText } from "../../base/protobuf.ts";
import { valueTextRange } from "../../wire/otlp/attribute-text.ts";

const STRING_TAG = 0x0a;
/** Longer texts are cut: a label of more bytes tells nobody more. */
const MOST_TEXT_BYTES = 512;

export class TextTable {
  readonly #texts = new ByteInterner(0x51ed270b);
  /** Encoded values that are no plain strings -> their texts. */
  readonly #values = new ByteInterner(0x2c1b3c6d);
  #textOfValue: number[] = [];

  get size(): number {
    return this.#texts.size;
  }

  /** The number of UTF-8 text, or -1 when it is not known and must not be added. */
  text(bytes: Uint8Array, start: number, length: number, mayAdd: boolean): number {
    if (length > MOST_TEXT_BYTES) length = cut(bytes, start);
    return mayAdd ? this.#texts.intern(bytes, start, length) : this.#texts.find(bytes, start, length);
  }

  /** The same for the text of the AnyValue in `bytes[start, end)`. */
  value(bytes: Uint8Array, start: number, end: number, mayAdd: boolean): number {
    const length = end - start;
    if (length < 130 && bytes[start] === STRING_TAG && bytes[start + 1] === length - 2)
      return this.text(bytes, start + 2, length - 2, mayAdd);
    const known = this.#values.find(bytes, start, length);
    if (known >= 0) return this.#textOfValue[known];
    const range = valueTextRange(bytes, start, end);
    const text = this.text(range.bytes, range.start, range.end - range.start, mayAdd);
    // Both tables are bounded by what may be added.
    if (mayAdd) this.#textOfValue[this.#values.intern(bytes, start, length)] = text;
    return text;
  }

  /** Whether the text is these bytes. */
  is(id: number, bytes: Uint8Array, start: number, length: number): boolean {
    return this.#texts.is(id, bytes, start, length);
  }

  /** Whether the text is that of the AnyValue in `bytes[start, end)`; false also where that is no plain string. */
  isValue(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start - 2;
    return (
      length < 128 &&
      bytes[start] === STRING_TAG &&
      bytes[start + 1] === length &&
      this.#texts.is(id, bytes, start + 2, length)
    );
  }

  textOf(id: number): string {
    const { arena, starts } = this.#texts;
    return decodeText(arena, starts[id], starts[id + 1]);
  }

  bytesOf(id: number): Uint8Array {
    return this.#texts.view(id);
  }
}

/** To the last whole character. */
function cut(bytes: Uint8Array, start: number): number {
  let length = MOST_TEXT_BYTES;
  while (length > 0 && (bytes[start + length] & 0xc0) === 0x80) length--;
  return length;
}
