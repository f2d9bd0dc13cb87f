import { expect, test } from "vitest";
import { ScrollMap } from "./scroll-map.ts";

function mapOf(count: number): ScrollMap {
  const map = new ScrollMap();
  map.resize(count, 20, 800);
  return map;
}

test("a list that fits has a row every so many pixels", () => {
  const map = mapOf(1000);
  expect(map.height).toBe(20_000);
  expect([0, 10, 400, 19_200, 99_999].map((top) => map.rowAt(top))).toEqual([0, 0.5, 20, 960, 960]);
  expect(map.placeOf(100)).toBe(2000);
  expect(map.placeOf(5000)).toBe(19_200);
});

test("a short list does not scroll", () => {
  const map = mapOf(10);
  expect([map.height, map.rowAt(0), map.placeOf(4)]).toEqual([200, 0, 0]);
});

test("in ten million rows a dragged bar goes everywhere, a wheel goes row by row", () => {
  const map = mapOf(10_000_000);
  expect(map.height).toBe(8_000_000);
  map.moved(4_000_000);
  const middle = map.rowAt(4_000_000);
  expect(middle).toBeGreaterThan(4_990_000);
  expect(middle).toBeLessThan(5_010_000);
  map.moved(4_000_020);
  expect(map.rowAt(4_000_020) - middle).toBeCloseTo(1, 6);
  map.moved(7_999_200);
  expect(map.rowAt(7_999_200)).toBeCloseTo(9_999_960, 3);
  map.moved(0);
  expect(map.rowAt(0)).toBe(0);
});

test("who wheels into the end of the bar before the end of the list gets more bar", () => {
  const map = mapOf(10_000_000);
  map.moved(7_990_000);
  const row = map.rowAt(7_990_000);
  for (let top = 7_990_000; top <= 7_999_000; top += 1000) map.moved(top);
  const moved = map.moved(7_999_200);
  expect(moved).toBeLessThan(7_999_200);
  expect(map.rowAt(moved ?? 0)).toBeCloseTo(row + 460, 3);
});

test("a row that is brought to the top stays there", () => {
  const map = mapOf(3_000_000);
  for (const row of [0, 17, 1_234_567, 2_999_960]) expect(map.rowAt(map.placeOf(row))).toBeCloseTo(row, 6);
});

test("a list that grows squeezes the bar and keeps its rows", () => {
  const map = mapOf(100);
  expect(map.resize(100, 20, 800)).toBe(false);
  expect(map.resize(200, 20, 800)).toBe(true);
  expect(map.rowAt(400)).toBe(20);
});
