/** A span filter over a block's columns, or over those of one part after the other: the records that meet it, in their order. */
import { decodeText } from "../../../base/protobuf.ts";
import { compareNanos, nanosFromBigInt } from "../../../base/nanos.ts";
import { STATUS_ERROR } from "../../../model/span-batch.ts";
import type { SpanFilter } from "../../store.ts";
import { attributeMatcher, type SharedColumns } from "./match-attributes.ts";
import { STATUS_CODE_MASK, type SpanColumns } from "./record-columns.ts";

export function matchSpans(columns: SpanColumns, filter: SpanFilter): number[] {
  return spanMatcher(columns, filter)?.match(columns) ?? [];
}

/** What is to be looked for in a block, after a look at what all its parts share. */
export interface SpanMatcher {
  /** The records of a part that meet the filter, in its order. */
  match(columns: SpanColumns): number[];
  /** 0 = no span of the part meets the filter; undefined = nothing is known. */
  readonly parts?: Uint8Array;
}

/**
 * Undefined when no span of the block can meet the filter. What it gives is for parts of the same block only.
 * Cost: 5 ns a span for the search columns, then only what these leave over is looked at more closely.
 */
export function spanMatcher(
  block: Pick<SpanColumns, "operations"> & SharedColumns,
  filter: SpanFilter,
): SpanMatcher | undefined {
  const operations = Uint8Array.from(block.operations, ({ service, kind, name }) => {
    if (filter.service !== undefined && filter.service !== service) return 0;
    if (filter.kind !== undefined && filter.kind !== kind) return 0;
    return filter.operation === undefined || filter.operation === decodeText(name, 0, name.length) ? 1 : 0;
  });
  if (!operations.includes(1)) return undefined;
  const conditions = filter.attributes ?? [];
  const attributes = conditions.length > 0 ? attributeMatcher(block, conditions, true) : undefined;
  if (conditions.length > 0 && !attributes) return undefined;
  return {
    match: (columns) => matchColumns(columns, filter, operations, attributes?.mark(columns)),
    parts: attributes?.parts,
  };
}

function matchColumns(
  columns: SpanColumns,
  filter: SpanFilter,
  operations: Uint8Array,
  meets: Uint8Array | undefined,
): number[] {
  const first = nanosFromBigInt(clamp(filter.range.start));
  const last = nanosFromBigInt(clamp(filter.range.end));
  const least = filter.minDurationNanos === undefined ? undefined : nanosFromBigInt(clamp(filter.minDurationNanos));
  const most = filter.maxDurationNanos === undefined ? undefined : nanosFromBigInt(clamp(filter.maxDurationNanos));
  const { count, operation, startLow, startHigh, durationLow, durationHigh, status } = columns;
  const matches: number[] = [];
  for (let i = 0; i < count; i++) {
    if (meets?.[i] === 0) continue;
    if (operations[operation[i]] === 0) continue;
    if (filter.errorsOnly && (status[i] & STATUS_CODE_MASK) !== STATUS_ERROR) continue;
    if (compareNanos(startLow[i], startHigh[i], first.low, first.high) < 0) continue;
    if (compareNanos(startLow[i], startHigh[i], last.low, last.high) > 0) continue;
    if (least || most) {
      // A span that ends before it starts lasts no time.
      const negative = durationHigh[i] >= 0x80000000;
      const low = negative ? 0 : durationLow[i];
      const high = negative ? 0 : durationHigh[i];
      if (least && compareNanos(low, high, least.low, least.high) < 0) continue;
      if (most && compareNanos(low, high, most.low, most.high) > 0) continue;
    }
    matches.push(i);
  }
  return matches;
}

const MAX = 0xffffffffffffffffn;

export function clamp(nanos: bigint): bigint {
  return nanos < 0n ? 0n : nanos > MAX ? MAX : nanos;
}
