import { expect, test } from "vitest";
import { stepCursor } from "./chart-tip.ts";
import {
  bucketAt,
  bucketStretch,
  describeChart,
  dotNear,
  drawnValues,
  nearestIndex,
  roomForNames,
  spreadLabels,
  tipRows,
  yRange,
  yTicks,
  type ChartSeries,
} from "./time-chart-layout.ts";

function line(label: string, ...values: (number | null)[]): ChartSeries {
  return { label, values, tone: "accent", shape: "line" };
}

const LINEAR = { scale: "linear", from: "zero" } as const;

test("y starts at 0 unless something is negative or the values' own range is asked for", () => {
  expect(yRange([10, null, 20], LINEAR)).toEqual({ from: 0, to: 21.6 });
  expect(yRange([-5, 10], LINEAR).from).toBeLessThan(-5);
  expect(yRange([100, 110], { ...LINEAR, from: "data" }).from).toBeCloseTo(99.2);
  expect(yRange([null], LINEAR)).toEqual({ from: 0, to: 1 });
  expect(yRange([0, 0], LINEAR)).toEqual({ from: 0, to: 1 });
});

test("a share's axis ends at 1, as long as no value lies above", () => {
  expect(yRange([0.3], { ...LINEAR, top: 1 }).to).toBe(1);
  expect(yRange([1.5], { ...LINEAR, top: 1 }).to).toBeGreaterThan(1.5);
});

test("a level near the values is kept in view, a far one doesn't flatten them", () => {
  const level = (from: number): object => ({ levels: [{ from, label: "", tone: "warn" }] });
  expect(yRange([10], { ...LINEAR, ...level(14) }).to).toBeGreaterThan(14);
  expect(yRange([10], { ...LINEAR, ...level(100) }).to).toBeLessThan(12);
});

test("a logarithmic axis leaves out what has no place on it, and spans a decade at least", () => {
  const range = yRange([0, -1, 5], { scale: "log", from: "zero" });
  expect(range.from).toBeGreaterThan(0);
  expect(range.to / range.from).toBeGreaterThanOrEqual(9.9);
  expect(yTicks(range, "log", 3)).toEqual([5, 10, 20]);
  expect(drawnValues([line("a", 0, 5)], 2, { stacked: false, scale: "log" })).toEqual([[null, 5]]);
});

test("ticks are round in the unit that is shown", () => {
  const perMinute = yTicks({ from: 0, to: 0.1 }, "linear", 3, 1 / 60).map((tick) => Math.round(tick * 60 * 1e6) / 1e6);
  expect(perMinute).toEqual([0, 2, 4, 6]);
});

test("stacked series stand on each other, gaps stay gaps", () => {
  const drawn = drawnValues([line("a", 1, null, 3), line("b", 10, 20, 30)], 3, { stacked: true, scale: "linear" });
  expect(drawn).toEqual([
    [1, null, 3],
    [11, 20, 33],
  ]);
});

test("names at the ends of lines never overlap and stay in the plot", () => {
  expect(spreadLabels([50, 52, 10], 100, 12)).toEqual([50, 62, 10]);
  expect(spreadLabels([99, 98, 97], 100, 12)).toEqual([94, 82, 70]);
  expect(spreadLabels([0, 0], 100, 12)).toEqual([6, 18]);
});

test("the tooltip lists the largest first and marks the one nearest to the pointer", () => {
  const { rows } = tipRows([line("a", 1), line("b", 3), line("c", null), line("d", 2)], 0, 1.9);
  expect(rows.map(({ series, nearest }) => series.label + (nearest ? "*" : ""))).toEqual(["b", "d*", "a"]);
  const many = Array.from({ length: 30 }, (_, index) => line(`s${index}`, index));
  const far = tipRows(many, 0, 2.1);
  expect(far.hidden).toBe(20);
  expect(far.rows.find(({ nearest }) => nearest)?.series.label).toBe("s2");
});

test("a chart says in words what it shows", () => {
  expect(describeChart("Rate", [line("orders", 1, 9, 4, null)], String)).toBe(
    "Rate: orders over time. orders: last 4, at most 9",
  );
});

test("a single line has no name at its end, several have, many haven't", () => {
  expect(roomForNames([line("a", 1)], 500)).toBe(0);
  expect(roomForNames([line("p50", 1), line("p95", 1)], 500)).toBeGreaterThan(20);
  expect(
    roomForNames(
      Array.from({ length: 9 }, () => line("a", 1)),
      500,
    ),
  ).toBe(0);
});

test("moments are found by bisection", () => {
  expect([0, 14, 16, 99].map((at) => nearestIndex([0, 10, 20, 30], at))).toEqual([0, 1, 2, 3]);
  expect(nearestIndex([], 5)).toBe(-1);
  const dots = [{ key: "a", x: 12, y: 1, tone: "brand" }];
  expect(dotNear(dots, [0, 10, 20, 30], 1)?.key).toBe("a");
  expect(dotNear(dots, [0, 10, 20, 30], 3)).toBeUndefined();
});

test("arrow keys move the cursor and stop at the ends, Escape takes it away", () => {
  expect(stepCursor("ArrowRight", null, 5)).toBe(0);
  expect(stepCursor("ArrowLeft", null, 5)).toBe(4);
  expect(stepCursor("ArrowRight", 4, 5)).toBe(4);
  expect(stepCursor("Escape", 2, 5)).toBeNull();
  expect(stepCursor("Escape", null, 5)).toBeUndefined();
  expect(stepCursor("x", 2, 5)).toBeUndefined();
});

test("a moment lies in the bar that began last, or at the value that is nearest", () => {
  const times = [1000, 2000, 3000];
  expect([900, 1000, 1900, 2000, 3900].map((millis) => bucketAt(times, millis, true))).toEqual([0, 0, 0, 1, 2]);
  expect([900, 1400, 1600, 3900].map((millis) => bucketAt(times, millis, false))).toEqual([0, 0, 1, 2]);
  expect(bucketAt([], 5, true)).toBe(-1);
});

test("the stretch of a bar begins at its time, that of a value lies around it", () => {
  expect(bucketStretch([1000, 2000], 1, true)).toEqual({ from: 2000, to: 3000 });
  expect(bucketStretch([1000, 2000], 1, false)).toEqual({ from: 1500, to: 2500 });
});
