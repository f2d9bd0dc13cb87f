import { describe, expect, it } from "vitest";
import { Random } from "../../../../../test/kit/random.ts";
import type { NativeHistogram } from "../../../../model/native-histogram.ts";
import { CorruptionError } from "../../block/section.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";
import { readHistograms, writeHistograms } from "./histogram-codec.ts";

/** Histograms of a series that grows, resets, changes its layout, its numbers and its hint now and then. */
function someHistograms(random: Random): NativeHistogram[] {
  let [buckets, isFloat, zeroCount, offset] = [3, false, 0, 0];
  let positiveBuckets: number[] = [];
  return Array.from({ length: 1 + random.below(40) }, () => {
    if (random.chance(0.1)) [buckets, offset] = [random.below(5), random.below(9) - 4];
    if (random.chance(0.1)) isFloat = random.chance(0.3);
    if (random.chance(0.1)) zeroCount += random.below(3);
    const isReset = random.chance(0.05);
    positiveBuckets = Array.from(
      { length: buckets },
      (_, i) => (isReset ? 0 : (positiveBuckets[i] ?? 0)) + (isFloat ? random.next() : random.below(4)),
    );
    const sum = positiveBuckets.reduce((total, each) => total + each, zeroCount);
    return {
      schema: 3,
      zeroThreshold: 1e-128,
      zeroCount,
      count: random.chance(0.9) ? sum : random.chance(0.1) ? NaN : sum + 1,
      sum: random.chance(0.1) ? NaN : random.next() * 1000,
      positiveSpans: [{ offset, length: buckets }],
      positiveBuckets,
      negativeSpans: random.chance(0.9) ? [] : [{ offset: 0, length: 1 }],
      negativeBuckets: [],
      counterResetHint: random.pick(["unknown", "unknown", "unknown", "reset", "not_reset", "gauge"] as const),
    };
  }).map((each) => ({ ...each, negativeBuckets: each.negativeSpans.length > 0 ? [each.zeroCount] : [] }));
}

const encode = (histograms: readonly NativeHistogram[]) => {
  const writer = new ByteWriter();
  writeHistograms(writer, histograms);
  return writer.finish();
};
const sumsOf = (histograms: readonly NativeHistogram[]) => Float64Array.from(histograms, ({ sum }) => sum);

describe("histograms of a series", () => {
  it("come back as they were, whatever they do", () => {
    const random = new Random(7);
    for (let round = 0; round < 500; round++) {
      const histograms = someHistograms(random);
      const bytes = encode(histograms);
      const reader = new ByteReader(bytes);
      expect(readHistograms(reader, sumsOf(histograms))).toEqual(histograms);
      expect(reader.pos).toBe(bytes.length);
    }
  });

  it("of one layout take a byte a bucket, and nothing for counts", () => {
    const positiveSpans = [{ offset: 0, length: 20 }];
    const histograms = Array.from({ length: 100 }, (_, n): NativeHistogram => {
      const positiveBuckets = Array.from({ length: 20 }, (__, i) => n * i);
      const rest = { schema: 0, zeroThreshold: 0, zeroCount: 7, sum: n, negativeSpans: [], negativeBuckets: [] };
      return { ...rest, count: 7 + n * 190, positiveSpans, positiveBuckets, counterResetHint: "unknown" };
    });
    expect(encode(histograms).length).toBeLessThan(100 * 20 + 100);
  });

  it("that are damaged are told, and take no memory", () => {
    const random = new Random(8);
    for (let round = 0; round < 2000; round++) {
      const histograms = someHistograms(random);
      const bytes = encode(histograms).slice();
      bytes[random.below(bytes.length)] = random.below(256);
      try {
        readHistograms(new ByteReader(bytes.subarray(0, random.below(bytes.length + 1))), sumsOf(histograms));
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptionError);
      }
    }
  });
});
