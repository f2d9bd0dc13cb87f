/** Some of a batch's records as a batch of its own: the bytes are shared, the columns are new, unused groups fall away. */
import { columnOf, emptyLike, recordColumns, type Columns, type EditableBatch } from "./edit-columns.ts";
import type { RecordGroup } from "./record-batch.ts";

/**
 * The records for which `keep` holds, in order, or those with the given indices, in the order given. Keeping all by a test gives the
 * very same batch, `received` and all.
 */
export function selectRecords<B extends EditableBatch>(
  batch: B,
  keep: ((index: number) => boolean) | ArrayLike<number>,
): B {
  if (typeof keep !== "function") return pick(batch, keep);
  const kept = new Uint32Array(batch.count);
  let count = 0;
  for (let i = 0; i < batch.count; i++) if (keep(i)) kept[count++] = i;
  return count === batch.count ? batch : pick(batch, kept.subarray(0, count));
}

/** Records [from, to). */
export function sliceRecords<B extends EditableBatch>(batch: B, from: number, to: number): B {
  return selectRecords(batch, (i) => i >= from && i < to);
}

function pick<B extends EditableBatch>(batch: B, indices: ArrayLike<number>): B {
  const columns: Columns = {};
  for (const [name] of recordColumns(batch)) {
    const from = columnOf(batch, name);
    const to = emptyLike(from, indices.length);
    for (let i = 0; i < indices.length; i++) to[i] = from[indices[i]];
    columns[name] = to;
  }
  const attributes = pickRanges(batch.attributeStart, batch.attributeOffset, batch.attributeLength, indices);
  const rest = pickRanges(batch.restStart, batch.restOffset, batch.restLength, indices);
  return {
    ...batch,
    ...columns,
    ...pickGroups(batch, indices),
    count: indices.length,
    attributeStart: attributes.start,
    attributeOffset: attributes.offset,
    attributeLength: attributes.length,
    restStart: rest.start,
    restOffset: rest.offset,
    restLength: rest.length,
    received: undefined,
  };
}

function pickRanges(start: Uint32Array, offset: Uint32Array, length: Uint32Array, indices: ArrayLike<number>) {
  const starts = new Uint32Array(indices.length + 1);
  let total = 0;
  for (let i = 0; i < indices.length; i++) {
    starts[i] = total;
    total += start[indices[i] + 1] - start[indices[i]];
  }
  starts[indices.length] = total;
  const offsets = new Uint32Array(total);
  const lengths = new Uint32Array(total);
  for (let i = 0, out = 0; i < indices.length; i++) {
    for (let r = start[indices[i]]; r < start[indices[i] + 1]; r++, out++) {
      offsets[out] = offset[r];
      lengths[out] = length[r];
    }
  }
  return { start: starts, offset: offsets, length: lengths };
}

function pickGroups(batch: EditableBatch, indices: ArrayLike<number>): { group: Uint32Array; groups: RecordGroup[] } {
  const newIndex = new Int32Array(batch.groups.length).fill(-1);
  const groups: RecordGroup[] = [];
  const group = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const old = batch.group[indices[i]];
    if (newIndex[old] < 0) newIndex[old] = groups.push(batch.groups[old]) - 1;
    group[i] = newIndex[old];
  }
  return { group, groups };
}
