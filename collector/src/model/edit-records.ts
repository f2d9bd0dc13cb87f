/**
 * Collects changes to a batch and makes a new batch of them: new bytes are appended behind the old ones, so untouched ranges stay
 * as they are. Without changes nothing is allocated and `finish` returns the batch itself.
 */
import { ByteColumn, U32Column } from "../base/column.ts";
import { columnOf, type Columns, type EditableBatch } from "./edit-columns.ts";
import type { RecordGroup } from "./record-batch.ts";

export class RecordEditor<B extends EditableBatch> {
  readonly batch: B;
  readonly attributes: RangeListEditor;
  readonly rest: RangeListEditor;
  #added: ByteColumn | undefined;
  #groups: RecordGroup[] | undefined;
  readonly #columns: Columns = {};
  readonly #places = new Map<Uint8Array, number>();

  constructor(batch: B) {
    this.batch = batch;
    this.attributes = new RangeListEditor(
      batch.attributeStart,
      batch.attributeOffset,
      batch.attributeLength,
      batch.count,
    );
    this.rest = new RangeListEditor(batch.restStart, batch.restOffset, batch.restLength, batch.count);
  }

  /** Puts bytes into the new batch; returns their offset there. */
  append(bytes: Uint8Array): number {
    this.#added ??= new ByteColumn(4096);
    return this.batch.bytes.length + this.#added.append(bytes);
  }

  /** The same for bytes that come again and again, recognised by identity: they are put in once. */
  appendOnce(bytes: Uint8Array): number {
    let offset = this.#places.get(bytes);
    if (offset === undefined) this.#places.set(bytes, (offset = this.append(bytes)));
    return offset;
  }

  setGroup(index: number, group: RecordGroup): void {
    this.#groups ??= [...this.batch.groups];
    this.#groups[index] = group;
  }

  /** Sets a per-record column, e.g. "bodyOffset". */
  set(column: Exclude<keyof B & string, "signal" | "bytes" | "count" | "groups">, record: number, value: number): void {
    this.#columns[column] ??= columnOf(this.batch, column).slice();
    this.#columns[column][record] = value;
  }

  /** The batch with all changes; the old one when there were none. */
  finish(): B {
    const attributes = this.attributes.finish();
    const rest = this.rest.finish();
    const columns = Object.keys(this.#columns).length > 0;
    if (!attributes && !rest && !this.#groups && !columns) return this.batch;
    return {
      ...this.batch,
      ...this.#columns,
      ...(attributes && {
        attributeStart: attributes.start,
        attributeOffset: attributes.offset,
        attributeLength: attributes.length,
      }),
      ...(rest && { restStart: rest.start, restOffset: rest.offset, restLength: rest.length }),
      groups: this.#groups ?? this.batch.groups,
      bytes: this.#joinedBytes(),
      received: undefined,
    };
  }

  #joinedBytes(): Uint8Array {
    const { bytes } = this.batch;
    if (!this.#added) return bytes;
    const joined = new Uint8Array(bytes.length + this.#added.length);
    joined.set(bytes);
    joined.set(this.#added.values.subarray(0, this.#added.length), bytes.length);
    return joined;
  }
}

/** Replaces the ranges of some records in a (start, offset, length) triple of columns. */
export class RangeListEditor {
  readonly #start: Uint32Array;
  readonly #offset: Uint32Array;
  readonly #length: Uint32Array;
  readonly #count: number;
  /** Undefined until the first change. */
  #out: { start: U32Column; offset: U32Column; length: U32Column } | undefined;
  /** Records below it are written. */
  #done = 0;

  constructor(start: Uint32Array, offset: Uint32Array, length: Uint32Array, count: number) {
    this.#start = start;
    this.#offset = offset;
    this.#length = length;
    this.#count = count;
  }

  /** Drops the record's ranges; push its new ones. Records must come in rising order; those in between stay as they are. */
  replace(record: number): void {
    this.#out ??= {
      start: new U32Column(this.#count + 1),
      offset: new U32Column(this.#offset.length + 16),
      length: new U32Column(this.#offset.length + 16),
    };
    this.#keepUntil(record);
    this.#out.start.push(this.#out.offset.length);
    this.#done = record + 1;
  }

  push(offset: number, length: number): void {
    this.#out?.offset.push(offset);
    this.#out?.length.push(length);
  }

  /** Undefined when nothing was replaced. */
  finish(): { start: Uint32Array; offset: Uint32Array; length: Uint32Array } | undefined {
    const out = this.#out;
    if (!out) return undefined;
    this.#keepUntil(this.#count);
    out.start.push(out.offset.length);
    return { start: out.start.slice(), offset: out.offset.slice(), length: out.length.slice() };
  }

  #keepUntil(record: number): void {
    const out = this.#out;
    if (!out) return;
    for (; this.#done < record; this.#done++) {
      out.start.push(out.offset.length);
      for (let r = this.#start[this.#done]; r < this.#start[this.#done + 1]; r++) {
        out.offset.push(this.#offset[r]);
        out.length.push(this.#length[r]);
      }
    }
  }
}
