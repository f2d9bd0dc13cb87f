/**
 * The native histograms of a chunk. Sums lie together as planes of doubles, each series for itself; all else stands in runs: histograms of one
 * series that follow each other and have the same layout (schema, spans, threshold, bounds), reset hint, and kind of numbers.
 *
 *   sums   8 byte planes of all histograms of the chunk, each XOR the one before it in its series
 *   run    | flags u8 | histograms v | [layout] | by number: its difference in each histogram, from the one before … |
 *   flags  1 new layout, 2 numbers are doubles, 4 the count is the sum of all buckets, 8 the zero count stays as it was; reset hint from bit 4 on
 *
 * Numbers are count, zero count, buckets, without what the flags say. With a new layout the histogram before the first one is all zeros.
 */
import type { CounterResetHint, NativeHistogram } from "../../../../model/native-histogram.ts";
import { CorruptionError } from "../../block/section.ts";
import type { ByteReader, ByteWriter } from "./byte-writer.ts";
import { hasLayoutOf, lengthOf, readLayout, writeLayout } from "./histogram-layout.ts";

const NEW_LAYOUT = 1;
const DOUBLES = 2;
const SUMMED_COUNT = 4;
const SAME_ZERO = 8;
const HINT_SHIFT = 4;
export const HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];
/** Differences of such numbers are exact, and fit a varint. */
const MOST_WHOLE = 2 ** 51;

/** Writes the runs of one series; sums are the caller's. */
export function writeHistograms(writer: ByteWriter, histograms: readonly NativeHistogram[]): void {
  let before: NativeHistogram | undefined;
  for (let from = 0; from < histograms.length;) {
    const first = histograms[from];
    const isNew = !before || !hasLayoutOf(before, first);
    const flags = flagsOf(first, isNew ? 0 : (before as NativeHistogram).zeroCount);
    let to = from + 1;
    while (
      to < histograms.length &&
      hasLayoutOf(first, histograms[to]) &&
      flagsOf(histograms[to], histograms[to - 1].zeroCount) === flags
    )
      to++;
    writer.u8(flags | (isNew ? NEW_LAYOUT : 0)).varint(to - from);
    if (isNew) writeLayout(writer, first);
    const run = Array.from({ length: to - from }, (_, i) => numbersOf(histograms[from + i], flags));
    const base = isNew || !before || !isWhole(before) ? undefined : numbersOf(before, flags);
    for (let n = 0; n < run[0].length; n++) {
      let last = base?.[n] ?? 0;
      for (const numbers of run) {
        if ((flags & DOUBLES) !== 0) writer.double(numbers[n]);
        else writer.signed(numbers[n] - last);
        last = numbers[n];
      }
    }
    before = histograms[to - 1];
    from = to;
  }
}

/** @param sums one for each histogram of the series */
export function readHistograms(reader: ByteReader, sums: Float64Array): NativeHistogram[] {
  const histograms: NativeHistogram[] = [];
  let before: NativeHistogram | undefined;
  while (histograms.length < sums.length) {
    const flags = reader.u8();
    const length = reader.count(sums.length - histograms.length);
    if (length === 0) throw new CorruptionError("a run of histograms is empty");
    const isNew = (flags & NEW_LAYOUT) !== 0;
    if (!isNew && !before) throw new CorruptionError("a histogram has no layout");
    const layout: NativeHistogram = isNew ? readLayout(reader) : (before as NativeHistogram);
    const hint = HINTS[flags >>> HINT_SHIFT];
    if (hint === undefined) throw new CorruptionError("a histogram has an unknown reset hint");
    const skipped = ((flags & SUMMED_COUNT) !== 0 ? 1 : 0) + ((flags & SAME_ZERO) !== 0 ? 1 : 0);
    const positive = lengthOf(layout.positiveSpans);
    const count = 2 - skipped + positive + lengthOf(layout.negativeSpans);
    // A number takes a byte at least: a damaged length must not make us allocate.
    reader.expect(count * length);
    const base = isNew || !before || !isWhole(before) ? undefined : numbersOf(before, flags);
    const run = Array.from({ length }, () => new Array<number>(count));
    for (let n = 0; n < count; n++) {
      let last = base?.[n] ?? 0;
      for (const numbers of run) {
        last = (flags & DOUBLES) !== 0 ? reader.double() : reader.signed() + last;
        numbers[n] = last;
      }
    }
    let zeroCount = isNew ? 0 : (before as NativeHistogram).zeroCount;
    for (const numbers of run) {
      let at = 0;
      const told = (flags & SUMMED_COUNT) === 0 ? numbers[at++] : undefined;
      if ((flags & SAME_ZERO) === 0) zeroCount = numbers[at++];
      const positiveBuckets = numbers.slice(at, at + positive);
      const negativeBuckets = numbers.slice(at + positive);
      before = {
        ...layout,
        sum: sums[histograms.length],
        counterResetHint: hint,
        count: told ?? sumOf(zeroCount, positiveBuckets, negativeBuckets),
        zeroCount,
        positiveBuckets,
        negativeBuckets,
      };
      histograms.push(before);
    }
  }
  return histograms;
}

/** All but NEW_LAYOUT. */
function flagsOf(histogram: NativeHistogram, zeroBefore: number): number {
  const { count, zeroCount, positiveBuckets, negativeBuckets, counterResetHint } = histogram;
  return (
    (isWhole(histogram) ? 0 : DOUBLES) |
    (Object.is(count, sumOf(zeroCount, positiveBuckets, negativeBuckets)) ? SUMMED_COUNT : 0) |
    (Object.is(zeroCount, zeroBefore) ? SAME_ZERO : 0) |
    (HINTS.indexOf(counterResetHint) << HINT_SHIFT)
  );
}

function isWhole({ count, zeroCount, positiveBuckets, negativeBuckets }: NativeHistogram): boolean {
  const is = (number: number) => Number.isInteger(number) && number >= 0 && number < MOST_WHOLE;
  return is(count) && is(zeroCount) && positiveBuckets.every(is) && negativeBuckets.every(is);
}

/** In this order everywhere: doubles must come to the same bits. */
function sumOf(zeroCount: number, positive: readonly number[], negative: readonly number[]): number {
  let sum = zeroCount;
  for (const bucket of positive) sum += bucket;
  for (const bucket of negative) sum += bucket;
  return sum;
}

function numbersOf(histogram: NativeHistogram, flags: number): number[] {
  const { count, zeroCount, positiveBuckets, negativeBuckets } = histogram;
  const numbers: number[] = [];
  if ((flags & SUMMED_COUNT) === 0) numbers.push(count);
  if ((flags & SAME_ZERO) === 0) numbers.push(zeroCount);
  return numbers.concat(positiveBuckets, negativeBuckets);
}
