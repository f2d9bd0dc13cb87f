/** The batch processor: one batcher per signal, and what it has to know of each signal's batches. */
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import { ByteColumn } from "../../base/column.ts";
import { mergeBatches } from "../../model/edit-merge.ts";
import { sliceRecords } from "../../model/edit-select.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import { Batcher, type BatcherSettings } from "./batcher.ts";
import type { BatchConfig } from "./config.ts";

/** Bounds of the Collector's histogram of batch sizes. */
const SIZE_BOUNDS = [10, 25, 50, 75, 100, 250, 500, 750, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000];

export function createBatch({ telemetry, id }: Settings, config: BatchConfig, next: Consumers): ConsumingComponent {
  const labels = { processor: id.text };
  const counter = (trigger: string) =>
    telemetry.counter(
      `otelcol_processor_batch_${trigger}_trigger_send`,
      `Number of times the batch was sent due to a ${trigger} trigger.`,
      ["processor"],
    );
  const sends = { size: counter("batch_size"), timeout: counter("timeout") };
  const help = "Number of units in the batch.";
  const sizes = telemetry.histogram("otelcol_processor_batch_batch_send_size", help, SIZE_BOUNDS, ["processor"]);
  const settings: BatcherSettings = {
    timeoutMillis: config.timeout,
    size: config.send_batch_size,
    maxSize: config.send_batch_max_size,
    onSend(trigger, records) {
      sends[trigger].add(1, labels);
      sizes.record(records, labels);
    },
  };
  const records = { merge: mergeBatches, slice: sliceRecords };
  const traces = next.traces && new Batcher(next.traces, records, settings);
  const logs = next.logs && new Batcher(next.logs, records, settings);
  const metrics = next.metrics && new Batcher(next.metrics, { merge: mergeMetrics }, settings);
  return {
    ...(traces && { traces }),
    ...(logs && { logs }),
    ...(metrics && { metrics: onlyOtlp(metrics, next.metrics) }),
    async shutdown() {
      await Promise.all([traces, logs, metrics].map(async (batcher) => batcher?.drain()));
    },
  };
}

/** Remote-write requests have a table of symbols each and pass as they are: senders of theirs send large ones. */
function onlyOtlp(batcher: Consumer<MetricBatch>, next: Consumer<MetricBatch>): Consumer<MetricBatch> {
  return { consume: async (batch) => (batch.format === "otlp" ? batcher : next).consume(batch) };
}

/** Requests put one after the other are one request: all their fields are repeated. */
function mergeMetrics(batches: readonly MetricBatch[]): MetricBatch {
  if (batches.length === 1) return batches[0];
  const bytes = new ByteColumn(batches.reduce((sum, batch) => sum + batch.bytes.length, 0));
  for (const batch of batches) bytes.append(batch.bytes);
  return {
    signal: "metrics",
    format: "otlp",
    bytes: bytes.slice(),
    count: batches.reduce((sum, batch) => sum + batch.count, 0),
  };
}
