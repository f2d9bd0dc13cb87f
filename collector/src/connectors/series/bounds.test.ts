import { expect, test } from "vitest";
import { Random } from "../../../test/kit/random.ts";
import { Bounds } from "./bounds.ts";

/** By the definition: the first bound that is not below the value. */
function search(bounds: readonly number[], value: number): number {
  const found = bounds.findIndex((bound) => value <= bound);
  return found < 0 ? bounds.length : found;
}

test("a value on a bound lies below it", () => {
  const bounds = new Bounds([1, 2, 4]);
  expect([0, 1, 1.5, 2, 3, 4, 5, Infinity].map((value) => bounds.find(value))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(new Bounds([]).find(1)).toBe(0);
});

test.each([
  [[0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1.4, 2, 5, 10, 15]],
  [[2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000]],
  [[0, 1e-12, 1e-9, 1e9, 1e300]],
  [[1e-310]],
  [Array.from({ length: 300 }, (_, i) => 1 + i * 1e-7)],
])("finds what a search from the beginning finds: %#", (values) => {
  const bounds = new Bounds(values);
  const random = new Random(7);
  const tries = values.flatMap((bound) => [
    bound,
    bound * (1 + 2 ** -52),
    bound * (1 - 2 ** -52),
    bound * 0.7,
    bound * 1.3,
  ]);
  for (let i = 0; i < 2000; i++) tries.push((values.at(-1) as number) * random.next() ** 6);
  for (const value of tries) expect([value, bounds.find(value)]).toEqual([value, search(values, value)]);
});
