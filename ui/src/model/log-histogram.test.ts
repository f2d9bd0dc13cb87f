import { expect, test } from "vitest";
import { levelSeries, levelTotals, rankAt, timeAt } from "./log-histogram.ts";

const SUMMARY = {
  progress: 1,
  total: 60,
  startMillis: 1000,
  stepMillis: 100,
  levels: { error: [0, 10, 0, 0], info: [20, 0, 0, 30], debug: [0, 0, 0, 0] },
};

test("levels that occur are stacked, errors on top", () => {
  expect(levelSeries(SUMMARY).map(({ key }) => key)).toEqual(["info", "error"]);
  expect(levelTotals(SUMMARY)).toEqual([
    { level: "error", count: 10 },
    { level: "info", count: 50 },
  ]);
});

test("a moment has the rank of the lines that are newer", () => {
  expect([1400, 1350, 1300, 1250, 1150, 1100, 1000, 0].map((millis) => rankAt(SUMMARY, millis))).toEqual([
    0, 15, 30, 30, 35, 40, 60, 60,
  ]);
});

test("a rank has a moment, and back", () => {
  expect([0, 15, 35, 50].map((rank) => timeAt(SUMMARY, rank))).toEqual([1400, 1350, 1150, 1050]);
  expect(timeAt(SUMMARY, 1000)).toBe(1000);
  for (const rank of [0, 7, 29, 31, 45, 59]) expect(rankAt(SUMMARY, timeAt(SUMMARY, rank))).toBe(rank);
});
