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

it("keeps the last places for jobs that have few, not for one that has many or for new ones", () => {
  const table = new SeriesTable(1, { maxSeries: 100, maxSeriesPerJob: 50 });
  const fill = (job: string, count: number) => {
    const before = table.count;
    for (let i = 0; i < count; i++) table.intern(series(`u${i}`, job));
    return table.count - before;
  };
  expect(fill("good", 1)).toBe(1);
  expect(fill("evil", 60)).toBe(50);
  expect(fill("evil2", 60)).toBe(39);
  for (let i = 0; i < 20; i++) expect(fill(`evil${i + 3}`, 1)).toBe(0);
  expect(fill("good", 5)).toBe(4);
  expect(table.count).toBe(94);
  // As after a restart.
  expect(table.intern(series("u", "evil99"), true)).toBe(94);
});

it("tells senders without a job apart by their service, else by their metric", () => {
  const table = new SeriesTable(1, { maxSeries: 0, maxSeriesPerJob: 2 });
  const add = (labels: Record<string, string>) => table.intern(labelsOf(labels)) !== REFUSED;
  const bomb = (user: string) => add({ __name__: "bomb", user });
  expect(["u1", "u2", "u3"].map(bomb)).toEqual([true, true, false]);
  expect(add({ __name__: "other" })).toBe(true);
  expect(add({ __name__: "bomb", service_name: "shop" })).toBe(true);
  expect([...table.refused]).toEqual([["bomb", 1]]);
});
