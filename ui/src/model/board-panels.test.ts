import { expect, test } from "vitest";
import { calculate, levelOf, newPanel, thresholdLevels, turnInto, unitName } from "./board-panels.ts";

test("one figure stands for a series, gaps left out", () => {
  const values = [1, null, 5, 3, null];
  expect((["last", "min", "max", "sum", "mean"] as const).map((what) => calculate(values, what))).toEqual([
    3, 1, 5, 9, 3,
  ]);
  expect(calculate([null], "mean")).toBeNull();
});

test("the highest threshold that is reached decides", () => {
  const thresholds = [
    { value: 10, level: "warn" as const },
    { value: 20, level: "bad" as const },
  ];
  expect([5, 10, 25, null].map((value) => levelOf(value, thresholds))).toEqual(["ok", "warn", "bad", "ok"]);
  expect(thresholdLevels(thresholds).map(({ tone }) => tone)).toEqual(["warn", "error"]);
});

test("a panel of another type keeps its title, place and queries where it can", () => {
  const chart = { ...newPanel(), title: "t", queries: [{ promql: "up" }], unit: "bytes" as const };
  expect(turnInto(chart, "stat")).toMatchObject({
    title: "t",
    type: "stat",
    queries: [{ promql: "up" }],
    unit: "bytes",
  });
  const text = turnInto(chart, "text");
  expect(text).toEqual({ title: "t", grid: chart.grid, type: "text", text: "" });
  expect(turnInto(text, "table")).toMatchObject({ type: "table", queries: [{ promql: "" }] });
  expect(unitName("bytes_per_second")).toBe("bytes per second");
});
