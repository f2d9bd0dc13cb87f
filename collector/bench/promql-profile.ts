/**
 * CPU time of PromQL in the engine alone: the store is a reader that hands out arrays made beforehand. `node
 * collector/bench/promql-profile.ts [word of a query]`; each query runs some times, the median is printed.
 */
import { runInstantQuery, runRangeQuery } from "../src/query/metrics/engine.ts";
import type { NativeHistogram } from "../src/model/native-histogram.ts";
import type { MetricReader, Series } from "../src/store/store.ts";

const SERIES = 1000;
const SCRAPE = 15_000;
const MINUTE = 60_000;
const HOURS = 6;
const END = Date.UTC(2026, 0, 1);
const START = END - HOURS * 60 * MINUTE;
const RUNS = 15;

const NATIVE_SERIES = 100;

/** A histogram of 40 buckets of schema 3, growing. */
function nativeSeries(i: number, timestamps: Float64Array): Series {
  const histograms = Array.from(timestamps, (_, j): NativeHistogram => ({
    schema: 3,
    zeroThreshold: 1e-128,
    zeroCount: 0,
    count: j * 40 * (i + 1),
    sum: j * 80,
    positiveSpans: [{ offset: -10, length: 40 }],
    positiveBuckets: new Array<number>(40).fill(j * (i + 1)),
    negativeSpans: [],
    negativeBuckets: [],
    counterResetHint: j === 0 ? "unknown" : "not_reset",
  }));
  const labels = ["__name__", "native_latency", "instance", `i${i}`, "job", `job-${i % 10}`];
  return { labels, timestamps, values: new Float64Array(timestamps.length), histograms };
}

/** 1,000 counters of 20 jobs and 50 instances, as many gauges, 50 histograms of 20 buckets, 100 native ones; 6 h at 15 s. */
function makeReader(): Pick<MetricReader, "selectSeries"> {
  const count = (HOURS * 60 * MINUTE) / SCRAPE + 20;
  const timesOf = (i: number) =>
    Float64Array.from({ length: count }, (_, j) => END - (count - 1 - j) * SCRAPE - (i % 100) * 100);
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const series: Series[] = [];
  for (let i = 0; i < SERIES; i++) {
    const labels = (name: string, ...more: string[]) => [
      "__name__",
      name,
      "instance",
      `10.0.0.${i % 50}:9090`,
      "job",
      `job-${i % 20}`,
      ...more,
      "path",
      `/api/v1/${i}`,
    ];
    let total = 0;
    const timestamps = timesOf(i);
    const counter = Float64Array.from(timestamps, () => (total += Math.floor(random() * 100)));
    const gauge = Float64Array.from(timestamps, () => random() * 1000);
    series.push({ labels: labels("requests_total"), timestamps, values: counter });
    series.push({ labels: labels("memory_bytes"), timestamps, values: gauge });
    const resetting = Float64Array.from(timestamps, (_, j) => (j % 97 === 0 ? 0 : (j % 97) * 10));
    series.push({ labels: labels("resetting_total"), timestamps, values: resetting });
    const le = i % 20;
    series.push({
      labels: [
        "__name__",
        "latency_bucket",
        "instance",
        `i${Math.floor(i / 20)}`,
        "le",
        le === 19 ? "+Inf" : String(2 ** le / 1000),
      ],
      timestamps,
      values: counter.map((value) => value * (le + 1)),
    });
  }
  for (let i = 0; i < NATIVE_SERIES; i++) series.push(nativeSeries(i, timesOf(i)));
  const byName = Map.groupBy(series, ({ labels }) => labels[1]);
  return {
    selectSeries: async (matchers) => byName.get(matchers.find(({ name }) => name === "__name__")?.value ?? "") ?? [],
  };
}

const QUERIES = [
  "sum by (job) (rate(requests_total[5m]))",
  "sum(rate(requests_total[5m]))",
  "rate(requests_total[5m])",
  "sum by (job) (rate(resetting_total[5m]))",
  "topk(5, sum by (path) (rate(requests_total[5m])))",
  "memory_bytes",
  "max by (instance) (memory_bytes)",
  "avg_over_time(memory_bytes[5m])",
  "max_over_time(memory_bytes[1h])",
  "quantile_over_time(0.9, memory_bytes[5m])",
  "histogram_quantile(0.99, sum by (le, instance) (rate(latency_bucket[5m])))",
  "histogram_quantile(0.99, sum by (le) (rate(latency_bucket[5m])))",
  "requests_total / on (instance, job, path) memory_bytes",
  "requests_total / on (instance, job) group_left () max by (instance, job) (memory_bytes)",
  "requests_total > 1000 and memory_bytes < 900",
  "quantile by (job) (0.9, memory_bytes)",
  "stddev by (job) (memory_bytes)",
  "count_values('v', ceil(memory_bytes / 100))",
  "label_replace(memory_bytes, 'x', '$1', 'path', '/api/(.*)')",
  "max_over_time(sum by (job) (rate(requests_total[5m]))[30m:1m])",
  "deriv(memory_bytes[5m])",
  "native_latency",
  "rate(native_latency[5m])",
  "histogram_quantile(0.99, sum by (job) (rate(native_latency[5m])))",
  "histogram_count(rate(native_latency[5m]))",
];

const reader = makeReader();
const only = process.argv[2] ?? "";
for (const query of QUERIES.filter((text) => text.includes(only))) {
  const range = { reader, query, startMillis: START, endMillis: END, stepMillis: MINUTE };
  const ranged = await median(() => runRangeQuery(range));
  const instant = await median(() => runInstantQuery({ reader, query, timeMillis: END }));
  console.log(`${ranged.toFixed(1).padStart(8)} ms range ${instant.toFixed(1).padStart(8)} ms instant   ${query}`);
}

/** CPU milliseconds. */
async function median(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)];
}
