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
