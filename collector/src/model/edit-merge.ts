/** Several batches of one signal as one: bytes one after the other, columns with their offsets moved, records in order. */
import { columnOf, emptyLike, recordColumns, type Column, type Columns, type EditableBatch } from "./edit-columns.ts";
import { NONE, type RecordBatch } from "./record-batch.ts";

/** One batch alone is returned as it is. Cost: a copy of the bytes. Together they must stay below 4 GiB. */
export function mergeBatches<B extends EditableBatch>(batches: readonly B[]): B {
  if (batches.length === 1) return batches[0];
  const count = sum(batches, (batch) => batch.count);
  const bytes = new Uint8Array(sum(batches, (batch) => batch.bytes.length));
  const columns: Columns = { group: new Uint32Array(count) };
  for (const [name] of recordColumns(batches[0])) columns[name] = emptyLike(columnOf(batches[0], name), count);
  const attributes = new Ranges(
    count,
    sum(batches, (batch) => batch.attributeStart[batch.count]),
  );
  const rest = new Ranges(
    count,
    sum(batches, (batch) => batch.restStart[batch.count]),
  );
  const groups: RecordBatch["groups"][number][] = [];
  let record = 0;
  let base = 0;
  for (const batch of batches) {
    bytes.set(batch.bytes, base);
    for (const [name, role] of recordColumns(batch))
      copy(columnOf(batch, name), columns[name], record, batch.count, role === "offset" ? base : 0);
    copy(batch.group, columns.group, record, batch.count, groups.length);
    groups.push(...batch.groups);
    attributes.add(batch.attributeStart, batch.attributeOffset, batch.attributeLength, batch.count, record, base);
    rest.add(batch.restStart, batch.restOffset, batch.restLength, batch.count, record, base);
    record += batch.count;
    base += batch.bytes.length;
  }
  return {
    ...batches[0],
    ...columns,
    bytes,
    count,
    groups,
    attributeStart: attributes.start,
    attributeOffset: attributes.offset,
    attributeLength: attributes.length,
    restStart: rest.start,
    restOffset: rest.offset,
    restLength: rest.length,
    received: undefined,
  };
}

/** Copies the first `count` entries to `at`, adding `shift`; NONE stays. */
function copy(from: Column, to: Column, at: number, count: number, shift: number): void {
  for (let i = 0; i < count; i++) to[at + i] = shift === 0 || from[i] === NONE ? from[i] : from[i] + shift;
}

class Ranges {
  readonly start: Uint32Array;
  readonly offset: Uint32Array;
  readonly length: Uint32Array;
  #used = 0;

  constructor(records: number, ranges: number) {
    this.start = new Uint32Array(records + 1);
    this.offset = new Uint32Array(ranges);
    this.length = new Uint32Array(ranges);
  }

  add(start: Uint32Array, offset: Uint32Array, length: Uint32Array, count: number, at: number, base: number): void {
    for (let i = 0; i <= count; i++) this.start[at + i] = start[i] + this.#used;
    const ranges = start[count];
    for (let r = 0; r < ranges; r++) {
      this.offset[this.#used + r] = offset[r] + base;
      this.length[this.#used + r] = length[r];
    }
    this.#used += ranges;
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
