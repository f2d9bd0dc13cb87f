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

export function writeHistograms(writer: ByteWriter, histograms: readonly NativeHistogram[]): void {
  let before: NativeHistogram | undefined;
  for (const histogram of histograms) {
    const isNew = !before || !hasLayoutOf(before, histogram);
    const numbers = [histogram.count, histogram.zeroCount, ...histogram.positiveBuckets, ...histogram.negativeBuckets];
    const isWhole = numbers.every((number) => Number.isInteger(number) && number >= 0 && number < 2 ** 51);
    writer.u8((isNew ? NEW_LAYOUT : 0) | (isWhole ? 0 : DOUBLES));
    if (isNew) writeLayout(writer, histogram);
    writer.u8(HINTS.indexOf(histogram.counterResetHint)).double(histogram.sum);
    const last = isNew || !before ? undefined : numbersIn(before);
    numbers.forEach((number, i) => {
      const base = last && isWhole && Number.isInteger(last[i]) ? last[i] : 0;
      if (isWhole) writer.signed(number - base);
      else writer.double(number);
    });
    before = histogram;
  }
}

export function readHistograms(reader: ByteReader, count: number): NativeHistogram[] {
  const histograms: NativeHistogram[] = [];
  let before: NativeHistogram | undefined;
  for (let n = 0; n < count; n++) {
    const flags = reader.u8();
    const isNew = (flags & NEW_LAYOUT) !== 0;
    if (!isNew && !before) throw new CorruptionError("a histogram has no layout");
    const layout = isNew ? readLayout(reader) : (before as NativeHistogram);
    const hint = HINTS[reader.u8()];
    if (hint === undefined) throw new CorruptionError("a histogram has an unknown reset hint");
    const sum = reader.double();
    const last = isNew || !before ? undefined : numbersIn(before);
    const length = 2 + lengthOf(layout.positiveSpans) + lengthOf(layout.negativeSpans);
    const numbers: number[] = [];
    for (let i = 0; i < length; i++) {
      if ((flags & DOUBLES) !== 0) numbers.push(reader.double());
      else numbers.push(reader.signed() + (last && Number.isInteger(last[i]) ? last[i] : 0));
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

function numbersIn(histogram: NativeHistogram): number[] {
  return [histogram.count, histogram.zeroCount, ...histogram.positiveBuckets, ...histogram.negativeBuckets];
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
