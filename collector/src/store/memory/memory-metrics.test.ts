import { expect, test } from "vitest";
import { labelsOf } from "../../model/labels.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";
import { MemoryMetrics } from "./memory-metrics.ts";

const ALWAYS = { start: -Infinity, end: Infinity };
const up = (job: string) => labelsOf({ __name__: "up", job });

function histogram(count: number, buckets: number[]): NativeHistogram {
  return {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: 1,
    positiveSpans: [{ offset: 0, length: buckets.length }],
    positiveBuckets: buckets,
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: "unknown",
  };
}

test("samples go in series by series; what is older than the newest or contradicts it is not taken", () => {
  const metrics = new MemoryMetrics();
  expect(metrics.add(up("a"), 10, 1)).toBe("stored");
  expect(metrics.add(up("a"), 10, 1)).toBe("duplicate");
  expect(metrics.add(up("a"), 10, 2)).toBe("conflict");
  expect(metrics.add(up("a"), 9, 1)).toBe("out_of_order");
  expect(metrics.add(up("b"), 9, 1)).toBe("stored");
});

test("a selection has the samples of its range, both ends included, with staleness, histograms and start times where there are any", async () => {
  const metrics = new MemoryMetrics();
  metrics.add(up("a"), 10, 1);
  metrics.add(up("a"), 20, "stale");
  metrics.add(up("a"), 30, histogram(3, [1, 2]), 5);
  metrics.add(up("b"), 40, 4);
  const matchers = [{ name: "job", operator: "=~" as const, value: "a|c" }];
  expect(await metrics.selectSeries(matchers, { start: 10, end: 10 })).toEqual([
    { labels: up("a"), timestamps: Float64Array.of(10), values: Float64Array.of(1) },
  ]);
  const [all] = await metrics.selectSeries(matchers, ALWAYS);
  expect(all.stale).toEqual(Uint8Array.of(0, 1, 0));
  expect(all.histograms?.map((one) => one?.count)).toEqual([undefined, undefined, 3]);
  expect(all.startTimestamps).toEqual(Float64Array.of(0, 0, 5));
  expect(await metrics.selectSeries(matchers, { start: 31, end: 40 })).toEqual([]);
});

test("histograms learn from their neighbour that the counter was not reset", async () => {
  const metrics = new MemoryMetrics();
  for (const [at, value] of [
    [1, histogram(3, [1, 2])],
    [2, histogram(4, [1, 3])],
    [3, histogram(4, [2, 2])],
    [4, { ...histogram(5, [2, 3]), counterResetHint: "gauge" as const }],
  ] as const)
    metrics.add(up("a"), at, value);
  const [series] = await metrics.selectSeries([], ALWAYS);
  expect(series.histograms?.map((one) => one?.counterResetHint)).toEqual(["unknown", "not_reset", "unknown", "gauge"]);
});

test("names, values, metadata and exemplars are found by selection and range", async () => {
  const metrics = new MemoryMetrics();
  metrics.add(up("b"), 10, 1);
  metrics.add(up("a"), 20, 1);
  metrics.setMetadata({ metric: "up", type: "gauge", help: "h", unit: "" });
  metrics.addExemplar(up("a"), { labels: ["trace_id", "x"], value: 1, timestampMillis: 15 });
  const all = { selections: [], range: ALWAYS, limit: 0 };
  expect(await metrics.labelNames(all)).toEqual(["__name__", "job"]);
  expect(await metrics.labelValues("job", all)).toEqual(["a", "b"]);
  expect(await metrics.labelValues("job", { ...all, range: { start: 15, end: 20 } })).toEqual(["a"]);
  expect(await metrics.findSeries({ ...all, selections: [[{ name: "job", operator: "=", value: "b" }]] })).toEqual([
    up("b"),
  ]);
  expect(await metrics.metricMetadata({ limit: 0 })).toHaveLength(1);
  expect(await metrics.metricMetadata({ metric: "down", limit: 0 })).toEqual([]);
  expect(await metrics.selectExemplars(all)).toEqual([
    { labels: up("a"), exemplars: [{ labels: ["trace_id", "x"], value: 1, timestampMillis: 15 }] },
  ]);
  const report = await metrics.reportCardinality(2);
  expect(report.series).toBe(2);
  expect(report.metrics).toEqual([{ name: "up", count: 2 }]);
  expect(report.labelNames).toEqual([
    { name: "job", count: 2 },
    { name: "__name__", count: 1 },
  ]);
});
