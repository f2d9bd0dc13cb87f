/** What every engine promises of metrics: samples in, series out, wherever they lie. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gaugesRequest, metricsRequest, SERVICE, type SimpleMetric } from "../../test/kit/simple-metrics.ts";
import { engines, metricsOf, type StoreUnderTest } from "../../test/kit/stores.ts";
import { labelValue, recordOf, type Labels } from "../model/labels.ts";
import type { LabelMatcher, Series } from "./store.ts";

const EVER = { start: 0, end: Number.MAX_SAFE_INTEGER };
const T = 1_767_225_600_000;

const name = (metric: string): LabelMatcher => ({ name: "__name__", operator: "=", value: metric });

describe.each(engines())("metrics in $name", ({ open }) => {
  let store: StoreUnderTest;
  beforeEach(() => void (store = open()));
  afterEach(() => store.close());

  const send = (metrics: readonly SimpleMetric[], resource: Record<string, unknown> = SERVICE) =>
    store.writer.appendMetrics(metricsOf(metricsRequest(metrics, resource)));
  const select = (metric: string, range = EVER) => store.reader.metrics.selectSeries([name(metric)], range);
  const one = async (metric: string, range = EVER): Promise<Series> => {
    const found = await select(metric, range);
    expect(found.map(({ labels }) => recordOf(labels))).toHaveLength(1);
    return found[0];
  };
  const samplesOf = ({ timestamps, values }: Series) => Array.from(timestamps, (time, i) => [time - T, values[i]]);
  const by = (list: readonly Series[], label: string) =>
    Object.fromEntries(list.map((series) => [labelValue(series.labels, label), samplesOf(series)]));

  it("gives back gauges as they were sent, with the labels of their resource and attributes", async () => {
    await send([
      {
        name: "queue.depth",
        unit: "{job}",
        points: [
          { time: T, value: 1.25, attributes: { queue: "a", "http.route": "/x" } },
          { time: T, value: 7, attributes: { queue: "b" } },
        ],
      },
    ]);
    await send([{ name: "queue.depth", points: [{ time: T + 1000, value: -0, attributes: { queue: "b" } }] }]);
    const found = await select("queue_depth");
    expect(found.map(({ labels }) => recordOf(labels)).sort((a, b) => (a.queue < b.queue ? -1 : 1))).toEqual([
      { __name__: "queue_depth", queue: "a", http_route: "/x", job: "shop", instance: "shop-1" },
      { __name__: "queue_depth", queue: "b", job: "shop", instance: "shop-1" },
    ]);
    expect(by(found, "queue")).toEqual({
      a: [[0, 1.25]],
      b: [
        [0, 7],
        [1000, -0],
      ],
    });
  });

  it("keeps every double, bit by bit", async () => {
    const values = [0.1, 1 / 3, -0, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 2 ** 53, 12.34, NaN, 0];
    for (const [i, value] of values.entries())
      await store.writer.appendMetrics(metricsOf(gaugesRequest("d", [[T + i, value]])));
    expect((await one("d")).values).toEqual(Float64Array.from(values));
  });

  it("keeps series of whole numbers, of two decimals, steady and odd ones, over many samples", async () => {
    const made = (of: (i: number) => number) => Array.from({ length: 50 }, (_, i) => of(i));
    const shapes: Record<string, number[]> = {
      counter: made((i) => i * 1000 + (i % 7)),
      decimals: made((i) => Math.round(Math.sin(i) * 10_000) / 100),
      constant: made(() => 42.5),
      steps: made((i) => (i < 25 ? 1e15 : -3)),
      noise: made((i) => Math.sin(i * 12.9898) * 43758.5453),
      mixed: made((i) => (i === 30 ? 0.1 + 0.2 : i)),
    };
    for (let from = 0; from < 50; from += 5) {
      await send(
        Object.entries(shapes).map(([shape, values]) => ({
          name: "shape",
          points: values
            .slice(from, from + 5)
            .map((value, i) => ({ time: T + (from + i) * 15_000 + ((i * 37) % 11), value, attributes: { shape } })),
        })),
      );
    }
    const found = await select("shape");
    expect(found).toHaveLength(6);
    for (const { labels, values } of found) expect(Array.from(values)).toEqual(shapes[labelValue(labels, "shape")]);
  });

  it("cuts to the range, both ends included, and leaves out series without a sample in it", async () => {
    await send([
      { name: "g", points: [0, 1, 2, 3, 4].map((n) => ({ time: T + n * 1000, value: n, attributes: { of: "both" } })) },
      { name: "g", points: [{ time: T + 9000, value: 9, attributes: { of: "late" } }] },
    ]);
    expect(by(await select("g", { start: T + 1000, end: T + 3000 }), "of")).toEqual({
      both: [
        [1000, 1],
        [2000, 2],
        [3000, 3],
      ],
    });
    expect(await select("g", { start: T + 4001, end: T + 8999 })).toEqual([]);
  });

  it("refuses samples older than their series' newest and other values of its time, and names the first", async () => {
    await send([{ name: "g", points: [{ time: T + 1000, value: 1, attributes: { a: "x" } }] }]);
    const outcome = await send([
      { name: "g", points: [{ time: T + 1000, value: 1, attributes: { a: "x" } }] },
      { name: "g", points: [{ time: T + 500, value: 1, attributes: { a: "x" } }] },
      { name: "g", points: [{ time: T + 1000, value: 2, attributes: { a: "x" } }] },
      { name: "g", points: [{ time: T - 86_400_000 * 400, value: 3, attributes: { a: "y" } }] },
    ]);
    expect(outcome).toEqual({
      outcome: "stored",
      rejected: 2,
      message: `cannot store 2 data points, the first: g{a="x",instance="shop-1",job="shop"} at 2026-01-01T00:00:00.500Z: out of order sample: its series has a newer one`,
    });
    expect(by(await select("g"), "a")).toEqual({ x: [[1000, 1]], y: [[-86_400_000 * 400, 3]] });
  });

  it("acknowledges a request that was taken before and stores it once", async () => {
    const batch = metricsOf(gaugesRequest("g", [[T, 1]]));
    expect(await store.writer.appendMetrics(batch)).toMatchObject({ outcome: "stored", rejected: 0 });
    expect(await store.writer.appendMetrics(batch)).toEqual({ outcome: "duplicate", rejected: 0, message: "" });
    expect(samplesOf(await one("g"))).toEqual([[0, 1]]);
  });

  it("says again of a request that comes again what could not be taken", async () => {
    await send([{ name: "g", points: [{ time: T, value: 1 }] }]);
    const points = [
      { time: T - 1, value: 1 },
      { time: T + 1, value: 2 },
    ];
    for (let n = 0; n < 2; n++)
      expect(await send([{ name: "g", points }])).toMatchObject({ outcome: "stored", rejected: 1 });
    expect(samplesOf(await one("g"))).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it("makes classic histograms buckets, sum and count", async () => {
    const point = { time: T, count: "6", sum: 3.5, explicitBounds: [0.1, 1], bucketCounts: ["1", "2", "3"] };
    await send([{ name: "http.server.duration", unit: "s", type: "histogram", points: [point] }]);
    expect(by(await select("http_server_duration_seconds_bucket"), "le")).toEqual({
      "0.1": [[0, 1]],
      "1": [[0, 3]],
      "+Inf": [[0, 6]],
    });
    expect(samplesOf(await one("http_server_duration_seconds_sum"))).toEqual([[0, 3.5]]);
    expect(samplesOf(await one("http_server_duration_seconds_count"))).toEqual([[0, 6]]);
  });

  it("makes exponential histograms native ones", async () => {
    const points = [0, 1, 2].map((n) => ({
      time: T + n * 1000,
      count: String(10 + n),
      sum: 42.5 + n,
      scale: 3,
      zeroCount: "2",
      positive: { offset: -2, bucketCounts: ["3", "0", "0", "0", "0", "4", String(n)] },
      negative: { offset: 5, bucketCounts: ["1"] },
    }));
    for (const point of points)
      await send([{ name: "size", unit: "By", type: "exponentialHistogram", points: [point] }]);
    const { histograms, timestamps } = await one("size_bytes");
    expect(Array.from(timestamps)).toEqual([T, T + 1000, T + 2000]);
    expect(histograms?.[2]).toEqual({
      schema: 3,
      zeroThreshold: 1e-128,
      zeroCount: 2,
      count: 12,
      sum: 44.5,
      positiveSpans: [
        { offset: -1, length: 1 },
        { offset: 4, length: 2 },
      ],
      positiveBuckets: [3, 4, 2],
      negativeSpans: [{ offset: 6, length: 1 }],
      negativeBuckets: [1],
      counterResetHint: "not_reset",
    });
  });

  it("makes summaries quantiles, sum and count", async () => {
    const point = {
      time: T,
      count: "4",
      sum: 8,
      quantileValues: [
        { quantile: 0.5, value: 1.5 },
        { quantile: 1, value: 4 },
      ],
    };
    await send([{ name: "rpc", type: "summary", points: [point] }]);
    expect(by(await select("rpc"), "quantile")).toEqual({ "0.5": [[0, 1.5]], "1": [[0, 4]] });
    expect(samplesOf(await one("rpc_count"))).toEqual([[0, 4]]);
  });

  it("sums up deltas, and begins anew behind a gap", async () => {
    const add = (start: number, time: number, value: number) =>
      send([{ name: "hits", type: "sum", delta: true, points: [{ start: T + start, time: T + time, value }] }]);
    await add(0, 1000, 5);
    await add(1000, 2000, 3);
    await add(5000, 6000, 2);
    const { timestamps, values, startTimestamps } = await one("hits_total");
    expect(Array.from(timestamps, (time, i) => [time - T, values[i]])).toEqual([
      [0, 0],
      [1000, 5],
      [2000, 8],
      [5000, 0],
      [6000, 2],
    ]);
    expect(Array.from(startTimestamps ?? [], (start) => start - T)).toEqual([0, 0, 0, 5000, 5000]);
    expect(await add(5500, 7000, 1)).toMatchObject({ rejected: 1, message: expect.stringMatching(/overlaps/) });
  });

  it("puts a zero where a counter began, when it is new or was reset", async () => {
    const add = (start: number, time: number, value: number) =>
      send([{ name: "hits", type: "sum", points: [{ start: T + start, time: T + time, value }] }]);
    await add(0, 10_000, 5);
    await add(0, 20_000, 7);
    await add(25_000, 30_000, 1);
    expect(samplesOf(await one("hits_total"))).toEqual([
      [0, 0],
      [10_000, 5],
      [20_000, 7],
      [25_000, 0],
      [30_000, 1],
    ]);
  });

  it("marks where a series ended", async () => {
    await send([{ name: "g", points: [{ time: T, value: 1 }] }]);
    await send([{ name: "g", points: [{ time: T + 1000, flags: 1 }] }]);
    await send([{ name: "g", points: [{ time: T + 2000, value: 2 }] }]);
    const { values, stale } = await one("g");
    expect(Array.from(values)).toEqual([1, NaN, 2]);
    expect(Array.from(stale ?? [])).toEqual([0, 1, 0]);
  });

  it("finds series, label names and values by selections and range", async () => {
    await send([
      { name: "a", points: [{ time: T, value: 1, attributes: { zone: "eu", shelf: "1" } }] },
      { name: "b", points: [{ time: T + 60_000, value: 1, attributes: { zone: "us" } }] },
    ]);
    const { metrics } = store.reader;
    const request = { selections: [] as LabelMatcher[][], range: EVER, limit: 0 };
    const names = (list: readonly Labels[]) => list.map((labels) => labelValue(labels, "__name__")).sort();
    expect(names(await metrics.findSeries(request))).toEqual(["a", "b"]);
    expect(names(await metrics.findSeries({ ...request, selections: [[name("a")], [name("b")]] }))).toEqual(["a", "b"]);
    expect(names(await metrics.findSeries({ ...request, range: { start: T + 1, end: T + 60_000 } }))).toEqual(["b"]);
    expect(await metrics.findSeries({ ...request, limit: 1 })).toHaveLength(1);
    expect(await metrics.labelNames(request)).toEqual(["__name__", "instance", "job", "shelf", "zone"]);
    expect(await metrics.labelValues("zone", request)).toEqual(["eu", "us"]);
    const notEu: LabelMatcher = { name: "zone", operator: "!~", value: "e.*" };
    expect(await metrics.labelValues("zone", { ...request, selections: [[notEu]] })).toEqual(["us"]);
    expect(
      await metrics.labelValues("shelf", { ...request, selections: [[{ ...notEu, name: "shelf", value: ".+" }]] }),
    ).toEqual([]);
  });

  it("tells what senders said of metrics, and what the resource has beside its identity", async () => {
    const resource = { ...SERVICE, "service.namespace": "prod", "host.name": "h1" };
    await send([{ name: "x.size", unit: "By", description: "how large", points: [{ time: T, value: 1 }] }], resource);
    expect(await store.reader.metrics.metricMetadata({ limit: 0 })).toEqual([
      { metric: "x_size_bytes", type: "gauge", help: "how large", unit: "bytes" },
    ]);
    expect(await store.reader.metrics.metricMetadata({ metric: "y", limit: 0 })).toEqual([]);
    const target = await one("target_info");
    expect(recordOf(target.labels)).toEqual({
      __name__: "target_info",
      job: "prod/shop",
      instance: "shop-1",
      host_name: "h1",
    });
    expect(samplesOf(target)).toEqual([[0, 1]]);
  });

  it("keeps exemplars with the trace they lead to", async () => {
    const exemplar = {
      timeUnixNano: String(BigInt(T + 5) * 1_000_000n),
      asDouble: 0.7,
      traceId: Buffer.from("0123456789abcdef0123456789abcdef", "hex"),
      spanId: Buffer.from("0123456789abcdef", "hex"),
      filteredAttributes: [{ key: "user.id", value: { stringValue: "u1" } }],
    };
    const point = {
      time: T + 10,
      count: "1",
      sum: 0.7,
      explicitBounds: [0.5, 1],
      bucketCounts: ["0", "1", "0"],
      exemplars: [exemplar],
    };
    await send([{ name: "d", type: "histogram", points: [point] }]);
    const request = { selections: [[name("d_bucket")]], range: { start: T, end: T + 10 }, limit: 0 };
    const [series, ...others] = await store.reader.metrics.selectExemplars(request);
    expect(others).toEqual([]);
    expect(labelValue(series.labels, "le")).toBe("1");
    expect(series.exemplars).toEqual([
      {
        labels: ["span_id", "0123456789abcdef", "trace_id", "0123456789abcdef0123456789abcdef", "user_id", "u1"],
        value: 0.7,
        timestampMillis: T + 5,
      },
    ]);
    const later = { ...request, range: { start: T + 6, end: T + 10 } };
    expect(await store.reader.metrics.selectExemplars(later)).toEqual([]);
  });

  it("says which metrics, labels and pairs take most series", async () => {
    const points = Array.from({ length: 5 }, (_, i) => ({ time: T, value: i, attributes: { user: `u${i}` } }));
    await send([
      { name: "a", points },
      { name: "b", points: [{ time: T, value: 1 }] },
    ]);
    const report = await store.reader.metrics.reportCardinality(1);
    expect(report).toEqual({
      series: 6,
      metrics: [{ name: "a", count: 5 }],
      labelNames: [{ name: "user", count: 5 }],
      labelPairs: [{ name: "instance=shop-1", count: 6 }],
      refused: [],
    });
  });

  it("counts points that cannot be stored and takes the others", async () => {
    const outcome = await send([
      { name: "g", points: [{ time: T }, { time: T, value: 1 }] },
      { name: "s", type: "exponentialHistogram", points: [{ time: T, count: "1", sum: 1, scale: -9 }] },
      { name: "日", points: [{ time: T, value: 1 }] },
      {
        name: "h",
        type: "histogram",
        points: [{ time: T, count: "3", sum: 4, bucketCounts: ["1", "1", "1"], explicitBounds: [2, 1] }],
      },
    ]);
    expect(await select("h_bucket")).toEqual([]);
    expect(outcome).toMatchObject({
      rejected: 4,
      message: 'cannot store 4 data points, the first: a data point of "g" has neither as_double nor as_int',
    });
    expect(samplesOf(await one("g"))).toEqual([[0, 1]]);
  });
});
