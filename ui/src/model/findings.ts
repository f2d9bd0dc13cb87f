/**
 * What a practised eye would notice first in a trace, each with the row it is about and the figures that prove it. In: the trace
 * and what was computed from it; out: findings, weightiest first. Says nothing that the spans don't show.
 */
import type { CriticalPath } from "./critical-path.ts";
import { groupTime, type FoldGroups } from "./fold-groups.ts";
import { childrenOf, endOf, hasFlag, SpanFlag, type Trace } from "./trace.ts";

export type Finding =
  | { readonly kind: "error"; readonly row: number; readonly errorCount: number; readonly message: string }
  | {
      readonly kind: "repeat";
      readonly row: number;
      readonly group: number;
      readonly count: number;
      readonly nanos: number;
    }
  | { readonly kind: "gap"; readonly row: number; readonly from: number; readonly nanos: number }
  | { readonly kind: "missing"; readonly row: number; readonly count: number }
  | { readonly kind: "skew"; readonly row: number; readonly count: number; readonly nanos: number }
  | { readonly kind: "negative"; readonly row: number; readonly count: number };

/** A gap counts from this share of the trace on, and never below a millisecond. */
const GAP_SHARE = 0.1;
const GAP_LEAST_NANOS = 1e6;
const MOST_REPEATS = 2;
/** Repeats are worth a word when there are this many, or when they take this share of the trace. */
const REPEAT_COUNT = 50;
const REPEAT_SHARE = 0.05;

export function findFindings(trace: Trace, groups: FoldGroups, critical: CriticalPath): Finding[] {
  const findings: (Finding | undefined)[] = [
    findFirstError(trace),
    ...findRepeats(trace, groups),
    findGap(trace, critical),
    findFlagged(trace, "missing", SpanFlag.missing),
    findSkew(trace),
    findFlagged(trace, "negative", SpanFlag.endsBeforeStart),
  ];
  return findings.filter((finding) => finding !== undefined);
}

/** Where the trouble began: of the spans that failed without a failed child, the one that ended first. */
function findFirstError(trace: Trace): Extract<Finding, { kind: "error" }> | undefined {
  let first = -1;
  for (let row = 0; row < trace.count; row++) {
    if (!hasFlag(trace, row, SpanFlag.error) || hasFlag(trace, row, SpanFlag.errorBelow)) continue;
    if (first < 0 || endOf(trace, row) < endOf(trace, first)) first = row;
  }
  if (first < 0) return undefined;
  const message = trace.sources[first]?.span.status?.message ?? "";
  return { kind: "error", row: first, errorCount: trace.errorCount, message };
}

function findRepeats(trace: Trace, groups: FoldGroups): Finding[] {
  return groups.members
    .map((members, group) => ({ members, group, nanos: groupTime(trace, members) }))
    .filter(({ members, nanos }) => members.length >= REPEAT_COUNT || nanos >= trace.totalNanos * REPEAT_SHARE)
    .sort((a, b) => b.nanos - a.nanos)
    .slice(0, MOST_REPEATS)
    .map(({ members, group, nanos }) => ({ kind: "repeat", row: members[0], group, count: members.length, nanos }));
}

/** The longest stretch of the critical path in which a span that has children ran none of them. */
function findGap(trace: Trace, critical: CriticalPath): Finding | undefined {
  let longest = -1;
  for (let at = 0; at < critical.row.length; at++) {
    const row = critical.row[at];
    const isLeaf = trace.subtreeEnd[row] === row + 1;
    if (isLeaf || hasFlag(trace, row, SpanFlag.missing) || !isBare(trace, row, critical.from[at], critical.to[at]))
      continue;
    if (longest < 0 || critical.to[at] - critical.from[at] > critical.to[longest] - critical.from[longest])
      longest = at;
  }
  if (longest < 0) return undefined;
  const nanos = critical.to[longest] - critical.from[longest];
  if (nanos < Math.max(GAP_LEAST_NANOS, trace.totalNanos * GAP_SHARE)) return undefined;
  return { kind: "gap", row: critical.row[longest], from: critical.from[longest], nanos };
}

/** No child runs between the two moments for more than a trifle. */
function isBare(trace: Trace, row: number, from: number, to: number): boolean {
  for (const child of childrenOf(trace, row)) {
    if (Math.min(endOf(trace, child), to) - Math.max(trace.start[child], from) > (to - from) * 0.01) return false;
  }
  return true;
}

function findFlagged(trace: Trace, kind: "missing" | "negative", flag: number): Finding | undefined {
  const first = trace.flags.findIndex((bits) => (bits & flag) !== 0);
  if (first < 0) return undefined;
  return { kind, row: first, count: trace.flags.reduce((sum, bits) => sum + (bits & flag ? 1 : 0), 0) };
}

function findSkew(trace: Trace): Finding | undefined {
  let worst = -1;
  let count = 0;
  const lead = (row: number): number => trace.start[trace.parent[row]] - trace.start[row];
  for (let row = 0; row < trace.count; row++) {
    if (!hasFlag(trace, row, SpanFlag.startsBeforeParent)) continue;
    count += 1;
    if (worst < 0 || lead(row) > lead(worst)) worst = row;
  }
  return worst < 0 ? undefined : { kind: "skew", row: worst, count, nanos: lead(worst) };
}
