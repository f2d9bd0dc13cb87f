/** Numbers and texts one after the other, and back: the small parts of metric blocks. Little-endian; varints as protobuf has them. */
import { ByteColumn } from "../../../../base/column.ts";
import { CorruptionError } from "../../block/section.ts";

/** Its length is one byte as a varint. */
const SHORT_TEXT = 128;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const cell = new DataView(new ArrayBuffer(8));
const cellBytes = new Uint8Array(cell.buffer);

export class ByteWriter {
  readonly out: ByteColumn;

  constructor(capacity = 4096) {
    this.out = new ByteColumn(capacity);
  }

  u8(value: number): this {
    this.out.push(value);
    return this;
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): this {
    while (value > 0x7f) {
      this.out.push((value % 128) | 0x80);
      value = Math.floor(value / 128);
    }
    this.out.push(value);
    return this;
  }

  /** A whole number within ±2^52. */
  signed(value: number): this {
    return this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  double(value: number): this {
    cell.setFloat64(0, value, true);
    this.out.append(cellBytes);
    return this;
  }

  text(text: string): this {
    if (text.length < SHORT_TEXT && this.#ascii(text)) return this;
    const bytes = encoder.encode(text);
    this.varint(bytes.length).out.append(bytes);
    return this;
  }

  /** Writes a text below 128 characters if all are ASCII: an encoder's call costs more than so many of them. */
  #ascii(text: string): boolean {
    const { out } = this;
    const before = out.length;
    out.push(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        out.length = before;
        return false;
      }
      out.push(code);
    }
    return true;
  }

  bytes(bytes: Uint8Array): this {
    this.out.append(bytes);
    return this;
  }

  finish(): Uint8Array {
    return this.out.values.subarray(0, this.out.length);
  }
}

/** Reads what ByteWriter wrote, in the same order. Throws CorruptionError past the end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  pos: number;

  constructor(bytes: Uint8Array, pos = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.pos = pos;
  }

  u8(): number {
    return this.bytes[this.skip(1)];
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new CorruptionError("a number in a metric block is too large");
  }

  /** A varint that counts things of which there are `most` at most: a damaged one must not make us allocate. */
  count(most: number): number {
    const count = this.varint();
    if (count > most) throw new CorruptionError(`a metric block cannot have ${count} of a thing (at most ${most})`);
    return count;
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  double(): number {
    return this.view.getFloat64(this.skip(8), true);
  }

  text(): string {
    const length = this.varint();
    const start = this.skip(length);
    return decoder.decode(this.bytes.subarray(start, start + length));
  }

  /** @throws CorruptionError where so many bytes do not follow */
  expect(length: number): void {
    if (this.pos + length > this.bytes.length) throw new CorruptionError("a part of a metric block ends too early");
  }

  /** Goes on by `length` bytes; returns where they begin. */
  skip(length: number): number {
    const start = this.pos;
    this.expect(length);
    this.pos += length;
    return start;
  }
}
