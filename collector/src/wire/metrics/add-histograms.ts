/** Sums of exponential native histograms: what makes cumulative ones of deltas. */
import type { BucketSpan, NativeHistogram } from "../../model/native-histogram.ts";

/** Both of exponential schemas; the coarser one and the wider zero bucket are the sum's. */
export function addHistograms(a: NativeHistogram, b: NativeHistogram): NativeHistogram {
  const schema = Math.min(a.schema, b.schema);
  const zeroThreshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  const sides = (["positive", "negative"] as const).map((side) => {
    const counts = new Map<number, number>();
    for (const histogram of [a, b]) collect(histogram, side, schema, counts);
    return counts;
  });
  let zeroCount = a.zeroCount + b.zeroCount;
  for (const counts of sides) {
    for (const [index, count] of counts) {
      if (2 ** (index * 2 ** -schema) > zeroThreshold) continue;
      zeroCount += count;
      counts.delete(index);
    }
  }
  const [positive, negative] = sides.map(toSpans);
  return {
    schema,
    zeroThreshold,
    zeroCount,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    counterResetHint: "unknown",
  };
}

/** The same layout with nothing in it. */
export function emptyHistogram({ schema, zeroThreshold, customValues }: NativeHistogram): NativeHistogram {
  return {
    schema,
    zeroThreshold,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    ...(customValues && { customValues }),
    counterResetHint: "unknown",
  };
}

function collect(
  histogram: NativeHistogram,
  side: "positive" | "negative",
  schema: number,
  counts: Map<number, number>,
): void {
  const spans = side === "positive" ? histogram.positiveSpans : histogram.negativeSpans;
  const buckets = side === "positive" ? histogram.positiveBuckets : histogram.negativeBuckets;
  const merged = 2 ** (histogram.schema - schema);
  let index = 0;
  let bucket = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++, bucket++) {
      const target = Math.ceil(index / merged);
      counts.set(target, (counts.get(target) ?? 0) + buckets[bucket]);
    }
  }
}

function toSpans(counts: ReadonlyMap<number, number>): { spans: BucketSpan[]; buckets: number[] } {
  const spans: { offset: number; length: number }[] = [];
  const buckets: number[] = [];
  let end = 0;
  for (const [index, count] of [...counts].sort(([x], [y]) => x - y)) {
    const last = spans.at(-1);
    if (last && index === end) last.length++;
    else spans.push({ offset: last ? index - end : index, length: 1 });
    buckets.push(count);
    end = index + 1;
  }
  return { spans, buckets };
}
