/**
 * An ExponentialHistogramDataPoint -> a native histogram: the scale becomes the schema, dense buckets become spans without the empty
 * ends. https://prometheus.io/docs/specs/native_histograms/#opentelemetry-interoperability
 */
import type { BucketSpan, NativeHistogram } from "../../model/native-histogram.ts";

export const LEAST_SCALE = -4;
const MOST_SCALE = 8;
/** What OTLP leaves out means "zero only", which native histograms write so. */
const ZERO_THRESHOLD = 1e-128;

export interface DenseBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialPoint {
  readonly scale: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: DenseBuckets;
  readonly negative: DenseBuckets;
}

/** @param point of a scale of at least LEAST_SCALE; one above MOST_SCALE is merged down to it */
export function nativeHistogram(point: ExponentialPoint): NativeHistogram {
  const schema = Math.min(point.scale, MOST_SCALE);
  const down = point.scale - schema;
  const positive = sparse(point.positive, down);
  const negative = sparse(point.negative, down);
  return {
    schema,
    zeroThreshold: point.zeroThreshold > 0 ? point.zeroThreshold : ZERO_THRESHOLD,
    zeroCount: point.zeroCount,
    count: point.count,
    sum: point.sum,
    positiveSpans: positive.spans,
    positiveBuckets: positive.counts,
    negativeSpans: negative.spans,
    negativeBuckets: negative.counts,
    counterResetHint: "unknown",
  };
}

/** Gaps of up to two empty buckets are kept as zeros: a span costs more than they do. */
const KEPT_GAP = 2;

/** OTLP's bucket i lies above base^(offset + i), a native one of index i up to base^i: one more. */
function sparse({ offset, counts }: DenseBuckets, down: number): { spans: BucketSpan[]; counts: number[] } {
  const spans: { offset: number; length: number }[] = [];
  const kept: number[] = [];
  const divisor = 2 ** down;
  let end = 0;
  for (let i = 0; i < counts.length;) {
    const index = Math.floor((offset + i) / divisor) + 1;
    let count = 0;
    for (; i < counts.length && Math.floor((offset + i) / divisor) + 1 === index; i++) count += counts[i];
    if (count === 0) continue;
    const last = spans.at(-1);
    if (last && index - end <= KEPT_GAP) {
      for (let gap = end; gap < index; gap++) kept.push(0);
      last.length += index - end + 1;
    } else spans.push({ offset: last ? index - end : index, length: 1 });
    kept.push(count);
    end = index + 1;
  }
  return { spans, counts: kept };
}
