/**
 * What a series of histograms as counters says about resets between neighbours, worked out when samples come in: "not_reset" saves a
 * reader the comparison of all buckets. A reset that shows in the numbers is left "unknown", as readers of Prometheus get it, too
 * (https://github.com/prometheus/prometheus/issues/15346): they find it again, and sums of series don't warn of it.
 */
import { CUSTOM_BUCKETS_SCHEMA, type CounterResetHint, type NativeHistogram } from "./native-histogram.ts";
import { bucketsOf } from "./histogram-buckets.ts";

/** The hint to store with `next` when it follows `previous` (undefined = it is its series' first histogram, or a gap is between). */
export function resetHintAfter(previous: NativeHistogram | undefined, next: NativeHistogram): CounterResetHint {
  if (next.counterResetHint === "gauge" || next.counterResetHint === "reset") return next.counterResetHint;
  if (!previous || previous.counterResetHint === "gauge") return "unknown";
  if (next.count < previous.count || next.zeroCount < previous.zeroCount) return "unknown";
  if (next.schema !== previous.schema || next.zeroThreshold !== previous.zeroThreshold) return "unknown";
  if (next.schema === CUSTOM_BUCKETS_SCHEMA && !isSame(previous.customValues ?? [], next.customValues ?? []))
    return "unknown";
  const falls = fallsAnywhere(previous, next, "positive") || fallsAnywhere(previous, next, "negative");
  return falls ? "unknown" : "not_reset";
}

function fallsAnywhere(previous: NativeHistogram, next: NativeHistogram, side: "positive" | "negative"): boolean {
  // Mostly nothing but the counts has changed: then no index is worked out.
  const counts = side === "positive" ? next.positiveBuckets : next.negativeBuckets;
  const countsBefore = side === "positive" ? previous.positiveBuckets : previous.negativeBuckets;
  const spans = side === "positive" ? next.positiveSpans : next.negativeSpans;
  const spansBefore = side === "positive" ? previous.positiveSpans : previous.negativeSpans;
  if (
    spans.length === spansBefore.length &&
    spans.every(({ offset, length }, i) => offset === spansBefore[i].offset && length === spansBefore[i].length)
  )
    return counts.some((count, i) => count < countsBefore[i]);
  const after = bucketsOf(next, side);
  let at = 0;
  const before = bucketsOf(previous, side);
  for (let i = 0; i < before.indexes.length; i++) {
    while (at < after.indexes.length && after.indexes[at] < before.indexes[i]) at++;
    const count = at < after.indexes.length && after.indexes[at] === before.indexes[i] ? after.counts[at] : 0;
    if (count < before.counts[i]) return true;
  }
  return false;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
