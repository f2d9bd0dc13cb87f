/** Pages of series: they answer as the store does, from far fewer reads. */
import { expect, test } from "vitest";
import { Random } from "../../../test/kit/random.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import type { LabelMatcher, MillisRange } from "../../store/store.ts";
import { PagedMetrics } from "./paged-metrics.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MATCHERS: LabelMatcher[] = [{ name: "__name__", operator: "=", value: "requests_total" }];

function open(hours: number, series = 3) {
  const metrics = new MemoryMetrics();
  for (let s = 0; s < series; s++) {
    const labels = labelsOf({ __name__: "requests_total", job: `job-${s}` });
    // One begins late, one pauses.
    for (let at = s * HOUR; at < hours * HOUR; at += MINUTE)
      if (s !== 2 || at % (4 * HOUR) < 3 * HOUR) metrics.add(labels, at, at / MINUTE + s);
  }
  let reads = 0;
  const paged = new PagedMetrics({
    selectSeries: (...request) => {
      reads++;
      return metrics.selectSeries(...request);
    },
  });
  return { metrics, paged, reads: () => reads };
}

test("a window that moves on is answered as the store does, from one read a page", async () => {
  const { metrics, paged, reads } = open(24);
  for (let end = 2 * HOUR; end < 24 * HOUR; end += 5 * MINUTE) {
    const range = { start: end - 10 * MINUTE, end };
    expect(await paged.selectSeries(MATCHERS, range)).toEqual(await metrics.selectSeries(MATCHERS, range));
  }
  expect(reads()).toBeLessThanOrEqual(6);
});

test("windows anywhere, of any length and for any selector are answered as the store does", async () => {
  const { metrics, paged } = open(48);
  const random = new Random(7);
  for (let i = 0; i < 500; i++) {
    const end = random.below(50 * HOUR);
    const range: MillisRange = { start: end - 1 - random.below(random.chance(0.1) ? 20 * HOUR : HOUR), end };
    const job: LabelMatcher = { name: "job", operator: "=", value: `job-${random.below(4)}` };
    const matchers = random.chance(0.5) ? MATCHERS : [...MATCHERS, job];
    expect(await paged.selectSeries(matchers, range)).toEqual(await metrics.selectSeries(matchers, range));
  }
});

test("where there are many samples pages are short from the first on", async () => {
  const times = Float64Array.from({ length: 6 * 3600 }, (_, i) => i * 1000);
  const most: number[] = [];
  const paged = new PagedMetrics({
    selectSeries: async (_, { start, end }) => {
      const own = times.filter((time) => time >= start && time <= end);
      most.push(own.length * 1000);
      return Array.from({ length: 1000 }, (__, i) => ({
        labels: labelsOf({ __name__: "requests_total", job: `job-${i}` }),
        timestamps: own,
        values: own,
      }));
    },
  });
  for (let end = HOUR; end < 5 * HOUR; end += 5 * MINUTE)
    await paged.selectSeries(MATCHERS, { start: end - MINUTE, end });
  expect(Math.max(...most)).toBeLessThanOrEqual(2_000_000);
});

test("a read that failed is tried again", async () => {
  const { metrics } = open(8);
  let fails = true;
  const paged = new PagedMetrics({
    selectSeries: async (...request) => {
      if (fails) throw new Error("no");
      return metrics.selectSeries(...request);
    },
  });
  const range = { start: 3 * HOUR, end: 4 * HOUR };
  for (let i = 0; i < 3; i++) await expect(paged.selectSeries(MATCHERS, range)).rejects.toThrow("no");
  fails = false;
  expect(await paged.selectSeries(MATCHERS, range)).toEqual(await metrics.selectSeries(MATCHERS, range));
});
