/**
 * Connects the SDK's spans and log records to their outboxes: a span processor and a log record processor.
 * In: settings and the OpenTelemetry modules. Out: the SDK's pieces and the outboxes behind them, for flushing.
 */

import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { LogRecordProcessor, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Resource } from "@opentelemetry/resources";
import { createStartSharpener } from "./fine-clock.ts";
import { type OtelModules, api, core } from "./otel-modules.ts";
import type { OtlpTarget } from "./otlp-target.ts";
import { type Post, type PostOutcome, createPost } from "./otlp-transport.ts";
import { Outbox } from "./outbox.ts";
import type { QueueLimits } from "./settings.ts";

export type OnOutcome = (target: OtlpTarget, outcome: PostOutcome, lostItems: number) => void;

interface SignalSettings {
  target: OtlpTarget;
  limits: QueueLimits;
}

/** Within a suppressed context, so that not even the net and dns instrumentations trace the agent's own requests. */
export function createQuietPost(target: OtlpTarget): Post {
  const post = createPost(target);
  const quiet = core.suppressTracing(api.ROOT_CONTEXT);
  return (body) => api.context.with(quiet, () => post(body));
}

function waitForResource(item: { resource: Resource }): Promise<void> | undefined {
  return item.resource.asyncAttributesPending ? item.resource.waitForAsyncAttributes?.() : undefined;
}

export function createSpanOutbox(
  settings: SignalSettings,
  { ProtobufTraceSerializer, JsonTraceSerializer }: OtelModules["transformer"],
  onOutcome: OnOutcome,
): { outbox: Outbox<ReadableSpan>; processor: SpanProcessor } {
  const serializer = settings.target.encoding === "json" ? JsonTraceSerializer : ProtobufTraceSerializer;
  const outbox = new Outbox<ReadableSpan>({
    limits: settings.limits,
    encode: (spans) => serializer.serializeRequest(spans),
    post: createQuietPost(settings.target),
    ready: waitForResource,
    onOutcome: (outcome, lostItems) => onOutcome(settings.target, outcome, lostItems),
  });
  const processor: SpanProcessor = {
    onStart: createStartSharpener(),
    onEnd: (span) => {
      if (span.spanContext().traceFlags & api.TraceFlags.SAMPLED) outbox.add(span);
    },
    forceFlush: () => outbox.flush(),
    shutdown: () => outbox.flush(),
  };
  return { outbox, processor };
}

export function createLogOutbox(
  settings: SignalSettings,
  { ProtobufLogsSerializer, JsonLogsSerializer }: OtelModules["transformer"],
  onOutcome: OnOutcome,
): { outbox: Outbox<ReadableLogRecord>; processor: LogRecordProcessor } {
  const serializer = settings.target.encoding === "json" ? JsonLogsSerializer : ProtobufLogsSerializer;
  const outbox = new Outbox<ReadableLogRecord>({
    limits: settings.limits,
    encode: (records) => serializer.serializeRequest(records),
    post: createQuietPost(settings.target),
    ready: waitForResource,
    onOutcome: (outcome, lostItems) => onOutcome(settings.target, outcome, lostItems),
  });
  const processor: LogRecordProcessor = {
    onEmit: (record) => outbox.add(record),
    forceFlush: () => outbox.flush(),
    shutdown: () => outbox.flush(),
  };
  return { outbox, processor };
}
