/** What the chart of an alert draws beside its values. */
import { expect, test } from "vitest";
import type { WireAlert, WireAlertChart, WireNormalBand } from "goldspan/contract";
import { alertChart, bandRange } from "./alert-chart.ts";

const CHART: WireAlertChart = {
  title: "errors",
  unit: "1",
  timesMillis: [1000, 2000, 3000],
  values: [0, null, 0.5],
  threshold: null,
  band: null,
};
const NORMAL: WireNormalBand = {
  signal: "error_ratio",
  quantile: 0.95,
  timesMillis: [0, 2000],
  lower: [null, null],
  upper: [0.1, 0.2],
  center: [0.01, null],
};
const alert = (more: Partial<WireAlert>) =>
  ({ activeAtMillis: 1500, firedAtMillis: 2000, resolvedAtMillis: null, ...more }) as WireAlert;

test("what is normal changes by the hour, and reaches to nothing where the rule watches no lower side", () => {
  const { levels, series, note } = alertChart(CHART, alert({}), NORMAL);
  expect(levels).toEqual([{ lower: [0, 0, 0], upper: [0.1, 0.2, 0.2], label: "usual", tone: "text-3" }]);
  expect(series.map(({ label, values }) => [label, ...values])).toEqual([
    ["measured", 0, null, 0.5],
    ["usual", 0.01, null, null],
    ["at most", 0.1, 0.2, 0.2],
  ]);
  expect(note).toContain("usual");
});

test("a band of another signal, or of another quantile, is not drawn over the values", () => {
  expect(alertChart(CHART, alert({}), { ...NORMAL, signal: "dependency_errors" }).levels).toEqual([]);
  const latency = { ...NORMAL, signal: "latency", quantile: 0.5 };
  expect(alertChart({ ...CHART, unit: "s" }, alert({}), latency).levels).toEqual([]);
});

test("a threshold is a level", () => {
  expect(alertChart({ ...CHART, threshold: 0.3 }, alert({})).levels).toEqual([
    { from: 0.3, label: "threshold", tone: "warn" },
  ]);
});

test.each([
  [{}, ["began 1500", "fired 2000", "pending 1500-2000", "firing 2000-3000"]],
  [{ firedAtMillis: null }, ["began 1500", "pending 1500-3000"]],
  [{ firedAtMillis: 1500, resolvedAtMillis: 2500 }, ["began 1500", "resolved 2500", "firing 1500-2500"]],
])("when it was pending and fired is marked: %j", (more, said) => {
  const { marks, stretches } = alertChart(CHART, alert(more));
  expect([
    ...marks.map(({ label, at }) => `${label} ${at}`),
    ...stretches.map(({ label, from, to }) => `${label} ${from}-${to}`),
  ]).toEqual(said);
});

test("the band is asked at the chart's own moments", () => {
  expect(bandRange(CHART)).toEqual({ start: 1000, end: 3000, step: 1000 });
  expect(bandRange({ ...CHART, timesMillis: [1] })).toBeUndefined();
});
