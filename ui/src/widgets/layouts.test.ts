import { expect, test } from "vitest";
import { linePaths } from "./line-paths.ts";
import { layoutScatter, nearestDot } from "./scatter-layout.ts";

test("a line leaves gaps where nothing was measured, and a lone value is a dash", () => {
  const { line } = linePaths([0, 10, null, 5], 10, 90, 11);
  expect(line).toBe("M0.00 11.00L30.00 1.00M90.00 6.00L102.00 6.00");
});

test("dots lie by time and by the logarithm of their value, errors on top", () => {
  const point = (key: string, x: number, y: number, error = false) => ({ key, x, y, hue: 0, error });
  const points = [point("bad", 50, 100, true), point("a", 0, 1), point("b", 100, 10_000)];
  const layout = layoutScatter(points, { from: 0, to: 100 }, 468, 132, String);
  expect(layout.dots.map(({ key, x, y }) => [key, Math.round(x), Math.round(y)])).toEqual([
    ["a", 56, 110],
    ["b", 456, 10],
    ["bad", 256, 60],
  ]);
  expect(layout.lines.map((line) => line.label)).toEqual(["1", "10", "100", "1000", "10000"]);
  expect(nearestDot(layout, 250, 64, 14)?.key).toBe("bad");
  expect(nearestDot(layout, 200, 64, 14)).toBeUndefined();
});
