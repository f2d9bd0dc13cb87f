/**
 * Quantiles and fractions of histograms. Inside a bucket of exponential bounds values are taken as spread exponentially, inside a zero
 * bucket, a custom and a classic one evenly. https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
import { allBuckets, hasCustomBuckets, type Bucket, type Histogram } from "./histogram.ts";

/** Sum is NaN when NaNs were observed; they count, but lie in no bucket. */
export type NaNFinding = "" | "result" | "skew" | "fraction";

export function nativeQuantile(q: number, h: Histogram): { value: number; finding: NaNFinding } {
  const plain = (value: number) => ({ value, finding: "" as const });
  if (q < 0) return plain(-Infinity);
  if (q > 1) return plain(Infinity);
  if (h.count === 0 || Number.isNaN(q)) return plain(NaN);
  const hasNaN = Number.isNaN(h.sum);
  // From the nearer end, which loses less to rounding; from below where NaNs are missing at the top.
  const isForward = hasNaN || q < 0.5;
  const buckets = isForward ? allBuckets(h) : allBuckets(h).reverse();
  let rank = (isForward ? q : 1 - q) * h.count;
  let count = 0;
  let at = 0;
  let bucket: Bucket = { lower: 0, upper: 0, count: 0 };
  for (; at < buckets.length; at++) {
    bucket = buckets[at];
    if (bucket.count === 0) continue;
    count += bucket.count;
    if (count >= rank) break;
  }
  let { lower, upper } = bucket;
  if (!hasCustomBuckets(h) && lower < 0 && upper > 0) {
    // A zero bucket beside buckets of one sign only holds values of that sign.
    if (h.negative.counts.length === 0 && h.positive.counts.length > 0) lower = 0;
    else if (h.positive.counts.length === 0 && h.negative.counts.length > 0) upper = 0;
  } else if (hasCustomBuckets(h)) {
    if (lower === -Infinity) {
      if (upper <= 0) return plain(upper);
      lower = 0;
    } else if (upper === Infinity) return plain(lower);
  }
  count = Math.min(count, h.count);
  if (count < rank) return hasNaN ? { value: NaN, finding: "result" } : plain(upper);
  rank = isForward ? rank - (count - bucket.count) : count - rank;
  let finding: NaNFinding = "";
  if (hasNaN) {
    let seen = count;
    for (at++; at < buckets.length; at++) seen += buckets[at].count;
    if (seen < h.count) finding = "skew";
  }
  const fraction = rank / bucket.count;
  if (hasCustomBuckets(h) || (lower <= 0 && upper >= 0)) return { value: lower + (upper - lower) * fraction, finding };
  const [logLower, logUpper] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper))];
  const value =
    lower > 0
      ? 2 ** (logLower + (logUpper - logLower) * fraction)
      : -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
  return { value, finding };
}

/** How much of the histogram lies between two values. */
export function nativeFraction(lower: number, upper: number, h: Histogram): { value: number; finding: NaNFinding } {
  if (h.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return { value: NaN, finding: "" };
  if (lower >= upper) return { value: 0, finding: "" };
  const buckets = allBuckets(h);
  const hasNaN = Number.isNaN(h.sum);
  const total = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const count = hasNaN ? total : h.count;
  const rankOf = (value: number): number => Math.min(rankBelow(value, buckets, h) ?? count, count);
  const finding = hasNaN && total < h.count ? "fraction" : "";
  return { value: (rankOf(upper) - rankOf(lower)) / h.count, finding };
}

/** How many observations lie below; undefined when all do. */
function rankBelow(value: number, buckets: readonly Bucket[], h: Histogram): number | undefined {
  let rank = 0;
  for (const { lower: from, upper: to, count } of buckets) {
    let [lower, upper] = [from, to];
    const isZeroBucket = lower <= 0 && upper >= 0;
    if (isZeroBucket) {
      if (h.negative.counts.length === 0 && h.positive.counts.length > 0) lower = 0;
      else if (h.positive.counts.length === 0 && h.negative.counts.length > 0) upper = 0;
    }
    if (lower >= value) return rank;
    if (upper > value) {
      const isLinear = hasCustomBuckets(h) || isZeroBucket;
      if (isLinear && lower === -Infinity) return count;
      return rank + count * fractionBelow({ lower, upper, count }, value, isLinear);
    }
    rank += count;
  }
  return undefined;
}

/** Of a bucket that the value lies in. */
export function fractionBelow({ lower, upper }: Bucket, value: number, isLinear: boolean): number {
  if (isLinear) return (value - lower) / (upper - lower);
  const [logLower, logUpper, log] = [lower, upper, value].map((one) => Math.log2(Math.abs(one)));
  return lower > 0 ? (log - logLower) / (logUpper - logLower) : 1 - (log - logUpper) / (logLower - logUpper);
}
