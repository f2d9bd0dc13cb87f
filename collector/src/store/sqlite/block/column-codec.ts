/**
 * Columns of numbers <-> bytes inside a section. A column of n numbers is stored as byte planes, all lowest bytes first, then all
 * second bytes …, as many planes as its largest number needs:
 *
 *   | width 0–4 u8 | n low bytes | n second bytes | …
 *
 * Planes of like bytes are what zstd compresses best; a column of zeros takes one byte.
 */
import { ByteColumn } from "../../../base/column.ts";
import { CorruptionError } from "./section.ts";

/** Far above what a block holds: a column of zeros takes no bytes, so its length is bounded by nothing else. */
export const MOST_VALUES = 2 ** 24;

export class ColumnWriter {
  readonly out: ByteColumn;

  constructor(capacity = 65_536) {
    this.out = new ByteColumn(capacity);
  }

  u32(value: number): this {
    const { out } = this;
    for (let shift = 0; shift < 32; shift += 8) out.push((value >>> shift) & 0xff);
    return this;
  }

  /** The first `count` values. */
  column(values: Uint32Array | Uint8Array, count: number): this {
    let all = 0;
    for (let i = 0; i < count; i++) all |= values[i];
    const width = all === 0 ? 0 : (39 - Math.clz32(all)) >>> 3;
    const { out } = this;
    out.push(width);
    out.reserve(width * count);
    const bytes = out.values;
    for (let plane = 0; plane < width; plane++) {
      const shift = plane * 8;
      const base = out.length;
      for (let i = 0; i < count; i++) bytes[base + i] = values[i] >>> shift;
      out.length += count;
    }
    return this;
  }

  bytes(bytes: Uint8Array, start = 0, length: number = bytes.length): this {
    this.out.append(bytes, start, length);
    return this;
  }

  finish(): Uint8Array {
    return this.out.values.subarray(0, this.out.length);
  }
}

/** Reads what ColumnWriter wrote, in the same order. Throws CorruptionError past the end. */
export class ColumnReader {
  readonly bytes: Uint8Array;
  #pos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  u32(): number {
    const at = this.#advance(4);
    const { bytes } = this;
    return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
  }

  column(count: number): Uint32Array {
    const { base, width } = this.planes(count);
    const values = new Uint32Array(count);
    this.#join(base, width, values);
    return values;
  }

  /** Fills `values`, which hold zeros, with a column of their length. */
  columnInto(values: Uint32Array): void {
    const { base, width } = this.planes(values.length);
    this.#join(base, width, values);
  }

  #join(base: number, width: number, values: Uint32Array): void {
    const count = values.length;
    const { bytes } = this;
    const second = base + count;
    const third = second + count;
    const fourth = third + count;
    // One pass for each width: half the time of a pass a plane.
    if (width === 1) for (let i = 0; i < count; i++) values[i] = bytes[base + i];
    else if (width === 2) for (let i = 0; i < count; i++) values[i] = bytes[base + i] | (bytes[second + i] << 8);
    else if (width === 3)
      for (let i = 0; i < count; i++) values[i] = bytes[base + i] | (bytes[second + i] << 8) | (bytes[third + i] << 16);
    else if (width === 4)
      for (let i = 0; i < count; i++)
        values[i] = bytes[base + i] | (bytes[second + i] << 8) | (bytes[third + i] << 16) | (bytes[fourth + i] << 24);
  }

  /** A column as it lies where it is one of bytes, else its numbers. */
  smallColumn(count: number): Uint8Array | Uint32Array {
    const start = this.#pos;
    const { base, width } = this.planes(count);
    if (width === 1) return this.bytes.subarray(base, base + count);
    this.#pos = start;
    return this.column(count);
  }

  /** Running sums of a column of `count` numbers, from 0 on: one more than there are numbers. */
  sums(count: number): Uint32Array {
    const { base, width } = this.planes(count);
    const { bytes } = this;
    const sums = new Uint32Array(count + 1);
    const second = base + count;
    let sum = 0;
    // As in #join; lengths mostly take a byte or two.
    if (width === 1) for (let i = 0; i < count; i++) sums[i + 1] = sum += bytes[base + i];
    else if (width === 2)
      for (let i = 0; i < count; i++) sums[i + 1] = sum += bytes[base + i] | (bytes[second + i] << 8);
    else if (width > 2) {
      const values = new Uint32Array(count);
      this.#join(base, width, values);
      for (let i = 0; i < count; i++) sums[i + 1] = sum += values[i];
    }
    return sums;
  }

  /** A column of numbers below 256. */
  byteColumn(count: number): Uint8Array {
    const { base, width } = this.#bytePlane(count);
    // A copy: slice of a Buffer would be a view that keeps all of it.
    return width === 0 ? new Uint8Array(count) : new Uint8Array(this.bytes.subarray(base, base + count));
  }

  byteColumnInto(values: Uint8Array): void {
    const { base, width } = this.#bytePlane(values.length);
    if (width > 0) values.set(this.bytes.subarray(base, base + values.length));
  }

  #bytePlane(count: number): { base: number; width: number } {
    const planes = this.planes(count);
    if (planes.width > 1) throw new CorruptionError(`a column of bytes has ${planes.width} planes`);
    return planes;
  }

  /** Where a column's planes lie, for a caller that reads them itself: number i's p-th byte is bytes[base + p * count + i]. */
  planes(count: number): { base: number; width: number } {
    if (count > MOST_VALUES) throw new CorruptionError(`a column cannot have ${count} values`);
    const width = this.bytes[this.#advance(1)];
    if (width > 4) throw new CorruptionError(`a column cannot have ${width} planes`);
    return { base: this.#advance(width * count), width };
  }

  /** Offset of what comes next. */
  get position(): number {
    return this.#pos;
  }

  /** A view of the next `length` bytes. */
  view(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.bytes.subarray(at, at + length);
  }

  #advance(length: number): number {
    const at = this.#pos;
    this.#pos += length;
    if (this.#pos > this.bytes.length) throw new CorruptionError("a section ends before its last column");
    return at;
  }
}
