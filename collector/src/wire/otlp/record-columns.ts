/**
 * The scratch columns that the span and log scanners fill and reuse from request to request; `takeColumns` copies out what one
 * request needed. Reuse saves about 15 typed-array allocations a request.
 */
import { DecodeError } from "../../base/errors.ts";
import { U32Column } from "../../base/column.ts";
import type { RecordBatch } from "../../model/record-batch.ts";

/** Scratch beyond this many records is given back after use, so that one giant request doesn't keep its memory. */
const KEEP_RECORDS = 32_768;

/**
 * An empty record takes two bytes, and its columns 80: without a bound a request of 64 MiB of them, 64 KiB gzipped, would take 2.5 GB.
 * 20 times what the largest senders' requests hold.
 */
export const MOST_RECORDS = 1_048_576;

type SharedColumns = Pick<
  RecordBatch,
  "group" | "attributeStart" | "attributeOffset" | "attributeLength" | "restStart" | "restOffset" | "restLength"
>;

export class RecordColumns {
  count = 0;
  readonly group = new U32Column(1024);
  readonly attributeStart = new U32Column(1024);
  readonly attributeOffset = new U32Column(8192);
  readonly attributeLength = new U32Column(8192);
  readonly restStart = new U32Column(1024);
  readonly restOffset = new U32Column(1024);
  readonly restLength = new U32Column(1024);

  /** Begins the next record; its attributes and rest follow. */
  begin(group: number): void {
    if (this.count === MOST_RECORDS)
      throw new DecodeError(`cannot take a request of more than ${MOST_RECORDS} records; send smaller batches`);
    this.group.push(group);
    this.attributeStart.push(this.attributeOffset.length);
    this.restStart.push(this.restOffset.length);
    this.count++;
  }

  /** Takes back the record begun last: it turned out invalid. */
  abandon(): void {
    this.count--;
    this.group.length--;
    this.attributeOffset.length = this.attributeLength.length =
      this.attributeStart.values[--this.attributeStart.length];
    this.restOffset.length = this.restLength.length = this.restStart.values[--this.restStart.length];
  }

  attribute(offset: number, length: number): void {
    this.attributeOffset.push(offset);
    this.attributeLength.push(length);
  }

  /** Adds a whole field to the record's rest; one that follows the last directly extends its range. */
  rest(start: number, end: number): void {
    const { restOffset, restLength } = this;
    const last = restOffset.length - 1;
    if (last >= this.restStart.values[this.count - 1] && restOffset.values[last] + restLength.values[last] === start) {
      restLength.values[last] += end - start;
      return;
    }
    restOffset.push(start);
    restLength.push(end - start);
  }

  /** What `takeColumns` takes besides the columns of one signal, once the last record has ended. */
  end(): Readonly<Record<keyof SharedColumns, U32Column>> {
    this.attributeStart.push(this.attributeOffset.length);
    this.restStart.push(this.restOffset.length);
    this.count = 0;
    const { group, attributeStart, attributeOffset, attributeLength, restStart, restOffset, restLength } = this;
    return { group, attributeStart, attributeOffset, attributeLength, restStart, restOffset, restLength };
  }

  clear(): void {
    for (const column of Object.values(this.end())) column.clear();
  }
}

type Columns<K extends string> = Readonly<Record<K, U32Column>>;

/**
 * Exact copies of all columns of a batch, in one buffer: 25 of their own, most of them small, take 20 µs to make and are what the
 * garbage collector has to look after. The scratch is empty afterwards.
 * @param bytes columns whose values are below 256
 */
export function takeColumns<W extends string, B extends string>(
  words: Columns<W>,
  bytes: Columns<B>,
): Record<W, Uint32Array> & Record<B, Uint8Array> {
  let size = 0;
  for (const name in words) size += words[name].length * 4;
  for (const name in bytes) size += bytes[name].length;
  const buffer = new ArrayBuffer(size);
  const taken: Record<string, Uint32Array | Uint8Array> = {};
  let at = 0;
  const take = (name: string, column: U32Column, view: Uint32Array | Uint8Array) => {
    view.set(column.values.subarray(0, column.length));
    taken[name] = view;
    at += view.byteLength;
    column.clear();
    if (column.values.length > KEEP_RECORDS * 16) column.values = new Uint32Array(1024);
  };
  for (const name in words) take(name, words[name], new Uint32Array(buffer, at, words[name].length));
  for (const name in bytes) take(name, bytes[name], new Uint8Array(buffer, at, bytes[name].length));
  return taken as Record<W, Uint32Array> & Record<B, Uint8Array>;
}
