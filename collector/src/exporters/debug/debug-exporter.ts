/**
 * Writes what it is given to stderr: a line per batch, and with more verbosity every record. Made for looking, not for speed: the
 * batch is encoded and decoded again.
 */
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import { writeStderr } from "../../component/logger.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { RecordBatch } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { encodeLogs, encodeTraces } from "../../wire/otlp/encode-batch.ts";
import { decodeToObject } from "../../wire/otlp/protobuf-to-json.ts";
import { LOGS_REQUEST, METRICS_REQUEST, TRACES_REQUEST } from "../../wire/otlp/schema.ts";
import type { DebugConfig } from "./config.ts";
import { formatDetailedLogs, formatDetailedTraces } from "./format-detailed.ts";
import { formatNormalLogs, formatNormalMetrics, formatNormalTraces } from "./format-normal.ts";
import { Sampler } from "./sampler.ts";

type Write = (text: string) => void;

export function createDebugExporter(
  { logger, id }: Settings,
  config: DebugConfig,
  write: Write = writeStderr,
): ConsumingComponent {
  const { verbosity } = config;
  const detailed = verbosity === "detailed";

  function announce(title: string, counts: Readonly<Record<string, number>>): void {
    if (config.use_internal_logger) logger.info(title, counts);
    else write(`${id.text}: ${title} ${JSON.stringify(counts)}\n`);
  }

  /** A consumer that writes the counts, and the records where these are wanted. */
  function printing<B>(title: string, countsOf: (batch: B) => Record<string, number>, textOf: (batch: B) => string) {
    const sampler = new Sampler(config.sampling_initial, config.sampling_thereafter);
    return {
      async consume(batch: B) {
        if (!sampler.takes(Date.now())) return undefined;
        announce(title, countsOf(batch));
        if (verbosity !== "basic") write(`${textOf(batch)}\n`);
        return undefined;
      },
    };
  }

  const tracesText = (batch: SpanBatch) => {
    const request = decodeToObject(encodeTraces([batch]), TRACES_REQUEST);
    return detailed ? formatDetailedTraces(request) : formatNormalTraces(request);
  };
  const logsText = (batch: LogBatch) => {
    const request = decodeToObject(encodeLogs([batch]), LOGS_REQUEST);
    return detailed ? formatDetailedLogs(request) : formatNormalLogs(request);
  };
  return {
    traces: printing("Traces", (batch) => ({ "resource spans": resourcesOf(batch), spans: batch.count }), tracesText),
    logs: printing("Logs", (batch) => ({ "resource logs": resourcesOf(batch), "log records": batch.count }), logsText),
    metrics: printing<MetricBatch>(
      "Metrics",
      (batch) => ({ "data points": batch.count }),
      (batch) => formatNormalMetrics(decodeToObject(batch.bytes, METRICS_REQUEST)),
    ),
  };
}

/** Groups of one resource share its bytes. */
function resourcesOf({ groups }: RecordBatch): number {
  return new Set(groups.map(({ resource }) => resource)).size;
}
