/** Batches -> one plain object a record, by way of OTLP JSON: slow, and as independent of the columns as can be. */
import type { LogBatch } from "../../model/log-batch.ts";
import { effectiveSeverity } from "../../model/log-severity.ts";
import { selectRecords } from "../../model/edit-select.ts";
import { NONE } from "../../model/record-batch.ts";
import { UNKNOWN_SERVICE } from "../../model/semconv.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { anyValueText } from "../../wire/otlp/attribute-text.ts";
import { encodeLogs, encodeTraces } from "../../wire/otlp/encode-batch.ts";
import { decodeToObject } from "../../wire/otlp/protobuf-to-json.ts";
import { LOGS_REQUEST, TRACES_REQUEST } from "../../wire/otlp/schema.ts";
import { plainAttributes, type AttributePlaces } from "./plain-attributes.ts";

interface PlainRecord<B> extends AttributePlaces {
  readonly batch: B;
  readonly index: number;
  readonly traceId: string;
  readonly service: string;
}

export interface PlainSpan extends PlainRecord<SpanBatch> {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly start: bigint;
  /** 0 for a span that ends before it starts. */
  readonly duration: bigint;
  readonly isError: boolean;
  readonly version: string | undefined;
}

export interface PlainLog extends PlainRecord<LogBatch> {
  /** Observed time where there is no time. */
  readonly time: bigint;
  /** By the severity text where there is no number. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly scopeName: string;
  /** "" = none. */
  readonly spanId: string;
  readonly body: string | undefined;
  /** The body is a map, and `body` its JSON. */
  readonly isMap: boolean;
}

export function plainSpans(batch: SpanBatch): PlainSpan[] {
  return Array.from({ length: batch.count }, (_, index) => {
    const one = selectRecords(batch, (i) => i === index);
    const [{ resource, scopeSpans }] = decodeToObject(encodeTraces([one]), TRACES_REQUEST).resourceSpans;
    const [{ scope, spans }] = scopeSpans;
    const [span] = spans;
    const start = BigInt(span.startTimeUnixNano ?? 0);
    const end = BigInt(span.endTimeUnixNano ?? 0);
    return {
      ...shared(batch, index, resource, scope, span),
      spanId: span.spanId,
      parentSpanId: span.parentSpanId ?? "",
      name: span.name ?? "",
      kind: batch.kind[index],
      start,
      duration: end > start ? end - start : 0n,
      isError: span.status?.code === 2,
      version: plainAttributes(resource?.attributes).find(({ key }) => key === "service.version")?.text,
      nested: [...(span.events ?? []), ...(span.links ?? [])].flatMap(({ attributes }) => plainAttributes(attributes)),
    };
  });
}

export function plainLogs(batch: LogBatch): PlainLog[] {
  return Array.from({ length: batch.count }, (_, index) => {
    const one = selectRecords(batch, (i) => i === index);
    const [{ resource, scopeLogs }] = decodeToObject(encodeLogs([one]), LOGS_REQUEST).resourceLogs;
    const [{ scope, logRecords }] = scopeLogs;
    const [log] = logRecords;
    return {
      ...shared(batch, index, resource, scope, log),
      traceId: batch.traceId[index] === NONE ? "" : log.traceId,
      time: BigInt(log.timeUnixNano ?? log.observedTimeUnixNano ?? 0),
      severityNumber: effectiveSeverity(batch.severityNumber[index], log.severityText ?? ""),
      severityText: log.severityText ?? "",
      eventName: log.eventName ?? "",
      scopeName: scope?.name ?? "",
      spanId: batch.spanId[index] === NONE ? "" : (log.spanId ?? ""),
      body:
        batch.bodyOffset[index] === NONE
          ? undefined
          : anyValueText(batch.bytes, batch.bodyOffset[index], batch.bodyOffset[index] + batch.bodyLength[index]),
      isMap: log.body?.kvlistValue !== undefined,
      nested: [],
    };
  });
}

function shared<B>(batch: B, index: number, resource: any, scope: any, record: any) {
  const resourceAttributes = plainAttributes(resource?.attributes);
  return {
    batch,
    index,
    traceId: record.traceId ?? "",
    service: resourceAttributes.find(({ key, text }) => key === "service.name" && text !== "")?.text ?? UNKNOWN_SERVICE,
    own: plainAttributes(record.attributes),
    resource: resourceAttributes,
    scope: plainAttributes(scope?.attributes),
  };
}
