/**
 * Folding and unfolding as values: each function takes a FoldState and gives a new one, so that a change is one comparison. In and
 * out: typed arrays of one byte per trace row and per group; copying those of a million spans takes under a millisecond.
 */
import type { FoldGroups } from "./fold-groups.ts";
import { ancestorsOf, type Trace } from "./trace.ts";
import type { FoldState } from "./trace-rows.ts";

/** All open, groups folded. */
export function initialFold(trace: Trace, groups: FoldGroups): FoldState {
  return { collapsed: new Uint8Array(trace.count), unfolded: new Uint8Array(groups.members.length) };
}

export function setCollapsed(fold: FoldState, row: number, collapsed: boolean): FoldState {
  const next = fold.collapsed.slice();
  next[row] = collapsed ? 1 : 0;
  return { ...fold, collapsed: next };
}

export function setUnfolded(fold: FoldState, group: number, unfolded: boolean): FoldState {
  const next = fold.unfolded.slice();
  next[group] = unfolded ? 1 : 0;
  return { ...fold, unfolded: next };
}

/** Shows spans down to a depth (1 = the roots only); groups fold again. */
export function collapseToDepth(trace: Trace, fold: FoldState, depth: number): FoldState {
  const collapsed = new Uint8Array(trace.count);
  for (let row = 0; row < trace.count; row++) collapsed[row] = trace.depth[row] >= depth - 1 ? 1 : 0;
  return { collapsed, unfolded: new Uint8Array(fold.unfolded.length) };
}

/** Everything shown, group members too. */
export function expandAll(fold: FoldState): FoldState {
  return { collapsed: new Uint8Array(fold.collapsed.length), unfolded: new Uint8Array(fold.unfolded.length).fill(1) };
}

/** Opens whatever hides a trace row; the same state when nothing does. */
export function revealRow(trace: Trace, groups: FoldGroups, fold: FoldState, row: number): FoldState {
  let { collapsed, unfolded } = fold;
  for (const at of [row, ...ancestorsOf(trace, row)]) {
    if (at !== row && collapsed[at]) {
      if (collapsed === fold.collapsed) collapsed = collapsed.slice();
      collapsed[at] = 0;
    }
    const group = groups.groupOf[at];
    if (group >= 0 && !unfolded[group]) {
      if (unfolded === fold.unfolded) unfolded = unfolded.slice();
      unfolded[group] = 1;
    }
  }
  return collapsed === fold.collapsed && unfolded === fold.unfolded ? fold : { collapsed, unfolded };
}
