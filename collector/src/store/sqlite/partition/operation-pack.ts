/**
 * The operation rows of one block, once more, in one value: what sums over many blocks read. A row of its own for each (operation,
 * block) finds blocks; to sum 50,000 of them SQLite takes ten times as long as for 1,200 packs.
 *
 *   pack (as a section, not compressed) | rows varint | base u64 | row | row | …
 *   row                                 | operation id varint | records varint | errors varint | first – base varint | last – first varint |
 *                                       | bytes of latency varint | latency |
 *
 * Times are of span starts, in microseconds; base = the block's first. Rows of logs are not packed: nobody sums them.
 */
import { CorruptionError, decodeSection, encodeSection } from "../block/section.ts";

export interface PackedRow {
  readonly id: number;
  readonly count: number;
  readonly errorCount: number;
  readonly minTimeMicros: number;
  readonly maxTimeMicros: number;
  /** See latency-codec.ts. */
  readonly latency: Uint8Array;
}

export function packOperations(rows: readonly PackedRow[]): Buffer {
  const base = rows.reduce((least, { minTimeMicros }) => Math.min(least, minTimeMicros), Number.MAX_SAFE_INTEGER);
  const bytes: number[] = [];
  const varint = (value: number) => {
    for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
    bytes.push(value);
  };
  varint(rows.length);
  for (let i = 0, left = base; i < 8; i++, left = Math.floor(left / 256)) bytes.push(left % 256);
  for (const { id, count, errorCount, minTimeMicros, maxTimeMicros, latency } of rows) {
    for (const value of [id, count, errorCount, minTimeMicros - base, maxTimeMicros - minTimeMicros, latency.length])
      varint(value);
    for (const byte of latency) bytes.push(byte);
  }
  return encodeSection(Uint8Array.from(bytes), false);
}

/** Goes through a pack: `next` puts the next row into the fields. Without an object a row: there are 40 in a block. */
export class PackCursor implements Omit<PackedRow, "latency"> {
  id = 0;
  count = 0;
  errorCount = 0;
  minTimeMicros = 0;
  maxTimeMicros = 0;
  /** Where the row's latency stands in `bytes`. */
  latencyStart = 0;
  latencyEnd = 0;
  readonly bytes: Uint8Array;
  #pos = 0;
  #left: number;
  readonly #base: number;

  /** @throws CorruptionError when the checksum is wrong */
  constructor(pack: Uint8Array) {
    this.bytes = decodeSection(pack);
    this.#left = this.#varint();
    let base = 0;
    for (let i = 7; i >= 0; i--) base = base * 256 + this.bytes[this.#pos + i];
    this.#base = base;
    this.#pos += 8;
  }

  /** False = there is no more. @throws CorruptionError */
  next(): boolean {
    if (this.#left-- <= 0) return false;
    this.id = this.#varint();
    this.count = this.#varint();
    this.errorCount = this.#varint();
    this.minTimeMicros = this.#base + this.#varint();
    this.maxTimeMicros = this.minTimeMicros + this.#varint();
    const length = this.#varint();
    this.latencyStart = this.#pos;
    this.latencyEnd = this.#pos += length;
    if (!(this.#pos <= this.bytes.length)) throw new CorruptionError("an operation pack ends in the middle of a row");
    return true;
  }

  #varint(): number {
    const { bytes } = this;
    let byte = bytes[this.#pos++];
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[this.#pos++];
      value += (byte & 0x7f) * scale;
    }
    return value;
  }
}
