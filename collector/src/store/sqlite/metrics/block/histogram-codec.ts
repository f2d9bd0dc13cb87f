/**
 * A series' native histograms, one after the other. A histogram of the same layout (schema, spans, threshold, bounds) as the one before
 * is differences from it; counts that are no whole numbers make it doubles.
 *
 *   | flags u8 | [layout] | reset hint u8 | sum f64 | count | zero count | buckets … |       flags: 1 new layout, 2 doubles
 */
import type { BucketSpan, CounterResetHint, NativeHistogram } from "../../../../model/native-histogram.ts";
import { CorruptionError } from "../../block/section.ts";
import type { ByteReader, ByteWriter } from "./byte-writer.ts";

const NEW_LAYOUT = 1;
const DOUBLES = 2;
const HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];
/** Far above what senders send: a damaged count must not make us allocate. */
const MOST = 1_000_000;
/** Differences of such numbers are exact, and fit a varint. */
const MOST_WHOLE = 2 ** 51;

export function writeHistograms(writer: ByteWriter, histograms: readonly NativeHistogram[]): void {
  let before: NativeHistogram | undefined;
  let [numbers, last]: [number[], number[]] = [[], []];
  for (const histogram of histograms) {
    const isNew = !before || !hasLayoutOf(before, histogram);
    [numbers, last] = [last, numbers];
    fill(numbers, histogram);
    let isWhole = true;
    for (const number of numbers)
      if (!(Number.isInteger(number) && number >= 0 && number < MOST_WHOLE)) isWhole = false;
    writer.u8((isNew ? NEW_LAYOUT : 0) | (isWhole ? 0 : DOUBLES));
    if (isNew) writeLayout(writer, histogram);
    writer.u8(HINTS.indexOf(histogram.counterResetHint)).double(histogram.sum);
    for (let i = 0; i < numbers.length; i++) {
      if (!isWhole) writer.double(numbers[i]);
      else writer.signed(numbers[i] - (!isNew && Number.isInteger(last[i]) ? last[i] : 0));
    }
    before = histogram;
  }
}

export function readHistograms(reader: ByteReader, count: number): NativeHistogram[] {
  const histograms: NativeHistogram[] = [];
  let before: NativeHistogram | undefined;
  let [numbers, last]: [number[], number[]] = [[], []];
  for (let n = 0; n < count; n++) {
    const flags = reader.u8();
    const isNew = (flags & NEW_LAYOUT) !== 0;
    if (!isNew && !before) throw new CorruptionError("a histogram has no layout");
    const layout = isNew ? readLayout(reader) : (before as NativeHistogram);
    const hint = HINTS[reader.u8()];
    if (hint === undefined) throw new CorruptionError("a histogram has an unknown reset hint");
    const sum = reader.double();
    [numbers, last] = [last, numbers];
    const length = 2 + lengthOf(layout.positiveSpans) + lengthOf(layout.negativeSpans);
    numbers.length = 0;
    for (let i = 0; i < length; i++) {
      if ((flags & DOUBLES) !== 0) numbers.push(reader.double());
      else numbers.push(reader.signed() + (!isNew && Number.isInteger(last[i]) ? last[i] : 0));
    }
    const negativeAt = 2 + lengthOf(layout.positiveSpans);
    before = {
      ...layout,
      sum,
      counterResetHint: hint,
      count: numbers[0],
      zeroCount: numbers[1],
      positiveBuckets: numbers.slice(2, negativeAt),
      negativeBuckets: numbers.slice(negativeAt),
    };
    histograms.push(before);
  }
  return histograms;
}

function writeLayout(writer: ByteWriter, histogram: NativeHistogram): void {
  writer.signed(histogram.schema).double(histogram.zeroThreshold);
  for (const spans of [histogram.positiveSpans, histogram.negativeSpans]) {
    writer.varint(spans.length);
    for (const { offset, length } of spans) writer.signed(offset).varint(length);
  }
  const bounds = histogram.customValues;
  writer.varint(bounds ? bounds.length + 1 : 0);
  for (const bound of bounds ?? []) writer.double(bound);
}

function readLayout(reader: ByteReader): NativeHistogram {
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

/** Count, zero count and all buckets, into an array that is used again. */
function fill(numbers: number[], { count, zeroCount, positiveBuckets, negativeBuckets }: NativeHistogram): void {
  numbers.length = 0;
  numbers.push(count, zeroCount);
  for (const bucket of positiveBuckets) numbers.push(bucket);
  for (const bucket of negativeBuckets) numbers.push(bucket);
}

function lengthOf(spans: readonly BucketSpan[]): number {
  return spans.reduce((sum, { length }) => sum + length, 0);
}

function hasLayoutOf(a: NativeHistogram, b: NativeHistogram): boolean {
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
