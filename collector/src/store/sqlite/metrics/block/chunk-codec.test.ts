import { describe, expect, it } from "vitest";
import type { NativeHistogram } from "../../../../model/native-histogram.ts";
import { KIND, type SeriesSamples } from "../open-samples.ts";
import { ChunkReader, ChunkWriter } from "./chunk-codec.ts";
import { MetricBlockBuilder } from "./metric-block.ts";

const histogram = (n: number): NativeHistogram => ({
  schema: 3,
  zeroThreshold: 1e-128,
  zeroCount: 0,
  count: 3 * n,
  sum: n / 2,
  positiveSpans: [{ offset: 1, length: 2 }],
  positiveBuckets: [n, 2 * n],
  negativeSpans: [],
  negativeBuckets: [],
  counterResetHint: "unknown",
});

/** `count` histograms, with a number in between where `mixed`. */
function histograms(count: number, first: number, mixed = false): SeriesSamples {
  const isHistogram = (i: number) => !mixed || i % 2 === 0;
  return {
    timestamps: Float64Array.from({ length: count }, (_, i) => 1000 * i),
    values: Float64Array.from({ length: count }, (_, i) => (isHistogram(i) ? 0 : i)),
    kinds: Uint8Array.from({ length: count }, (_, i) => (isHistogram(i) ? KIND.histogram : KIND.float)),
    histograms: Array.from({ length: count }, (_, i) => (isHistogram(i) ? histogram(first + i) : undefined)),
    starts: undefined,
  };
}

/** The series below, as they were written before sums lay together. */
const LAYOUT_1 =
  "AQQAASBAISAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA8PAAAD8/AAAEAAMCAQAAAAAAAPA/AQAAAAAAAABAAQIBAAECAQABAgECAQadl4zPCLpbJQECAgAAAAAA" +
  "AAAAABRAPAAUKAAAAAAAAAAAFkAGAAIEAAAAAAAAAAAYQAYAAgQBBp2XjM8IulslAQICAAAAAAAAAAAASUDYBADIAZADAAAAAAAAAIBJQAwABAgAAAAAAAAAAEpADAAE" +
  "CAEGnZeMzwi6WyUBAgIAAAAAAAAAAAAMQCoADhw=";

describe("a chunk", () => {
  const series: readonly SeriesSamples[] = [
    histograms(3, 10),
    { ...histograms(2, 0), kinds: undefined, histograms: undefined, starts: Float64Array.of(1, 2) },
    histograms(5, 100, true),
    histograms(1, 7),
  ];
  const read = () => {
    const writer = new ChunkWriter();
    for (const each of series) writer.add(each);
    const counts = Uint32Array.from(series, ({ timestamps }) => timestamps.length);
    return new ChunkReader(writer.finish(), counts);
  };

  it("gives back each series' histograms, in whatever order they are asked for", () => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 2, 3, 2],
    ]) {
      const chunk = read();
      for (const i of order) expect(chunk.samples(i, series[i].timestamps)).toEqual(series[i]);
    }
  });

  it("of layout 1 is still read", () => {
    const counts = Uint32Array.from(series, ({ timestamps }) => timestamps.length);
    const chunk = new ChunkReader(Buffer.from(LAYOUT_1, "base64"), counts);
    for (const i of [0, 1, 2, 3]) expect(chunk.samples(i, series[i].timestamps)).toEqual(series[i]);
  });

  it("is said to be as large before its histograms were read as after", () => {
    const chunk = read();
    const before = chunk.sizeBytes;
    chunk.samples(3, series[3].timestamps);
    expect(chunk.sizeBytes).toBe(before);
    expect(before).toBeGreaterThan(4 * 26);
  });

  it("of histograms ends sooner than one of numbers", () => {
    const chunksOf = (make: (i: number) => SeriesSamples) => {
      const builder = new MetricBlockBuilder();
      for (let i = 0; i < 64; i++) builder.add(i + 1, make(i));
      return builder.finish([]).chunks.length;
    };
    const numbers = (): SeriesSamples => ({ ...histograms(512, 0), kinds: undefined, histograms: undefined });
    expect([chunksOf(numbers), chunksOf(() => histograms(512, 1))]).toEqual([1, 16]);
  });
});
