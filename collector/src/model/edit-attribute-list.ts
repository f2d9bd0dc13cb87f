/**
 * The attributes of one record, event or resource while a processor looks at them and changes them: a list of encoded KeyValues,
 * each with the place of its key and value. One list is filled again and again, so looking costs no allocation. Knows no values:
 * who wants one decodes its range.
 */
import { BYTES, ProtoReader } from "../base/protobuf.ts";
import type { RecordBatch } from "./record-batch.ts";
import type { RangeListEditor } from "./edit-records.ts";

const encoder = new TextEncoder();
const reader = new ProtoReader(new Uint8Array(0));

export class AttributeList {
  length = 0;
  /** Something differs from what was loaded. */
  changed = false;
  /** Entry -> the bytes it lies in, where its KeyValue, key and value begin and end there. */
  readonly source: Uint8Array[] = [];
  readonly start: number[] = [];
  readonly end: number[] = [];
  readonly keyStart: number[] = [];
  readonly keyEnd: number[] = [];
  readonly valueStart: number[] = [];
  readonly valueEnd: number[] = [];

  /** Forgets all and loads a record's attributes. */
  load(batch: RecordBatch, record: number): this {
    this.clear();
    for (let a = batch.attributeStart[record]; a < batch.attributeStart[record + 1]; a++) {
      const start = batch.attributeOffset[a];
      this.#put(this.length++, batch.bytes, start, start + batch.attributeLength[a]);
    }
    return this;
  }

  clear(): this {
    this.length = 0;
    this.changed = false;
    return this;
  }

  /** Adds what is there already: no change. */
  addLoaded(bytes: Uint8Array, start: number, end: number): void {
    this.#put(this.length++, bytes, start, end);
  }

  /** Index of the first entry with this key (UTF-8), or -1. */
  find(key: Uint8Array): number {
    for (let i = 0; i < this.length; i++) if (this.hasKey(i, key)) return i;
    return -1;
  }

  hasKey(index: number, key: Uint8Array): boolean {
    const start = this.keyStart[index];
    if (this.keyEnd[index] - start !== key.length) return false;
    const source = this.source[index];
    for (let i = 0; i < key.length; i++) if (source[start + i] !== key[i]) return false;
    return true;
  }

  /** Adds an encoded KeyValue at the end. */
  add(keyValue: Uint8Array): void {
    this.#put(this.length++, keyValue, 0, keyValue.length);
    this.changed = true;
  }

  /** Puts an encoded KeyValue in an entry's place. The same bytes again are no change. */
  replace(index: number, keyValue: Uint8Array): void {
    if (this.#equals(index, keyValue)) return;
    this.#put(index, keyValue, 0, keyValue.length);
    this.changed = true;
  }

  /** Keeps only the entries for which `keep` holds; asked in order, and it may replace the entry it is asked about. */
  retain(keep: (index: number) => boolean): void {
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      if (!keep(i)) continue;
      if (kept < i) this.#move(i, kept);
      kept++;
    }
    if (kept === this.length) return;
    this.length = kept;
    this.changed = true;
  }

  /** Writes the list as a record's ranges; entries that are not in the batch's bytes go through `append`. */
  store(ranges: RangeListEditor, record: number, bytes: Uint8Array, append: (bytes: Uint8Array) => number): void {
    ranges.replace(record);
    for (let i = 0; i < this.length; i++) {
      const source = this.source[i];
      const length = this.end[i] - this.start[i];
      ranges.push(source === bytes ? this.start[i] : append(source) + this.start[i], length);
    }
  }

  #equals(index: number, keyValue: Uint8Array): boolean {
    const start = this.start[index];
    if (this.end[index] - start !== keyValue.length) return false;
    const source = this.source[index];
    return keyValue.every((byte, i) => source[start + i] === byte);
  }

  #move(from: number, to: number): void {
    this.source[to] = this.source[from];
    this.start[to] = this.start[from];
    this.end[to] = this.end[from];
    this.keyStart[to] = this.keyStart[from];
    this.keyEnd[to] = this.keyEnd[from];
    this.valueStart[to] = this.valueStart[from];
    this.valueEnd[to] = this.valueEnd[from];
  }

  #put(index: number, bytes: Uint8Array, start: number, end: number): void {
    this.source[index] = bytes;
    this.start[index] = start;
    this.end[index] = end;
    // Nearly all: key and value in this order, each with a length below 128.
    const value = start + 2 + bytes[start + 1];
    if (
      bytes[start] === 0x0a &&
      bytes[start + 1] < 0x80 &&
      value + 2 <= end &&
      bytes[value] === 0x12 &&
      bytes[value + 1] < 0x80 &&
      value + 2 + bytes[value + 1] === end
    ) {
      this.keyStart[index] = start + 2;
      this.keyEnd[index] = value;
      this.valueStart[index] = value + 2;
      this.valueEnd[index] = end;
      return;
    }
    this.keyStart[index] = this.keyEnd[index] = this.valueStart[index] = this.valueEnd[index] = start;
    reader.reset(bytes, start, end);
    while (reader.next()) {
      if (reader.wire !== BYTES) continue;
      if (reader.field === 1) {
        this.keyStart[index] = reader.valueStart;
        this.keyEnd[index] = reader.valueEnd;
      } else if (reader.field === 2) {
        this.valueStart[index] = reader.valueStart;
        this.valueEnd[index] = reader.valueEnd;
      }
    }
  }
}

/** A key as it is compared. */
export function keyBytes(key: string): Uint8Array {
  return encoder.encode(key);
}
