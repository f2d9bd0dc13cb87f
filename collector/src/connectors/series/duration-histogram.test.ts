import { describe, expect, test } from "vitest";
import { Random } from "../../../test/kit/random.ts";
import { ExponentialHistogram, exponentialIndex } from "./duration-histogram.ts";

test("powers of two are upper bounds at every scale", () => {
  for (let scale = -4; scale <= 20; scale++)
    for (let power = -20; power <= 20; power++)
      expect(exponentialIndex(2 ** power, scale), `2^${power} at ${scale}`).toBe(
        scale >= 0 ? power * 2 ** scale - 1 : Math.ceil(power / 2 ** -scale) - 1,
      );
});

describe("an exponential histogram", () => {
  /** Everything a reader of it may rely on. */
  function check(values: number[], maxSize: number): ExponentialHistogram {
    const histogram = new ExponentialHistogram(maxSize);
    for (const value of values) histogram.record(value);
    const { counts, offset, scale } = histogram;
    expect(counts.length).toBeLessThanOrEqual(maxSize);
    expect(counts.reduce((a, b) => a + b, 0) + histogram.zeroCount).toBe(values.length);
    expect(counts.every((count) => count !== undefined)).toBe(true);
    const expected = new Map<number, number>();
    for (const value of values) {
      if (value === 0) continue;
      const index = exponentialIndex(value, scale);
      expected.set(index, (expected.get(index) ?? 0) + 1);
    }
    expect(new Map(counts.map((count, i) => [offset + i, count] as const).filter(([, count]) => count > 0))).toEqual(
      new Map([...expected].sort(([a], [b]) => a - b)),
    );
    return histogram;
  }

  test("keeps its finest scale for one value, and coarsens as they spread", () => {
    expect(check([0.125, 0.125], 160).scale).toBe(20);
    expect(check([0, 0], 160)).toMatchObject({ zeroCount: 2, counts: [] });
    expect([check([1, 2], 2).scale, check([1, 4], 2).scale]).toEqual([0, -1]);
    expect(check([1, 1000], 160).scale).toBe(3);
  });

  test("holds every value in its bucket, whatever comes", () => {
    const random = new Random(3);
    for (let round = 0; round < 50; round++) {
      const spread = random.next() * 12;
      const values = Array.from({ length: 200 }, () =>
        random.chance(0.05) ? 0 : Math.exp((random.next() - 0.5) * spread),
      );
      check(values, 2 + random.below(160));
    }
  });
});
