/**
 * Batches for tests, from OTLP JSON and back to it: what goes in and what comes out is read as the wire has it. Attributes may be
 * written as plain objects: `{ "http.status_code": 200 }` (whole numbers are integers, use {@link double} for doubles).
 */
import type { LogBatch } from "../../src/model/log-batch.ts";
import type { SpanBatch } from "../../src/model/span-batch.ts";
import { encodeLogs, encodeTraces } from "../../src/wire/otlp/encode-batch.ts";
import { encodeMessage } from "../../src/wire/otlp/json-to-protobuf.ts";
import { decodeToObject } from "../../src/wire/otlp/protobuf-to-json.ts";
import { scanLogs } from "../../src/wire/otlp/scan-logs.ts";
import { scanTraces } from "../../src/wire/otlp/scan-traces.ts";
import { LOGS_REQUEST, TRACES_REQUEST } from "../../src/wire/otlp/schema.ts";

/** A value as a test writes it. */
export type Plain = string | number | boolean | null | Double | Uint8Array | Plain[] | { [key: string]: Plain };

class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export function double(value: number): Double {
  return new Double(value);
}

/** One resource with one scope; `records` in OTLP JSON, their attributes plain. */
export interface RecordsOptions {
  resource?: Record<string, Plain>;
  scope?: { name?: string; version?: string; attributes?: Record<string, Plain> };
  records: readonly Record<string, unknown>[];
}

/** Spans get ids, a name and times where they have none. The batch carries a received body, as one from a receiver does. */
export function spanBatch(...parts: RecordsOptions[]): SpanBatch {
  let next = 0;
  const bytes = encodeMessage(
    {
      resourceSpans: parts.map(({ resource, scope, records }) => ({
        resource: { attributes: attributes(resource) },
        scopeSpans: [{ scope: scopeOf(scope), spans: records.map((record) => spanOf(record, ++next)) }],
      })),
    },
    TRACES_REQUEST,
  );
  return scanTraces(bytes, { bytes, encoding: "protobuf", compression: "none" }).batch;
}

export function logBatch(...parts: RecordsOptions[]): LogBatch {
  const bytes = encodeMessage(
    {
      resourceLogs: parts.map(({ resource, scope, records }) => ({
        resource: { attributes: attributes(resource) },
        scopeLogs: [{ scope: scopeOf(scope), logRecords: records.map(logOf) }],
      })),
    },
    LOGS_REQUEST,
  );
  return scanLogs(bytes, { bytes, encoding: "protobuf", compression: "none" }).batch;
}

/** Every span in order with plain attributes, and its resource's and scope's under `resource` and `scope`. */
export function spansOf(batch: SpanBatch): any[] {
  const request = decodeToObject(encodeTraces([batch]), TRACES_REQUEST);
  return (request.resourceSpans ?? []).flatMap((resource: any) =>
    (resource.scopeSpans ?? []).flatMap((scope: any) =>
      (scope.spans ?? []).map((span: any) => ({
        ...place(resource, scope),
        ...span,
        attributes: plainAttributes(span.attributes),
        events: span.events?.map((each: any) => ({ ...each, attributes: plainAttributes(each.attributes) })),
        links: span.links?.map((each: any) => ({ ...each, attributes: plainAttributes(each.attributes) })),
      })),
    ),
  );
}

export function logsOf(batch: LogBatch): any[] {
  const request = decodeToObject(encodeLogs([batch]), LOGS_REQUEST);
  return (request.resourceLogs ?? []).flatMap((resource: any) =>
    (resource.scopeLogs ?? []).flatMap((scope: any) =>
      (scope.logRecords ?? []).map((record: any) => ({
        ...place(resource, scope),
        ...record,
        body: plainValue(record.body),
        attributes: plainAttributes(record.attributes),
      })),
    ),
  );
}

/** The attributes of every span or log record in order: what most tests look at. */
export function attributesOf(batch: SpanBatch | LogBatch): Record<string, Plain>[] {
  return (batch.signal === "traces" ? spansOf(batch) : logsOf(batch)).map((record) => record.attributes);
}

function spanOf({ attributes: own, events, links, ...span }: any, n: number): object {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: n.toString(16).padStart(16, "0"),
    name: `span ${n}`,
    startTimeUnixNano: "1700000000000000000",
    endTimeUnixNano: "1700000000001000000",
    ...span,
    attributes: attributes(own),
    events: events?.map((each: any) => ({ ...each, attributes: attributes(each.attributes) })),
    links: links?.map((each: any) => ({ ...each, attributes: attributes(each.attributes) })),
  };
}

function logOf({ attributes: own, body, ...record }: any): object {
  return { timeUnixNano: "1700000000000000000", ...record, body: value(body ?? null), attributes: attributes(own) };
}

function scopeOf(scope: RecordsOptions["scope"]): object | undefined {
  return scope && { ...scope, attributes: attributes(scope.attributes) };
}

function attributes(plain: Record<string, Plain> = {}): object[] {
  return Object.entries(plain).map(([key, each]) => ({ key, value: value(each) }));
}

function value(plain: Plain): object | undefined {
  if (plain === null) return undefined;
  if (typeof plain === "string") return { stringValue: plain };
  if (typeof plain === "boolean") return { boolValue: plain };
  if (typeof plain === "number") return Number.isInteger(plain) ? { intValue: String(plain) } : { doubleValue: plain };
  if (plain instanceof Double) return { doubleValue: plain.value };
  if (plain instanceof Uint8Array) return { bytesValue: Buffer.from(plain).toString("base64") };
  if (Array.isArray(plain)) return { arrayValue: { values: plain.map((each) => value(each) ?? {}) } };
  return { kvlistValue: { values: attributes(plain) } };
}

function place(resource: any, { scope }: any): object {
  return {
    resource: plainAttributes(resource.resource?.attributes),
    scope: scope && { ...scope, attributes: plainAttributes(scope.attributes) },
  };
}

function plainAttributes(list: any[] = []): Record<string, Plain> {
  return Object.fromEntries(list.map(({ key, value: each }) => [key, plainValue(each)]));
}

function plainValue(json: any): any {
  if (json === undefined) return null;
  if (json.intValue !== undefined) return Number(json.intValue);
  if (json.doubleValue !== undefined)
    return Number.isInteger(json.doubleValue) ? double(json.doubleValue) : json.doubleValue;
  if (json.arrayValue) return (json.arrayValue.values ?? []).map(plainValue);
  if (json.kvlistValue) return plainAttributes(json.kvlistValue.values);
  if (json.bytesValue !== undefined) return Uint8Array.from(Buffer.from(json.bytesValue, "base64"));
  return json.stringValue ?? json.boolValue ?? null;
}
