/** Metrics as they came in: counted and checked, not yet in columns (the metrics issue brings these). */
import type { ReceivedBody } from "./signal.ts";

export interface MetricBatch {
  readonly signal: "metrics";
  /** An encoded ExportMetricsServiceRequest. */
  readonly bytes: Uint8Array;
  /** Number of data points. */
  readonly count: number;
  readonly received?: ReceivedBody;
}
