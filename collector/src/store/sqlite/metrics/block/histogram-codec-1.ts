/**
 * Histograms of chunks of layout 1, read only: one after the other, sums among them. A histogram of the same layout as the one before is
 * differences from it; counts that are no whole numbers make it doubles.
 *
 *   | flags u8 | [layout] | reset hint u8 | sum f64 | count | zero count | buckets … |       flags: 1 new layout, 2 doubles
 */
import type { NativeHistogram } from "../../../../model/native-histogram.ts";
import { CorruptionError } from "../../block/section.ts";
import type { ByteReader } from "./byte-writer.ts";
import { HINTS } from "./histogram-codec.ts";
import { lengthOf, readLayout } from "./histogram-layout.ts";

const NEW_LAYOUT = 1;
const DOUBLES = 2;

export function readHistograms1(reader: ByteReader, count: number): NativeHistogram[] {
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
