/**
 * Connects the SDK's metrics to an outbox: a push exporter with the temporality that the environment prefers.
 * In: collections of the metric reader. Out: encoded requests in the outbox.
 */

import type { PushMetricExporter, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { OtelModules } from "./otel-modules.ts";
import { core } from "./otel-modules.ts";
import type { OtlpTarget } from "./otlp-target.ts";
import { Outbox } from "./outbox.ts";
import type { MetricTemporality } from "./settings.ts";
import { type OnOutcome, createQuietPost } from "./signal-outboxes.ts";

type Selector = NonNullable<PushMetricExporter["selectAggregationTemporality"]>;

/** Collections are encoded at once and queued as bytes: four of them are a minute at the default interval. */
export function createMetricOutbox(
  { target, temporality }: { target: OtlpTarget; temporality: MetricTemporality },
  { metrics: sdkMetrics, transformer }: Pick<OtelModules, "metrics" | "transformer">,
  onOutcome: OnOutcome,
): { outbox: Outbox<Uint8Array>; exporter: PushMetricExporter } {
  const serializer =
    target.encoding === "json" ? transformer.JsonMetricsSerializer : transformer.ProtobufMetricsSerializer;
  const outbox = new Outbox<Uint8Array>({
    limits: { maxQueueItems: 4, maxBatchItems: 1, delayMillis: 0 },
    encode: ([body]) => body,
    post: createQuietPost(target),
    onOutcome: (outcome, lostItems) => onOutcome(target, outcome, lostItems),
  });
  const exporter: PushMetricExporter = {
    export: (metrics: ResourceMetrics, done) => {
      const body = serializer.serializeRequest(metrics);
      if (body) outbox.add(body);
      // Answered before it is sent: the reader's own time-out would otherwise keep a finished app alive.
      done({ code: core.ExportResultCode.SUCCESS });
    },
    selectAggregationTemporality: temporalitySelector(temporality, sdkMetrics),
    forceFlush: () => outbox.flush(),
    shutdown: () => outbox.flush(),
  };
  return { outbox, exporter };
}

/** Up-down counters stay cumulative in every preference, as the OTLP exporter specification says. */
function temporalitySelector(
  preference: MetricTemporality,
  { AggregationTemporality, InstrumentType }: OtelModules["metrics"],
): Selector {
  return (instrument) => {
    const monotonicOrHistogram = instrument === InstrumentType.COUNTER || instrument === InstrumentType.HISTOGRAM;
    const delta =
      (preference !== "cumulative" && monotonicOrHistogram) ||
      (preference === "delta" && instrument === InstrumentType.OBSERVABLE_COUNTER);
    return delta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  };
}
