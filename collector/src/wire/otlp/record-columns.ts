/**
 * The scratch columns that the span and log scanners fill and reuse from request to request; `take` copies out what one request
 * needed. Reuse saves about 15 typed-array allocations a request.
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

  /** Exact copies; the scratch is empty afterwards. */
  take(): SharedColumns {
    this.attributeStart.push(this.attributeOffset.length);
    this.restStart.push(this.restOffset.length);
    const taken = {
      group: take(this.group),
      attributeStart: take(this.attributeStart),
      attributeOffset: take(this.attributeOffset),
      attributeLength: take(this.attributeLength),
      restStart: take(this.restStart),
      restOffset: take(this.restOffset),
      restLength: take(this.restLength),
    };
    this.count = 0;
    return taken;
  }

  clear(): void {
    this.take();
  }
}

export function take(column: U32Column): Uint32Array {
  const values = column.slice();
  column.clear();
  if (column.values.length > KEEP_RECORDS * 16) column.values = new Uint32Array(1024);
  return values;
}

export function takeBytes(column: U32Column): Uint8Array {
  const values = new Uint8Array(column.values.subarray(0, column.length));
  column.clear();
  return values;
}
