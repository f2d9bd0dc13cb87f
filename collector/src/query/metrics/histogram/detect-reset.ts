/** Whether a counter of histograms began anew between two samples. */
import type { Buckets } from "../../../model/histogram-buckets.ts";
import { reduceTo, toBounds, widenZeroBucket } from "./arithmetic.ts";
import { hasCustomBuckets, isSameBounds, type Histogram } from "./histogram.ts";

export function isReset(previous: Histogram, next: Histogram): boolean {
  if (next.hint === "reset") return true;
  if (next.hint === "not_reset") return false;
  if (next.count < previous.count) return true;
  if (hasCustomBuckets(next)) {
    if (!hasCustomBuckets(previous)) return true;
    if (isSameBounds(next.customValues, previous.customValues)) return falls(previous.positive, next.positive);
    const shared = next.customValues.filter((bound) => previous.customValues.includes(bound));
    return falls(toBounds(previous, shared), toBounds(next, shared));
  }
  if (hasCustomBuckets(previous)) return true;
  // A counter doesn't gain resolution.
  if (next.schema > previous.schema || next.zeroThreshold < previous.zeroThreshold) return true;
  const widened =
    next.zeroThreshold === previous.zeroThreshold ? previous : widenZeroBucket(previous, next.zeroThreshold);
  if (widened.zeroThreshold !== next.zeroThreshold) return true;
  if (next.zeroCount < widened.zeroCount) return true;
  const before = reduceTo(widened, next.schema);
  return falls(before.positive, next.positive) || falls(before.negative, next.negative);
}

/** Whether any bucket counts less than it did. */
function falls(before: Buckets, after: Buckets): boolean {
  let at = 0;
  for (let i = 0; i < before.indexes.length; i++) {
    while (at < after.indexes.length && after.indexes[at] < before.indexes[i]) at++;
    const count = after.indexes[at] === before.indexes[i] ? after.counts[at] : 0;
    if (count < before.counts[i]) return true;
  }
  return false;
}
