/**
 * Finds runs of the same work under one parent ("212 x SELECT products"), which the waterfall shows as one row. In: a Trace; out:
 * groups of at least FOLD_FROM siblings with the same service, operation and kind. A sibling with an error in its subtree never
 * joins: what went wrong is not folded away.
 */
import { SpanFlag, type Trace } from "./trace.ts";

export const FOLD_FROM = 10;

export interface FoldGroups {
  /** Per trace row: its group, -1 for none. */
  readonly groupOf: Int32Array;
  /** Rows of each group by start. */
  readonly members: readonly Int32Array[];
}

const UNFIT = SpanFlag.error | SpanFlag.errorBelow | SpanFlag.missing;

export function findFoldGroups(trace: Trace): FoldGroups {
  const byKey = new Map<string, number[]>();
  for (let row = 0; row < trace.count; row++) {
    if (trace.parent[row] < 0 || trace.flags[row] & UNFIT) continue;
    const key = `${trace.parent[row]} ${trace.service[row]} ${trace.operation[row]} ${trace.kind[row]}`;
    const rows = byKey.get(key);
    if (rows) rows.push(row);
    else byKey.set(key, [row]);
  }
  const groupOf = new Int32Array(trace.count).fill(-1);
  const members: Int32Array[] = [];
  for (const rows of byKey.values()) {
    if (rows.length < FOLD_FROM) continue;
    for (const row of rows) groupOf[row] = members.length;
    members.push(Int32Array.from(rows));
  }
  return { groupOf, members };
}

/** Nanoseconds of all members together, overlaps counted twice. */
export function groupTime(trace: Trace, members: Int32Array): number {
  return members.reduce((sum, row) => sum + trace.duration[row], 0);
}
