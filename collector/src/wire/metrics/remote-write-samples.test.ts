import { beforeEach, describe, expect, it } from "vitest";
import { recordOf } from "../../model/labels.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import { MemorySamples } from "../../store/memory/memory-samples.ts";
import { RequestEncoder } from "../prometheus/request-encoder.ts";
import { familyOf } from "./remote-write-samples.ts";

const EVER = { start: 0, end: Number.MAX_SAFE_INTEGER };

describe("a remote-write request", () => {
  let metrics: MemoryMetrics;
  let samples: MemorySamples;
  beforeEach(() => {
    metrics = new MemoryMetrics();
    samples = new MemorySamples(metrics);
  });

  const send = (encoder: RequestEncoder) => {
    const { bytes, samples: count } = encoder.finish();
    return samples.append({ signal: "metrics", format: "remote_write", bytes, count });
  };
  const select = async (metric: string) =>
    (await metrics.selectSeries([{ name: "__name__", operator: "=", value: metric }], EVER)).map((series) => ({
      ...series,
      labels: recordOf(series.labels),
    }));

  it("gives samples with names and labels verbatim", async () => {
    const labels = ["__name__", "http.duration", "le", "0.50", "ü.x", "日"];
    send(new RequestEncoder().beginSeries(labels).sample(1.5, 1000).sample(-0, 2000).staleSample(3000).endSeries());
    send(new RequestEncoder().beginSeries(["__name__", "http.duration", "a", "b"]).sample(9, 1).endSeries());
    const [first, second] = await select("http.duration");
    expect(first).toEqual({
      labels: { __name__: "http.duration", le: "0.50", "ü.x": "日" },
      timestamps: Float64Array.of(1000, 2000, 3000),
      values: Float64Array.of(1.5, -0, NaN),
      stale: Uint8Array.of(0, 0, 1),
    });
    expect(second.labels).toEqual({ __name__: "http.duration", a: "b" });
  });

  it("puts a zero where a counter began", async () => {
    const labels = ["__name__", "c_total"];
    send(new RequestEncoder().beginSeries(labels).sample(5, 2000, 1000).sample(6, 3000, 1000).endSeries());
    expect(await select("c_total")).toEqual([
      {
        labels: recordOf(labels),
        timestamps: Float64Array.of(1000, 2000, 3000),
        values: Float64Array.of(0, 5, 6),
        startTimestamps: Float64Array.of(1000, 1000, 1000),
      },
    ]);
  });

  it("gives histograms of every kind", async () => {
    const exponential: NativeHistogram = {
      schema: -2,
      zeroThreshold: 0.001,
      zeroCount: 1.5,
      count: 7.5,
      sum: -3,
      positiveSpans: [
        { offset: -3, length: 2 },
        { offset: 4, length: 1 },
      ],
      positiveBuckets: [1, 2, 0.5],
      negativeSpans: [{ offset: 1, length: 1 }],
      negativeBuckets: [2.5],
      counterResetHint: "gauge",
    };
    const custom: NativeHistogram = {
      ...exponential,
      schema: -53,
      zeroThreshold: 0,
      zeroCount: 0,
      positiveSpans: [{ offset: 0, length: 3 }],
      negativeSpans: [],
      negativeBuckets: [],
      customValues: [0.5, 1],
    };
    send(
      new RequestEncoder()
        .beginSeries(["__name__", "h"])
        .histogram(exponential, 1000)
        .histogram(custom, 2000)
        .endSeries(),
    );
    expect((await select("h"))[0].histograms).toEqual([exponential, custom]);
  });

  it("keeps exemplars and metadata, of families told without samples too", async () => {
    const exemplar = ["trace_id", "abc"];
    send(
      new RequestEncoder()
        .beginSeries(["__name__", "d_bucket", "le", "1.0"])
        .sample(1, 1000)
        .exemplar(exemplar, 0.7, 900)
        .metadata("histogram", "how long", "seconds")
        .endSeries()
        .family("x_count", "gauge", "how many", ""),
    );
    const [{ exemplars }] = await metrics.selectExemplars({ selections: [], range: EVER, limit: 0 });
    expect(exemplars).toEqual([{ labels: exemplar, value: 0.7, timestampMillis: 900 }]);
    expect(await metrics.metricMetadata({ limit: 0 })).toEqual([
      { metric: "d", type: "histogram", help: "how long", unit: "seconds" },
      { metric: "x_count", type: "gauge", help: "how many", unit: "" },
    ]);
    expect(await select("x_count")).toEqual([]);
  });

  it("refuses what is out of order sample by sample, and series without a name", () => {
    const outcome = send(
      new RequestEncoder()
        .beginSeries(["__name__", "g"])
        .sample(1, 2000)
        .sample(1, 1000)
        .sample(1, 2000)
        .sample(2, 2000)
        .endSeries()
        .beginSeries(["a", "b"])
        .sample(1, 1)
        .endSeries(),
    );
    expect(outcome.rejected).toBe(3);
    expect(outcome.message).toBe(
      "cannot store 3 samples, the first: g{} at 1970-01-01T00:00:01.000Z: out of order sample: its series has a newer one",
    );
    expect([...outcome.reasons]).toEqual([
      ["out_of_order", 1],
      ["duplicate", 1],
      ["invalid", 1],
    ]);
  });
});

it("finds a series' family by its type", () => {
  expect(
    (
      [
        ["a_bucket", "histogram"],
        ["a_sum", "summary"],
        ["a_total", "counter"],
        ["a_gcount", "gaugehistogram"],
        ["a_count", "gauge"],
      ] as const
    ).map(([name, type]) => familyOf(name, type)),
  ).toEqual(["a", "a", "a_total", "a", "a_count"]);
});
