/** OTLP metric requests -> MetricBatch: checked and counted; columns come with the metric store. */
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { ReceivedBody } from "../../model/signal.ts";
import { checkStructure } from "./check-structure.ts";
import type { ScanResult } from "./rejections.ts";
import { DATA_POINTS, METRICS_REQUEST } from "./schema.ts";

/** @throws DecodeError when the bytes are no well-formed request. */
export function scanMetrics(bytes: Uint8Array, received?: ReceivedBody): ScanResult<MetricBatch> {
  let count = 0;
  checkStructure(bytes, 0, bytes.length, METRICS_REQUEST, (spec) => {
    if (DATA_POINTS.has(spec)) count++;
  });
  return { batch: { signal: "metrics", format: "otlp", bytes, count, received }, rejected: 0, message: "" };
}
