/** The batch type of each signal. */
import type { LogBatch } from "./log-batch.ts";
import type { MetricBatch } from "./metric-batch.ts";
import type { SpanBatch } from "./span-batch.ts";

export interface BatchOf {
  traces: SpanBatch;
  logs: LogBatch;
  metrics: MetricBatch;
}
