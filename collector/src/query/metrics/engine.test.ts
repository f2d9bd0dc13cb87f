/** What Prometheus' scripts don't look at: limits, cancellation, reads, and results of every type. */
import { expect, test } from "vitest";
import { openScope } from "../../base/work-scope.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import type { LabelMatcher, MillisRange } from "../../store/store.ts";
import { runInstantQuery, runRangeQuery } from "./engine.ts";

const MINUTE = 60_000;

class CountingMetrics extends MemoryMetrics {
  readonly reads: { matchers: readonly LabelMatcher[]; range: MillisRange }[] = [];

  override selectSeries(matchers: readonly LabelMatcher[], range: MillisRange, signal?: AbortSignal) {
    this.reads.push({ matchers, range });
    return super.selectSeries(matchers, range, signal);
  }
}

/** `requests_total` of two jobs, a sample a minute from 0 on, rising by 60 and 120. */
function twoJobs(minutes = 60): CountingMetrics {
  const metrics = new CountingMetrics();
  for (const [job, rise] of [
    ["a", 60],
    ["b", 120],
  ] as const) {
    const labels = labelsOf({ __name__: "requests_total", job });
    for (let i = 0; i <= minutes; i++) metrics.add(labels, i * MINUTE, i * rise);
  }
  return metrics;
}

test("an instant query gives what its expression is: scalar, string, vector, or the samples of a range", async () => {
  const reader = twoJobs();
  const run = async (query: string) => (await runInstantQuery({ reader, query, timeMillis: 30 * MINUTE })).value;
  expect(await run("1 + 2")).toEqual({ type: "scalar", timestampMillis: 30 * MINUTE, value: 3 });
  expect(await run('"x"')).toEqual({ type: "string", timestampMillis: 30 * MINUTE, value: "x" });
  expect(await run('rate(requests_total{job="a"}[5m])')).toEqual({
    type: "vector",
    samples: [{ labels: ["job", "a"], timestampMillis: 30 * MINUTE, value: 1 }],
  });
  expect(await run('requests_total{job="a"}[2m]')).toEqual({
    type: "matrix",
    series: [
      {
        labels: ["__name__", "requests_total", "job", "a"],
        timestamps: Float64Array.of(29 * MINUTE, 30 * MINUTE),
        values: Float64Array.of(29 * 60, 30 * 60),
      },
    ],
  });
});

test("a range query gives a matrix, series sorted by labels, steps from start to end", async () => {
  const reader = twoJobs();
  const range = { startMillis: 10 * MINUTE, endMillis: 12.5 * MINUTE, stepMillis: MINUTE };
  const { value } = await runRangeQuery({ reader, query: "sum by (job) (requests_total) > 700", ...range });
  expect(value).toEqual({
    type: "matrix",
    series: [
      { labels: ["job", "a"], timestamps: Float64Array.of(12 * MINUTE), values: Float64Array.of(720) },
      {
        labels: ["job", "b"],
        timestamps: Float64Array.of(10 * MINUTE, 11 * MINUTE, 12 * MINUTE),
        values: Float64Array.of(1200, 1320, 1440),
      },
    ],
  });
  const scalar = await runRangeQuery({ reader, query: "time()", ...range });
  expect(scalar.value).toEqual({
    type: "matrix",
    series: [
      {
        labels: [],
        timestamps: Float64Array.of(10 * MINUTE, 11 * MINUTE, 12 * MINUTE),
        values: Float64Array.of(600, 660, 720),
      },
    ],
  });
  await expect(runRangeQuery({ reader, query: "requests_total[5m]", ...range })).rejects.toThrow(
    'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
  );
});

test("a selector that stands twice is read once, over all that both ask for; windows far apart are read apart", async () => {
  const reader = twoJobs();
  const at = 30 * MINUTE;
  await runInstantQuery({ reader, query: "rate(requests_total[5m]) / rate(requests_total[10m])", timeMillis: at });
  expect(reader.reads.map(({ range }) => range)).toEqual([{ start: at - 10 * MINUTE + 1, end: at }]);
  reader.reads.length = 0;
  await runInstantQuery({ reader, query: "requests_total - requests_total offset 20m", timeMillis: at });
  expect(reader.reads.map(({ range }) => range)).toEqual([
    { start: at - 25 * MINUTE + 1, end: at - 20 * MINUTE },
    { start: at - 5 * MINUTE + 1, end: at },
  ]);
});

