/** A native histogram's buckets as two lists in place of spans: which buckets there are, and what they count. */
import type { BucketSpan, NativeHistogram } from "./native-histogram.ts";

export interface Buckets {
  /** Ascending. */
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

export function bucketsOf(histogram: NativeHistogram, side: "positive" | "negative"): Buckets {
  return side === "positive"
    ? { indexes: indexesOf(histogram.positiveSpans), counts: histogram.positiveBuckets }
    : { indexes: indexesOf(histogram.negativeSpans), counts: histogram.negativeBuckets };
}

export function indexesOf(spans: readonly BucketSpan[]): number[] {
  const indexes: number[] = [];
  let index = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) indexes.push(index++);
  }
  return indexes;
}

/** The fewest spans over these indexes, which ascend. */
export function spansOf(indexes: readonly number[]): BucketSpan[] {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of indexes) {
    const last = spans.at(-1);
    if (last && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}
