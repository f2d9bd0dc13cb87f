/** Samples of rules -> a batch that the store takes as it takes remote writes. */
import type { RuleSample } from "../../alerts/evaluate/rule-sample.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import { RequestEncoder } from "../../wire/prometheus/request-encoder.ts";

export function ruleBatch(samples: readonly RuleSample[]): MetricBatch {
  const encoder = new RequestEncoder();
  for (const { labels, timestampMillis, value } of samples) {
    encoder.beginSeries(labels);
    if (value === "stale") encoder.staleSample(timestampMillis);
    else if (typeof value === "number") encoder.sample(value, timestampMillis);
    else encoder.histogram(value, timestampMillis);
    encoder.endSeries();
  }
  return { signal: "metrics", format: "remote_write", bytes: encoder.finish().bytes, count: samples.length };
}
