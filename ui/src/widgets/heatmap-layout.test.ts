import { expect, test } from "vitest";
import { heatStrength, layoutHeatmap } from "./heatmap-layout.ts";

const OPTIONS = { width: 500, height: 200, right: 20, range: { from: 0, to: 100 } };
const BOUNDS = [1, 2, 4, 8, 16, 32, 64, null];

test("rows cover what has counts, one more at each side, without gaps", () => {
  const { rows } = layoutHeatmap(BOUNDS, [[0, 0, 0, 5, 2, 0, 0, 0]], [], OPTIONS);
  expect(rows.map(({ from, to }) => `${from}-${to}`)).toEqual(["2-4", "4-8", "8-16", "16-32"]);
  for (let index = 1; index < rows.length; index++) expect(rows[index].bottom).toBeCloseTo(rows[index - 1].top);
  expect(rows[0].bottom).toBeCloseTo(178);
  expect(rows[3].top).toBeCloseTo(6);
});

test("a value of a line is kept in view, and the bucket without bound has a height", () => {
  const { rows, yOf } = layoutHeatmap(BOUNDS, [[0, 0, 0, 5, 0, 0, 0, 1]], [60], OPTIONS);
  const top = rows[rows.length - 1];
  expect(top.to).toBe(Number.POSITIVE_INFINITY);
  expect(top.bottom - top.top).toBeGreaterThan(5);
  expect(yOf(60)).toBeGreaterThan(top.bottom);
});

test("few beside many are still seen, none is nothing", () => {
  expect(heatStrength(0, 1000)).toBe(0);
  expect(heatStrength(1, 1000)).toBeGreaterThan(0.1);
  expect(heatStrength(1000, 1000)).toBe(1);
});

test("times and pixels are each other's inverse", () => {
  const { xOf, timeAt } = layoutHeatmap(BOUNDS, [], [], OPTIONS);
  expect(timeAt(xOf(42))).toBeCloseTo(42);
});
