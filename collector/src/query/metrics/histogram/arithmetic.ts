/**
 * Native histograms added, subtracted, scaled. Of two resolutions the lower one is taken, of two zero buckets the wider one (widened
 * to whole buckets), of two sets of custom bounds those that both have.
 */
import type { Buckets } from "../../../model/histogram-buckets.ts";
import type { CounterResetHint } from "../../../model/native-histogram.ts";
import {
  compact,
  exponentialBound,
  hasCustomBuckets,
  isSameBounds,
  lowerBound,
  NO_BUCKETS,
  upperBound,
  type Histogram,
} from "./histogram.ts";

/** Custom and exponential buckets don't go together. */
export class IncompatibleSchemas extends Error {
  override name = "IncompatibleSchemas";
}

export interface Combined {
  readonly histogram: Histogram;
  /** Both said of themselves whether the counter was reset, and contradict each other. */
  readonly resetsCollide: boolean;
  /** Custom bounds differed: those that both have were kept. */
  readonly boundsReconciled: boolean;
}

export function addHistograms(a: Histogram, b: Histogram): Combined {
  return combine(a, b, 1);
}

export function subtractHistograms(a: Histogram, b: Histogram): Combined {
  return combine(a, b, -1);
}

export function scaleHistogram(histogram: Histogram, factor: number): Histogram {
  return mapCounts(histogram, (count) => count * factor, factor < 0);
}

export function divideHistogram(histogram: Histogram, divisor: number): Histogram {
  const divided = mapCounts(histogram, (count) => count / divisor, divisor < 0);
  return divisor === 0 ? { ...divided, positive: NO_BUCKETS, negative: NO_BUCKETS } : divided;
}

function mapCounts(histogram: Histogram, change: (count: number) => number, isNegative: boolean): Histogram {
  const map = ({ indexes, counts }: Buckets): Buckets => ({ indexes, counts: counts.map(change) });
  return {
    ...histogram,
    zeroCount: change(histogram.zeroCount),
    count: change(histogram.count),
    sum: change(histogram.sum),
    positive: map(histogram.positive),
    negative: map(histogram.negative),
    hint: isNegative ? "gauge" : histogram.hint,
  };
}

function combine(a: Histogram, b: Histogram, sign: 1 | -1): Combined {
  if (hasCustomBuckets(a) !== hasCustomBuckets(b)) throw new IncompatibleSchemas();
  const { hint, collides } = joinHints(a.hint, b.hint);
  const count = a.count + sign * b.count;
  const sum = a.sum + sign * b.sum;
  if (hasCustomBuckets(a)) {
    const isSame = isSameBounds(a.customValues, b.customValues);
    const customValues = isSame ? a.customValues : a.customValues.filter((bound) => b.customValues.includes(bound));
    const [left, right] = isSame ? [a.positive, b.positive] : [toBounds(a, customValues), toBounds(b, customValues)];
    const positive = isSame
      ? addBuckets(left, right, sign)
      : compact({ ...a, positive: addBuckets(left, right, sign) }).positive;
    return {
      histogram: { ...a, count, sum, positive, customValues, hint },
      resetsCollide: collides,
      boundsReconciled: !isSame,
    };
  }
  const [left, right] = alignZeroBuckets(a, b);
  const schema = Math.min(left.schema, right.schema);
  const [low, high] = [reduceTo(left, schema), reduceTo(right, schema)];
  const { zeroThreshold } = low;
  const histogram: Histogram = {
    schema,
    zeroThreshold,
    zeroCount: low.zeroCount + sign * high.zeroCount,
    count,
    sum,
    positive: addBuckets(low.positive, beyond(high.positive, schema, zeroThreshold), sign),
    negative: addBuckets(low.negative, beyond(high.negative, schema, zeroThreshold), sign),
    customValues: a.customValues,
    hint,
  };
  return { histogram, resetsCollide: collides, boundsReconciled: false };
}

/** A gauge stays one; what only one side knows, or they disagree on, is unknown. */
export function joinHints(a: CounterResetHint, b: CounterResetHint): { hint: CounterResetHint; collides: boolean } {
  if (a === b || a === "gauge") return { hint: a, collides: false };
  if (b === "gauge") return { hint: b, collides: false };
  return { hint: "unknown", collides: a !== "unknown" && b !== "unknown" };
}