test("windows of one selector read apart each see their own samples", async () => {
  const reader = twoJobs();
  const query = "requests_total{job='a'} - requests_total{job='a'} offset 20m";
  const { value } = await runInstantQuery({ reader, query, timeMillis: 30 * MINUTE });
  expect(value).toMatchObject({ samples: [{ value: 1200 }] });
});

test("a query that would hold too many samples fails, in fetching and in running", async () => {
  const reader = twoJobs();
  const range = { reader, startMillis: 0, endMillis: 60 * MINUTE, stepMillis: 1000 };
  await expect(runRangeQuery({ ...range, query: "requests_total", maxSamples: 100 })).rejects.toMatchObject({
    name: "LimitError",
    message: expect.stringContaining("too many samples"),
  });
  await expect(runRangeQuery({ ...range, query: "requests_total", maxSamples: 1000 })).rejects.toThrow(
    "too many samples",
  );
  await expect(runRangeQuery({ ...range, query: "requests_total", maxSamples: 100_000 })).resolves.toBeDefined();
  await expect(runRangeQuery({ ...range, query: "1", endMillis: 1e15 })).rejects.toThrow("too many samples");
  const fine = { ...range, query: "max_over_time(requests_total[1y:1ms])" };
  await expect(runRangeQuery(fine)).rejects.toThrow("too many samples");
});

test("a query ends when nobody waits for it, and when its time is over", async () => {
  const reader = twoJobs();
  const limits = { timeoutMillis: 0, maxBytes: 0, maxRows: 0 };
  let asked = 0;
  const scope = openScope(undefined, limits, () => ++asked > 3);
  const query = { reader, query: "sum(rate(requests_total[5m]))", timeMillis: 30 * MINUTE, signal: scope.signal };
  await expect(runInstantQuery(query)).rejects.toMatchObject({ name: "AbortError" });
  const late = openScope(undefined, { ...limits, timeoutMillis: 1e-6 });
  await expect(runInstantQuery({ ...query, signal: late.signal })).rejects.toMatchObject({ limit: "time" });
  late.close();
});

test("a query's answer may have so many series as the scope's rows", async () => {
  const scope = openScope(undefined, { timeoutMillis: 0, maxBytes: 0, maxRows: 1 });
  const query = { reader: twoJobs(), query: "requests_total", timeMillis: 30 * MINUTE, signal: scope.signal };
  await expect(runInstantQuery(query)).rejects.toMatchObject({ name: "LimitError", limit: "rows" });
});

test("errors say the place, in parsing and in running", async () => {
  const reader = twoJobs();
  const run = (query: string) => runInstantQuery({ reader, query, timeMillis: 30 * MINUTE });
  await expect(run("sum(requests_total")).rejects.toMatchObject({ name: "QueryError", position: 18 });
  await expect(run('topk(scalar(foo), requests_total{job="a"})')).rejects.toMatchObject({ position: 5 });
  await expect(run("1 + on(x) requests_total")).rejects.toMatchObject({ name: "QueryError" });
});

test("annotations name the line and column of what they are about", async () => {
  const metrics = new MemoryMetrics();
  for (let i = 0; i < 10; i++) metrics.add(labelsOf({ __name__: "temperature" }), i * MINUTE, i);
  const query = "1 +\n  rate(temperature[5m])";
  const { infos, warnings } = await runInstantQuery({ reader: metrics, query, timeMillis: 9 * MINUTE });
  expect(warnings).toEqual([]);
  expect(infos).toEqual([
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "temperature" (2:8)',
  ]);
});

test("rate() goes on over resets, staleness, and gaps longer than its windows", async () => {
  const metrics = new MemoryMetrics();
  const labels = labelsOf({ __name__: "x_total" });
  const values: (number | "stale")[] = [0, 60, 120, 30, 90, "stale", 0, 60];
  values.forEach((value, i) => metrics.add(labels, i * MINUTE, value));
  for (let i = 100; i < 110; i++) metrics.add(labels, i * MINUTE, i * 60);
  const range = { startMillis: 0, endMillis: 109 * MINUTE, stepMillis: MINUTE };
  const { value } = await runRangeQuery({ reader: metrics, query: "increase(x_total[2m])", ...range });
  const times = value.type === "matrix" ? Array.from(value.series[0].timestamps, (time) => time / MINUTE) : [];
  expect(times).toEqual([1, 2, 3, 4, 7, 101, 102, 103, 104, 105, 106, 107, 108, 109]);
});
