import { expect, test } from "vitest";
import { exploreSeries, sharedService, tableColumns, tableRows } from "./explored.ts";

const GRID = { start: 0, end: 2000, step: 1000 };
const hueOf = (service: string): number => service.length;
const series = (labels: Record<string, string>, ...values: string[]) => ({
  metric: labels,
  values: values.map((value, index) => [index, value] as const),
});

test("series that are services have their hues, others hues that lie apart", () => {
  const byService = exploreSeries(
    [{ letter: "A", result: [series({ job: "ab" }, "1"), series({ job: "abc" }, "2")] }],
    GRID,
    10,
    hueOf,
  );
  expect(byService.series.map(({ label, tone }) => `${label} ${tone}`)).toEqual(["abc service-3", "ab service-2"]);
  const other = exploreSeries(
    [{ letter: "A", result: [series({ code: "1" }, "2"), series({ code: "2" }, "1")] }],
    GRID,
    10,
    hueOf,
  );
  expect(other.series.map(({ tone }) => tone)).toEqual(["service-0", "service-5"]);
});

test("with several queries each series says which it belongs to, and each query has its share of the room", () => {
  const many = Array.from({ length: 8 }, (_, index) => series({ i: String(index) }, String(index)));
  const { series: shown, hidden } = exploreSeries(
    [
      { letter: "A", result: many },
      { letter: "B", result: many },
    ],
    GRID,
    6,
    hueOf,
  );
  expect(shown.map(({ label }) => label)).toEqual(["A 7", "A 6", "A 5", "B 7", "B 6", "B 5"]);
  expect(hidden).toBe(10);
});

test("a series is summed up, gaps left out", () => {
  const [one] = exploreSeries([{ letter: "A", result: [series({}, "1", "NaN", "4")] }], GRID, 10, hueOf).series;
  expect([one.last, one.min, one.max, one.mean]).toEqual([4, 1, 4, 2.5]);
});

test("tables have the largest first, scalars are a row, histograms say what they hold", () => {
  const rows = tableRows([
    { metric: { __name__: "up", job: "a" }, value: [1, "1"] },
    { metric: { __name__: "up", job: "b" }, value: [1, "5"] },
    { metric: { x: "1" }, histogram: [1, { count: "3", sum: "9" }] },
  ]);
  expect(rows.map(({ value }) => value)).toEqual([5, 1, "3 observations, sum 9"]);
  expect(tableColumns(rows)).toEqual(["__name__", "job", "x"]);
  expect(tableRows([1, "42"])).toEqual([{ labels: {}, value: 42 }]);
});

test("a service is shared when all series tell the same one", () => {
  expect(sharedService([{ labels: { job: "cart" } }, { labels: { service_name: "cart" } }])).toBe("cart");
  expect(sharedService([{ labels: { job: "cart" } }, { labels: { job: "orders" } }])).toBe("");
  expect(sharedService([{ labels: { job: "cart" } }, { labels: {} }])).toBe("");
  expect(sharedService([])).toBe("");
});