/** Leading buckets that end within the zero bucket, whose counts went there, are left out. */
function beyond(buckets: Buckets, schema: number, threshold: number): Buckets {
  const { indexes, counts } = buckets;
  let first = 0;
  while (first < indexes.length && exponentialBound(indexes[first], schema) <= threshold) first++;
  return first === 0 ? buckets : { indexes: indexes.slice(first), counts: counts.slice(first) };
}

/** A merge of two ascending lists. */
function addBuckets(a: Buckets, b: Buckets, sign: 1 | -1): Buckets {
  if (a.indexes === b.indexes)
    return { indexes: a.indexes, counts: a.counts.map((count, i) => count + sign * b.counts[i]) };
  const indexes: number[] = [];
  const counts: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.indexes.length || j < b.indexes.length) {
    const left = i < a.indexes.length ? a.indexes[i] : Infinity;
    const right = j < b.indexes.length ? b.indexes[j] : Infinity;
    indexes.push(Math.min(left, right));
    if (left < right) counts.push(a.counts[i++]);
    else if (right < left) counts.push(sign * b.counts[j++]);
    else counts.push(a.counts[i++] + sign * b.counts[j++]);
  }
  return { indexes, counts };
}

/** At a lower resolution: each step down merges neighbours by twos. */
export function reduceTo(histogram: Histogram, schema: number): Histogram {
  if (schema === histogram.schema) return histogram;
  const shift = histogram.schema - schema;
  const reduce = (buckets: Buckets): Buckets => {
    const indexes: number[] = [];
    const counts: number[] = [];
    buckets.indexes.forEach((index, i) => {
      const target = ((index - 1) >> shift) + 1;
      if (indexes.at(-1) === target) counts[counts.length - 1] += buckets.counts[i];
      else {
        indexes.push(target);
        counts.push(buckets.counts[i]);
      }
    });
    return { indexes, counts };
  };
  return { ...histogram, schema, positive: reduce(histogram.positive), negative: reduce(histogram.negative) };
}

/** Both with the same zero threshold, the smallest one at which neither cuts a filled bucket of the other. */
function alignZeroBuckets(a: Histogram, b: Histogram): [Histogram, Histogram] {
  let [left, right] = [a, b];
  while (left.zeroThreshold !== right.zeroThreshold) {
    if (left.zeroThreshold > right.zeroThreshold) right = widenZeroBucket(right, left.zeroThreshold);
    else left = widenZeroBucket(left, right.zeroThreshold);
  }
  return [left, right];
}

/** The threshold becomes at least `threshold`, and more where that would cut a bucket that counts something. */
export function widenZeroBucket(histogram: Histogram, threshold: number): Histogram {
  const { positive, negative } = histogram;
  let wide = threshold;
  let isWidened = true;
  while (isWidened) {
    isWidened = false;
    for (const buckets of [positive, negative]) {
      for (let i = 0; i < buckets.indexes.length; i++) {
        const [lower, upper] = [lowerBound(buckets.indexes[i], histogram), upperBound(buckets.indexes[i], histogram)];
        if (lower >= wide) break;
        if (upper > wide && buckets.counts[i] !== 0) {
          wide = upper;
          isWidened = true;
        }
      }
    }
  }
  let { zeroCount } = histogram;
  const keep = (buckets: Buckets): Buckets => {
    let first = 0;
    while (first < buckets.indexes.length && lowerBound(buckets.indexes[first], histogram) < wide)
      zeroCount += buckets.counts[first++];
    return { indexes: buckets.indexes.slice(first), counts: buckets.counts.slice(first) };
  };
  const [keptPositive, keptNegative] = [keep(positive), keep(negative)];
  return compact({ ...histogram, zeroThreshold: wide, zeroCount, positive: keptPositive, negative: keptNegative });
}

/** Custom buckets summed up to fewer bounds, all of them among the histogram's own. */
export function toBounds({ positive, customValues }: Histogram, bounds: readonly number[]): Buckets {
  const counts = new Map<number, number>();
  positive.indexes.forEach((index, i) => {
    const bound = index < customValues.length ? customValues[index] : Infinity;
    const found = bounds.findIndex((one) => one >= bound);
    const target = found < 0 ? bounds.length : found;
    counts.set(target, (counts.get(target) ?? 0) + positive.counts[i]);
  });
  const indexes = [...counts.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => counts.get(index) ?? 0) };
}
