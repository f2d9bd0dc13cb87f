/**
 * `histogram </ x` and `histogram >/ x`: what lies above (below) x is taken away. Count and sum are worked out anew from the buckets, a
 * bucket that x lies in is divided as histogram_quantile would.
 */
import type { Buckets } from "../../../model/histogram-buckets.ts";
import { compact, hasCustomBuckets, lowerBound, upperBound, type Bucket, type Histogram } from "./histogram.ts";
import { fractionBelow } from "./quantile.ts";

export function trimHistogram(h: Histogram, at: number, keepsBelow: boolean): Histogram {
  const isLinear = hasCustomBuckets(h);
  let [count, sum, isTrimmed] = [0, 0, false];
  const note = (kept: number, midpoint: number, before: number): number => {
    count += kept;
    sum += midpoint * kept;
    if (kept !== before) isTrimmed = true;
    return kept;
  };
  const trimSide = (buckets: Buckets, isPositive: boolean): Buckets => {
    const counts = buckets.counts.map((before, i) => {
      if (before === 0) return 0;
      const [low, high] = [lowerBound(buckets.indexes[i], h), upperBound(buckets.indexes[i], h)];
      const bucket = isPositive
        ? { lower: low, upper: high, count: before }
        : { lower: -high, upper: -low, count: before };
      const { lower, upper } = bucket;
      if (keepsBelow ? upper <= at : lower >= at)
        return note(before, midpointOf(lower, upper, isPositive, isLinear), before);
      if (keepsBelow ? lower < at : upper > at) {
        const [kept, midpoint] = trimBucket(bucket, at, keepsBelow, isPositive, isLinear);
        return note(kept, midpoint, before);
      }
      return note(0, 0, before);
    });
    return { indexes: buckets.indexes, counts };
  };
  const positive = trimSide(h.positive, true);
  const negative = trimSide(h.negative, false);
  let { zeroCount } = h;
  if (zeroCount > 0) {
    const hasAny = ({ counts }: Buckets) => counts.some((one) => one !== 0);
    const [kept, midpoint] = trimZeroBucket(h, at, keepsBelow, hasAny(h.negative), hasAny(h.positive));
    zeroCount = note(kept, midpoint, zeroCount);
  }
  return isTrimmed ? compact({ ...h, count, sum, zeroCount, positive, negative }) : h;
}

/** [what stays, where its middle is] */
function trimBucket(
  b: Bucket,
  at: number,
  keepsBelow: boolean,
  isPositive: boolean,
  isLinear: boolean,
): [number, number] {
  if (b.lower === -Infinity || b.upper === Infinity) return trimInfinite(b, at, keepsBelow);
  const under = at <= b.lower ? 0 : at >= b.upper ? b.count : b.count * fractionBelow(b, at, isLinear);
  return keepsBelow
    ? [under, midpointOf(b.lower, at, isPositive, isLinear)]
    : [b.count - under, midpointOf(at, b.upper, isPositive, isLinear)];
}

function trimInfinite({ lower, upper, count }: Bucket, at: number, keepsBelow: boolean): [number, number] {
  const finite = (value: number) => (Number.isFinite(value) ? value : 0);
  if (lower === -Infinity) {
    if (keepsBelow) {
      if (at >= upper) return [count, 0];
      if (at > 0 && upper > 0 && upper !== Infinity) return [(count * at) / upper, at / 2];
      return upper <= 0 ? [count, at] : [0, finite(upper)];
    }
    if (at <= lower) return [count, 0];
    if (at >= 0 && upper > at && upper !== Infinity) return [count * (1 - at / upper), (at + upper) / 2];
    return [0, finite(upper)];
  }
  if (keepsBelow) return [0, finite(lower)];
  return at >= lower ? [count, at] : [0, finite(lower)];
}

function trimZeroBucket(
  { zeroThreshold, zeroCount }: Histogram,
  at: number,
  keepsBelow: boolean,
  hasNegative: boolean,
  hasPositive: boolean,
): [number, number] {
  const lower = hasPositive && !hasNegative ? 0 : -zeroThreshold;
  const upper = hasNegative && !hasPositive ? 0 : zeroThreshold;
  const whole: [number, number] = [zeroCount, (lower + upper) / 2];
  if (at <= lower) return keepsBelow ? [0, 0] : whole;
  if (at >= upper) return keepsBelow ? whole : [0, 0];
  const fraction = (keepsBelow ? at - lower : upper - at) / (upper - lower);
  return [zeroCount * fraction, (keepsBelow ? lower + at : at + upper) / 2];
}

function midpointOf(lower: number, upper: number, isPositive: boolean, isLinear: boolean): number {
  if (!Number.isFinite(lower)) return Number.isFinite(upper) ? (upper > 0 ? upper / 2 : upper) : 0;
  if (!Number.isFinite(upper)) return lower;
  if (isLinear) return (lower + upper) / 2;
  const mean = Math.sqrt(Math.abs(lower * upper));
  return isPositive ? mean : -mean;
}
