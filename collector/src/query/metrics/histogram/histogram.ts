/**
 * Native histograms as the engine computes with them: buckets as ascending indexes with their counts, never changed in place. What comes
 * from and goes to the store is model/native-histogram.ts. https://prometheus.io/docs/specs/native_histograms/
 */
import { indexesOf, spansOf, type Buckets } from "../../../model/histogram-buckets.ts";
import {
  CUSTOM_BUCKETS_SCHEMA,
  type BucketSpan,
  type CounterResetHint,
  type NativeHistogram,
} from "../../../model/native-histogram.ts";

export interface Histogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positive: Buckets;
  readonly negative: Buckets;
  /** Upper bounds; empty unless the schema is that of custom buckets. */
  readonly customValues: readonly number[];
  readonly hint: CounterResetHint;
}

const NO_BOUNDS: readonly number[] = [];
export const NO_BUCKETS: Buckets = { indexes: [], counts: [] };

export function fromNative(native: NativeHistogram): Histogram {
  const { schema, zeroThreshold, zeroCount, count, sum, customValues = NO_BOUNDS, counterResetHint: hint } = native;
  const positive = { indexes: sharedIndexes(native.positiveSpans), counts: native.positiveBuckets };
  const negative = { indexes: sharedIndexes(native.negativeSpans), counts: native.negativeBuckets };
  return { schema, zeroThreshold, zeroCount, count, sum, positive, negative, customValues, hint };
}

/** Layouts that were seen: a series has few, and neighbours of one layout are added without looking at indexes. */
const layouts = new Map<string, readonly number[]>();
const MAX_LAYOUTS = 4096;

function sharedIndexes(spans: readonly BucketSpan[]): readonly number[] {
  if (spans.length === 0) return NO_BUCKETS.indexes;
  let key = "";
  for (const { offset, length } of spans) key += `${offset},${length} `;
  let indexes = layouts.get(key);
  if (!indexes) {
    if (layouts.size >= MAX_LAYOUTS) layouts.clear();
    layouts.set(key, (indexes = indexesOf(spans)));
  }
  return indexes;
}

export function toNative(histogram: Histogram): NativeHistogram {
  const { schema, zeroThreshold, zeroCount, count, sum, positive, negative, customValues, hint } = histogram;
  return {
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans: spansOf(positive.indexes),
    positiveBuckets: positive.counts,
    negativeSpans: spansOf(negative.indexes),
    negativeBuckets: negative.counts,
    ...(hasCustomBuckets(histogram) && { customValues }),
    counterResetHint: hint,
  };
}

export function hasCustomBuckets({ schema }: Histogram): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA;
}

export function isSameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Without the buckets that count nothing. */
export function compact(histogram: Histogram): Histogram {
  const [positive, negative] = [compactBuckets(histogram.positive), compactBuckets(histogram.negative)];
  if (positive === histogram.positive && negative === histogram.negative) return histogram;
  return { ...histogram, positive, negative };
}

function compactBuckets(buckets: Buckets): Buckets {
  const { indexes, counts } = buckets;
  if (!counts.includes(0)) return buckets;
  const kept = indexes.map((_, i) => i).filter((i) => counts[i] !== 0);
  return { indexes: kept.map((i) => indexes[i]), counts: kept.map((i) => counts[i]) };
}

/** The same layout and numbers, bit by bit but for the sign of zero; the hint doesn't matter. */
export function isEqual(a: Histogram, b: Histogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    isSameBounds(a.customValues, b.customValues) &&
    isSameBuckets(a.positive, b.positive) &&
    isSameBuckets(a.negative, b.negative)
  );
}

function isSameBuckets(a: Buckets, b: Buckets): boolean {
  return (
    a.indexes.length === b.indexes.length &&
    a.indexes.every((index, i) => index === b.indexes[i] && Object.is(a.counts[i], b.counts[i]))
  );
}

/** A bucket's upper bound: base^index, or the custom one. */
export function upperBound(
  index: number,
  { schema, customValues }: Pick<Histogram, "schema" | "customValues">,
): number {
  if (schema === CUSTOM_BUCKETS_SCHEMA) return index < customValues.length ? customValues[index] : Infinity;
  return exponentialBound(index, schema);
}

export function lowerBound(index: number, histogram: Pick<Histogram, "schema" | "customValues">): number {
  if (histogram.schema === CUSTOM_BUCKETS_SCHEMA) return index > 0 ? upperBound(index - 1, histogram) : -Infinity;
  return exponentialBound(index - 1, histogram.schema);
}

/** 2^(index · 2^-schema), exact where it is a power of two. The largest finite bound is the largest double. */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    if (exponent === 1024) return Number.MAX_VALUE;
    return 2 ** exponent;
  }
  const whole = index >> schema;
  const fraction = index & ((1 << schema) - 1);
  if (fraction === 0 && whole === 1024) return Number.MAX_VALUE;
  return scaled(2 ** (fraction / (1 << schema)), whole);
}

/** value · 2^exponent without running over in between. */
function scaled(value: number, exponent: number): number {
  if (exponent > 1023) return value * 2 ** 1023 * 2 ** (exponent - 1023);
  if (exponent < -1022) return value * 2 ** -1022 * 2 ** (exponent + 1022);
  return value * 2 ** exponent;
}

export interface Bucket {
  lower: number;
  upper: number;
  count: number;
}

/** Every bucket from the lowest up: negative ones, the zero bucket where it counts something, positive ones; none overlaps the zero bucket. */
export function allBuckets(histogram: Histogram): Bucket[] {
  const { positive, negative, zeroCount, zeroThreshold } = histogram;
  const buckets: Bucket[] = [];
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const index = negative.indexes[i];
    let upper = -lowerBound(index, histogram);
    if (upper < 0 && upper > -zeroThreshold) upper = -zeroThreshold;
    buckets.push({ lower: -upperBound(index, histogram), upper, count: negative.counts[i] });
  }
  if (zeroCount > 0) buckets.push({ lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount });
  for (let i = 0; i < positive.indexes.length; i++) {
    const index = positive.indexes[i];
    let lower = lowerBound(index, histogram);
    if (lower > 0 && lower < zeroThreshold) lower = zeroThreshold;
    buckets.push({ lower, upper: upperBound(index, histogram), count: positive.counts[i] });
  }
  return buckets;
}
