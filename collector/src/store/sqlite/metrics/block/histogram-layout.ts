/**
 * What histograms of a series mostly have in common, written once for a run of them:
 *
 *   | schema v | zero threshold f64 | spans v | (offset v, length v) … | the same for negative ones | custom bounds + 1 v, 0 = none | bounds f64 … |
 */
import type { BucketSpan, NativeHistogram } from "../../../../model/native-histogram.ts";
import type { ByteReader, ByteWriter } from "./byte-writer.ts";

/** Far above what senders send: a damaged count must not make us allocate. */
const MOST = 1_000_000;

export function writeLayout(writer: ByteWriter, histogram: NativeHistogram): void {
  writer.signed(histogram.schema).double(histogram.zeroThreshold);
  for (const spans of [histogram.positiveSpans, histogram.negativeSpans]) {
    writer.varint(spans.length);
    for (const { offset, length } of spans) writer.signed(offset).varint(length);
  }
  const bounds = histogram.customValues;
  writer.varint(bounds ? bounds.length + 1 : 0);
  for (const bound of bounds ?? []) writer.double(bound);
}

/** A histogram without any numbers. */
export function readLayout(reader: ByteReader): NativeHistogram {
  const schema = reader.signed();
  const zeroThreshold = reader.double();
  const [positiveSpans, negativeSpans] = [readSpans(reader), readSpans(reader)];
  const bounds = reader.count(MOST);
  const customValues = bounds > 0 ? Array.from({ length: bounds - 1 }, () => reader.double()) : undefined;
  return {
    schema,
    zeroThreshold,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans,
    positiveBuckets: [],
    negativeSpans,
    negativeBuckets: [],
    ...(customValues && { customValues }),
    counterResetHint: "unknown",
  };
}

function readSpans(reader: ByteReader): BucketSpan[] {
  return Array.from({ length: reader.count(MOST) }, () => ({ offset: reader.signed(), length: reader.count(MOST) }));
}

/** Buckets of the spans. */
export function lengthOf(spans: readonly BucketSpan[]): number {
  return spans.reduce((sum, { length }) => sum + length, 0);
}

export function hasLayoutOf(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    a.positiveBuckets.length === b.positiveBuckets.length &&
    a.negativeBuckets.length === b.negativeBuckets.length &&
    isSameSpans(a.positiveSpans, b.positiveSpans) &&
    isSameSpans(a.negativeSpans, b.negativeSpans) &&
    String(a.customValues) === String(b.customValues)
  );
}

function isSameSpans(a: readonly BucketSpan[], b: readonly BucketSpan[]): boolean {
  return a.length === b.length && a.every((span, i) => span.offset === b[i].offset && span.length === b[i].length);
}
