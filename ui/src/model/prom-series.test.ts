import { expect, test } from "vitest";
import {
  chooseGrid,
  fillLegend,
  formatLabels,
  gridRange,
  gridTimes,
  nameSeries,
  pickSeries,
  toGrid,
  toneOf,
} from "./prom-series.ts";

const GRID = { start: 10_000, end: 40_000, step: 10_000 };

test("samples stand at their times, and where there is none is a gap", () => {
  const { values } = toGrid(
    {
      metric: {},
      values: [
        [10, "1"],
        [30, "2.5"],
        [40, "NaN"],
      ],
    },
    GRID,
  );
  expect(values).toEqual([1, null, 2.5, null]);
  expect(gridTimes(GRID)).toEqual([10_000, 20_000, 30_000, 40_000]);
});

test("a histogram stands for its mean", () => {
  expect(toGrid({ metric: {}, histograms: [[20, { count: "4", sum: "10" }]] }, GRID).values).toEqual([
    null,
    2.5,
    null,
    null,
  ]);
});

test("steps read well, and the same moments are asked for again a little later", () => {
  const first = chooseGrid(1_000_003_000, 1_001_803_000, 120);
  expect(first.step).toBe(15_000);
  expect(first.start % first.step).toBe(0);
  const later = chooseGrid(1_000_008_000, 1_001_808_000, 120);
  expect((later.start - first.start) % first.step).toBe(0);
  expect(chooseGrid(5, 6, 100)).toEqual({ start: 1000, end: 1000, step: 1000 });
});

test("the end of a range is on its grid, so that what is new shows before the next step", () => {
  const grid = chooseGrid(1_000_003_000, 1_001_803_000, 120);
  expect(grid).toEqual({ start: 1_000_005_000, end: 1_001_790_000, step: 15_000, last: 1_001_803_000 });
  expect(gridTimes(grid).slice(-2)).toEqual([1_001_790_000, 1_001_803_000]);
  expect(gridRange(grid)).toEqual({ from: 1_000_005_000, to: 1_001_803_000 });
  const { values } = toGrid({ metric: {}, values: [[1_001_803, "7"]] }, grid);
  expect([values.length, values.at(-2), values.at(-1)]).toEqual([121, null, 7]);
  expect(chooseGrid(1_000_005_000, 1_001_805_000, 120).last).toBeUndefined();
});

test("series are called by what tells them apart", () => {
  expect(
    nameSeries([
      { job: "a", x: "1" },
      { job: "b", x: "1" },
    ]),
  ).toEqual(["a", "b"]);
  expect(
    nameSeries([
      { job: "a", x: "1" },
      { job: "b", x: "2" },
    ]),
  ).toEqual(["job=a x=1", "job=b x=2"]);
  expect(nameSeries([{ job: "a" }, {}])).toEqual(["a", "no job"]);
  expect(nameSeries([{ __name__: "up", job: "a" }])).toEqual(["up"]);
  expect(nameSeries([{ job: "a", instance: "i" }])).toEqual(['{job="a", instance="i"}']);
  expect(nameSeries([{}])).toEqual(["value"]);
});

test("of many series the largest are drawn, the same ones after a refresh", () => {
  const series = [1, 9, 5, 9].map((value, index) => ({ labels: { i: String(index) }, values: [null, value] }));
  const { shown, hidden } = pickSeries(series, 3);
  expect(shown.map(({ labels }) => labels.i)).toEqual(["1", "3", "2"]);
  expect(hidden).toBe(1);
  expect(pickSeries(series.toReversed(), 3).shown.map(({ labels }) => labels.i)).toEqual(["1", "3", "2"]);
});

test("legends are filled, labels written as PromQL writes them", () => {
  expect(fillLegend("{{ job }}/{{code}} {{none}}", { job: "api", code: "500" })).toBe("api/500 ");
  expect(formatLabels({ __name__: "up", job: 'a"b' })).toBe('up{job="a\\"b"}');
});

test("the first tones lie far apart", () => {
  expect(new Set(Array.from({ length: 14 }, (_, index) => toneOf(index))).size).toBe(14);
});
