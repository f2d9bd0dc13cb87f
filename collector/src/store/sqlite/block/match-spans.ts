/** A span filter over a block's columns: the records that meet it, in the block's order. */
import { decodeText } from "../../../base/protobuf.ts";
import { compareNanos, nanosFromBigInt } from "../../../base/nanos.ts";
import { STATUS_ERROR } from "../../../model/span-batch.ts";
import type { SpanFilter } from "../../store.ts";
import { matchAttributes } from "./match-attributes.ts";
import { STATUS_CODE_MASK, type SpanColumns } from "./record-columns.ts";

/** Cost: 5 ns a span for the search columns, then only what these leave over is looked at more closely. */
export function matchSpans(columns: SpanColumns, filter: SpanFilter): number[] {
  const operations = Uint8Array.from(columns.operations, ({ service, kind, name }) => {
    if (filter.service !== undefined && filter.service !== service) return 0;
    if (filter.kind !== undefined && filter.kind !== kind) return 0;
    return filter.operation === undefined || filter.operation === decodeText(name, 0, name.length) ? 1 : 0;
  });
  if (!operations.includes(1)) return [];
  const attributes = filter.attributes ?? [];
  const meets = attributes.length > 0 ? matchAttributes(columns, attributes, true) : undefined;
  if (attributes.length > 0 && !meets) return [];
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
