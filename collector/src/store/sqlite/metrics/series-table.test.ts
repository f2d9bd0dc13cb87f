import { expect, it } from "vitest";
import { labelsOf } from "../../../model/labels.ts";
import { REFUSED } from "../../../wire/metrics/sample-sink.ts";
import { SeriesTable } from "./series-table.ts";

const series = (user: string, job = "a") => labelsOf({ __name__: "m", job, user });

it("keeps nothing of what it refuses", () => {
  const table = new SeriesTable(1, { maxSeries: 0, maxSeriesPerJob: 2 });
  const numbers = ["u1", "u2", "u3"].map((user) => table.intern(series(user)));
  expect(numbers).toEqual([0, 1, REFUSED]);
  const { sizeBytes } = table;
  for (let i = 0; i < 1000; i++) expect(table.intern(series(`v${i}`))).toBe(REFUSED);
  expect(table.sizeBytes).toBe(sizeBytes);
  expect(table.symbols.find("v7")).toBe(-1);
  expect(table.intern(series("u2"))).toBe(1);
  expect(table.intern(series("v7", "b"))).toBe(2);
  expect(table.labelsOf(2)).toEqual(series("v7", "b"));
});

it("counts long labels as more than a series, so that a limit bounds memory", () => {
  const table = new SeriesTable(1, { maxSeries: 0, maxSeriesPerJob: 1000 });
  const long = "x".repeat(300_000);
  expect([0, 1, 2, 3].map((i) => table.intern(series(long + i)))).toEqual([0, 1, 2, REFUSED]);
  expect(table.intern(series("short", "b"))).toBe(3);
});
