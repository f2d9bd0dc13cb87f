import { expect, test } from "vitest";
import type { Series } from "../../store/store.ts";
import { addIncreases, coveredSeconds, timeBuckets } from "./time-buckets.ts";
import { ofCumulative, quantileMillis, totalOf, trimmed } from "./latency-counts.ts";

/** Ten buckets of 10 s, from 0 on. */
const BUCKETS = timeBuckets(0, 100_000, 10);

function series(points: [seconds: number, value: number | "stale"][], startSeconds?: number): Series {
  return {
    labels: [],
    timestamps: Float64Array.from(points, ([at]) => at * 1000),
    values: Float64Array.from(points, ([, value]) => (value === "stale" ? NaN : value)),
    stale: Uint8Array.from(points, ([, value]) => (value === "stale" ? 1 : 0)),
    ...(startSeconds === undefined
      ? {}
      : { startTimestamps: new Float64Array(points.length).fill(startSeconds * 1000) }),
  };
}

function increases(of: Series, firstOfTarget = -Infinity): number[] {
  const into = new Float64Array(BUCKETS.count);
  addIncreases(into, of, BUCKETS, { firstOfTarget: firstOfTarget === -Infinity ? Infinity : firstOfTarget });
  return Array.from(into, (value) => Math.round(value * 1000) / 1000);
}

test("increases are spread over the time between samples", () => {
  expect(
    increases(
      series([
        [0, 5],
        [10, 6],
        [30, 10],
      ]),
    ).slice(0, 4),
  ).toEqual([1, 2, 2, 0]);
  expect(
    increases(
      series([
        [-5, 0],
        [5, 10],
      ]),
    ).slice(0, 2),
  ).toEqual([5, 0]);
  expect(
    increases(
      series([
        [95, 0],
        [105, 10],
      ]),
    ).at(-1),
  ).toBe(5);
});

test("a reset counts from nothing, a gap doesn't", () => {
  expect(
    increases(
      series([
        [0, 100],
        [10, 3],
        [20, 5],
      ]),
    ).slice(0, 2),
  ).toEqual([3, 2]);
  expect(
    increases(
      series([
        [0, 4],
        [10, "stale"],
        [20, 6],
      ]),
    ).slice(0, 2),
  ).toEqual([1, 1]);
  const restarted = series([
    [10, 1],
    [20, 7],
  ]);
  const begun = { ...restarted, startTimestamps: Float64Array.of(-50_000, 15_000) };
  expect(increases(begun).slice(0, 2)).toEqual([0, 7]);
});

test("a first sample counts when the counter is known to be new", () => {
  expect(
    increases(
      series([
        [25, 3],
        [30, 3],
      ]),
    ),
  ).toEqual(new Array(10).fill(0));
  expect(
    increases(
      series(
        [
          [25, 3],
          [30, 3],
        ],
        20,
      ),
    )[2],
  ).toBe(3);
  expect(
    increases(
      series(
        [
          [25, 3],
          [30, 3],
        ],
        -20,
      ),
    )[2],
  ).toBe(0);
  expect(
    increases(
      series([
        [25, 3],
        [30, 3],
      ]),
      5000,
    )[2],
  ).toBe(3);
  expect(
    increases(
      series([
        [25, 3],
        [30, 3],
      ]),
      24_500,
    )[2],
  ).toBe(0);
});

test("a bucket that is not half covered by data has no rate", () => {
  const check = (oldest: number, newest: number, expected: (number | undefined)[]) =>
    expect(coveredSeconds(BUCKETS, { oldest, newest })).toEqual(expected);
  const all = new Array<number>(10).fill(10);
  check(-5000, 100_000, all);
  check(0, 97_000, [...all.slice(1), 7]);
  check(0, 93_000, [...all.slice(1), undefined]);
  check(13_000, 100_000, [undefined, 7, ...all.slice(2)]);
  check(17_000, 100_000, [undefined, undefined, ...all.slice(2)]);
  check(Infinity, -Infinity, new Array<undefined>(10).fill(undefined));
});

test("quantiles are interpolated between the bounds there are", () => {
  const cumulative = new Map([
    [Infinity, Float64Array.of(10, 0)],
    [100, Float64Array.of(8, 0)],
    [10, Float64Array.of(4, 0)],
  ]);
  const latencies = ofCumulative(cumulative, 2);
  expect(latencies.boundsMillis).toEqual([10, 100, Infinity]);
  expect(latencies.counts.map((row) => [...row])).toEqual([
    [4, 4, 2],
    [0, 0, 0],
  ]);
  const total = totalOf(latencies);
  const check = (q: number, expected: number | null) =>
    expect(quantileMillis(latencies.boundsMillis, total, q)).toBe(expected);
  check(0.2, 5);
  check(0.4, 10);
  check(0.6, 55);
  check(0.99, 100);
  expect(quantileMillis(latencies.boundsMillis, latencies.counts[1], 0.5)).toBeNull();
  expect(
    trimmed({ boundsMillis: [1, 2, 4, 8], counts: [Float64Array.of(0, 1, 0, 0), Float64Array.of(0, 0, 2, 0)] }),
  ).toEqual({
    boundsMillis: [2, 4],
    counts: [Float64Array.of(1, 0), Float64Array.of(0, 2)],
  });
});
