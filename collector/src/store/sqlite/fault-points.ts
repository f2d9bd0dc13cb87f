/**
 * Places where a crash or an error would be at its most unkind. Nothing happens at them in a running collector: only tests set a
 * hook, which kills the process there, fails as a broken disk would, or copies the files as power loss would leave them.
 */

/** In the order in which data passes them. Tests go through the list, so a new point is covered by being named here and reached. */
export const FAULT_POINTS = [
  /** Nothing of the group is in the journal. */
  "journal.write",
  /** The group is written and not synced. */
  "journal.sync",
  /** The group is durable and not yet acknowledged. */
  "journal.acknowledge",
  /** The block is sealed, nothing of it is written. */
  "seal.before-write",
  /** Inside the transaction: all rows are written, the commit is next. */
  "seal.before-commit",
  /** The block is in its partition, and still in the journal. */
  "seal.after-commit-before-drop",
  /** The merged block is made, nothing of it is written. */
  "merge.before-write",
  /** Inside the transaction: the merged block is written and the others are marked. */
  "merge.before-commit",
  /** The merged block stands beside the ones it replaces. */
  "merge.after-commit",
  /** Inside the transaction that deletes replaced blocks. */
  "merge.before-forget",
  /** The replaced blocks are gone. */
  "merge.after-forget",
  /** Inside the transaction that puts one run of the trace index in the place of several. */
  "index-merge.before-commit",
  /** The merged run is there alone. */
  "index-merge.after-commit",
  /** Inside the transaction that brings a partition of an older format to the present one. */
  "upgrade.before-commit",
  /** A new partition's file exists, no block is in it. */
  "partition.begin",
  /** The oldest partition is chosen, its file is there. */
  "retention.before-unlink",
  /** The file is gone, SQLite's files beside it are not. */
  "retention.after-unlink",
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

let hook: ((point: FaultPoint) => void) | undefined;

/** For tests only. The hook may throw: then the step fails there. Undefined = none. */
export function setFaultHook(next: ((point: FaultPoint) => void) | undefined): void {
  hook = next;
}

export function reach(point: FaultPoint): void {
  hook?.(point);
}
