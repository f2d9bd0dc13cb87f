/**
 * Metrics as they came in: one encoded request, checked and counted. The form stays the sender's, because each has what the other cannot
 * say (resources and scopes here, labels and reset hints there); what turns both into samples stands in wire/metrics/.
 */
import type { ReceivedBody } from "./signal.ts";

/**
 * "otlp": `bytes` hold an ExportMetricsServiceRequest; names and attributes are translated to Prometheus' when they are stored.
 * "remote_write": an uncompressed io.prometheus.write.v2.Request; names and labels are taken as they are.
 */
export type MetricFormat = "otlp" | "remote_write";

export interface MetricBatch {
  readonly signal: "metrics";
  readonly format: MetricFormat;
  readonly bytes: Uint8Array;
  /** Number of data points (samples and histograms). */
  readonly count: number;
  readonly received?: ReceivedBody;
}
