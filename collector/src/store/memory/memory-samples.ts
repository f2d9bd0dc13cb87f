/** Requests of metrics into MemoryMetrics: the readers and the rules of wire/metrics, over series as plain objects. */
import { labelsKey, type Labels } from "../../model/labels.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { Exemplar, MetricMetadata } from "../../model/metric-facts.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";
import { MetricSamples } from "../../wire/metrics/metric-samples.ts";
import type { SampleOutcome } from "../../wire/metrics/sample-rejections.ts";
import { SampleRules, type SampleLog } from "../../wire/metrics/sample-rules.ts";
import type { SampleSink, Verdict } from "../../wire/metrics/sample-sink.ts";
import type { MemoryMetrics } from "./memory-metrics.ts";

export class MemorySamples implements SampleSink, SampleLog {
  readonly #metrics: MemoryMetrics;
  readonly #labels: Labels[] = [];
  readonly #ids = new Map<string, number>();
  readonly #rules = new SampleRules(this);
  readonly #reader = new MetricSamples(this);

  constructor(metrics: MemoryMetrics) {
    this.#metrics = metrics;
  }

  append(batch: MetricBatch): SampleOutcome {
    return this.#reader.read(batch);
  }

  seriesOf(labels: Labels): number {
    const key = labelsKey(labels);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#labels.push(labels) - 1;
      this.#ids.set(key, id);
      this.#rules.addSeries();
    }
    return id;
  }

  labelsOf(series: number): Labels {
    return this.#labels[series];
  }

  sample(series: number, timestamp: number, value: number, start: number, flags: number): Verdict {
    return this.#rules.sample(series, timestamp, value, start, flags);
  }

  histogram(series: number, timestamp: number, histogram: NativeHistogram, start: number, flags: number): Verdict {
    return this.#rules.histogram(series, timestamp, histogram, start, flags);
  }

  exemplar(series: number, exemplar: Exemplar): void {
    this.#metrics.addExemplar(this.#labels[series], exemplar);
  }

  metadata(metadata: MetricMetadata): void {
    this.#metrics.setMetadata(metadata);
  }

  // What the rules let through.

  putFloat(series: number, timestamp: number, value: number, start: number): void {
    this.#metrics.add(this.#labels[series], timestamp, value, start);
  }

  putStale(series: number, timestamp: number): void {
    this.#metrics.add(this.#labels[series], timestamp, "stale");
  }

  putHistogram(series: number, timestamp: number, histogram: NativeHistogram, start: number): void {
    this.#metrics.add(this.#labels[series], timestamp, histogram, start);
  }
}
