/**
 * A trace as the waterfall works with it: columns of numbers in the order of its rows, so that 10,000 spans (and a million) cost
 * a few arrays and no objects to walk. Made by trace-build.ts; nobody changes it.
 */
import type { WireResource, WireScope, WireSpan } from "goldspan/contract";
import type { Moment } from "../base/nanos.ts";

/** Bits of Trace.flags. */
export const SpanFlag = {
  /** Status ERROR. */
  error: 1,
  /** A descendant has status ERROR. */
  errorBelow: 2,
  /** Not a span: stands for a parent that was named but has not arrived. Its times are those of its children together. */
  missing: 4,
  /** Its parent has not arrived. */
  orphan: 8,
  /** Begins before its parent does: clocks differ. */
  startsBeforeParent: 16,
  /** Ends after its parent: asynchronous work, or clocks differ. */
  endsAfterParent: 32,
  /** Its end lies before its start; drawn with width 0. */
  endsBeforeStart: 64,
} as const;

export interface Trace {
  readonly traceId: string;
  /** Rows: spans and placeholders of missing parents, depth first, siblings by start. */
  readonly count: number;
  /** Spans that really arrived. */
  readonly spanCount: number;
  readonly errorCount: number;
  /** Deepest nesting; a root alone is 1. */
  readonly maxDepth: number;
  /** When the earliest span began. */
  readonly begin: Moment;
  /** Nanoseconds from the earliest start to the latest end. */
  readonly totalNanos: number;

  /** Nanoseconds since `begin`. */
  readonly start: Float64Array;
  /** Nanoseconds, never negative. */
  readonly duration: Float64Array;
  /** Nanoseconds in which no child was running. */
  readonly selfTime: Float64Array;
  readonly depth: Uint32Array;
  /** Row of the parent, -1 for roots. */
  readonly parent: Int32Array;
  /** The row after the last descendant: [row, subtreeEnd) is the whole subtree. */
  readonly subtreeEnd: Int32Array;
  /** Index into `services`. */
  readonly service: Uint32Array;
  /** Index into `operations`. */
  readonly operation: Uint32Array;
  /** OTLP SpanKind. */
  readonly kind: Uint8Array;
  readonly flags: Uint8Array;

  readonly services: readonly TraceService[];
  readonly operations: readonly string[];
  /** Per row; undefined for placeholders. */
  readonly sources: readonly (SpanSource | undefined)[];
  /** Row by span id, placeholders included. */
  readonly rowOf: ReadonlyMap<string, number>;
}

export interface TraceService {
  readonly name: string;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Nanoseconds of self time of all its spans. */
  readonly selfTime: number;
}

/** The span as it was sent, with what it shares with others. */
export interface SpanSource {
  readonly span: WireSpan;
  readonly resource?: WireResource;
  readonly scope?: WireScope;
}

export function hasFlag(trace: Trace, row: number, flag: number): boolean {
  return (trace.flags[row] & flag) !== 0;
}

export function endOf(trace: Trace, row: number): number {
  return trace.start[row] + trace.duration[row];
}

export function operationOf(trace: Trace, row: number): string {
  return trace.operations[trace.operation[row]];
}

export function serviceOf(trace: Trace, row: number): string {
  return trace.services[trace.service[row]].name;
}

/** Rows of the direct children, by start. */
export function* childrenOf(trace: Trace, row: number): Generator<number> {
  const end = row < 0 ? trace.count : trace.subtreeEnd[row];
  for (let child = row + 1; child < end; child = trace.subtreeEnd[child]) yield child;
}

/** Parent, grandparent, … of a row. */
export function* ancestorsOf(trace: Trace, row: number): Generator<number> {
  for (let up = trace.parent[row]; up >= 0; up = trace.parent[up]) yield up;
}

/** The span that stands for the trace: the root that lasts longest, preferring one that arrived. -1 when there are no rows. */
export function mainRoot(trace: Trace): number {
  let best = -1;
  const weight = (row: number): number =>
    trace.duration[row] + (hasFlag(trace, row, SpanFlag.missing) ? 0 : trace.totalNanos * 2);
  for (const root of childrenOf(trace, -1)) if (best < 0 || weight(root) > weight(best)) best = root;
  return best;
}
