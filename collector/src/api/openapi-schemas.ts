/** JSON Schemas of what contract.ts types, for the OpenAPI document. */

import { boolean, integer, list, map, nullable, number, object, partial, ref, string } from "./json-schema.ts";
import { LOGS_SCHEMAS } from "./openapi-logs-schemas.ts";
import { ALERTS_SCHEMAS } from "./openapi-alerts-schemas.ts";
import { METRICS_SCHEMAS } from "./openapi-metrics-schemas.ts";

const RED = {
  requestCount: number,
  errorCount: number,
  ratePerSecond: number,
  errorRatio: number,
  p50Millis: nullable,
  p90Millis: nullable,
  p95Millis: nullable,
  p99Millis: nullable,
  series: object({
    requests: list(number),
    errors: list(number),
    p95Millis: list(nullable),
  }),
};
const RANGE = { startMillis: number, endMillis: number, bucketMillis: number };
const KIND = { type: "string", enum: ["unspecified", "internal", "server", "client", "producer", "consumer"] };
const ATTRIBUTES = { attributes: list(ref("KeyValue")), droppedAttributesCount: integer };
const SCOPE = partial({ name: string, version: string, ...ATTRIBUTES });

const USAGE = {
  records: integer,
  rawBytes: number,
  storedBytes: number,
  compressionRatio: nullable,
  firstArrivalMillis: nullable,
  lastArrivalMillis: nullable,
  signal: { type: "string", enum: ["traces", "logs", "metrics"] },
  dataStartMillis: nullable,
  dataEndMillis: nullable,
};

const PIN = {
  traceId: string,
  reason: string,
  pinnedAtMillis: number,
  isComplete: boolean,
  spanCount: integer,
  logCount: integer,
  bytes: integer,
};

export const SCHEMAS = {
  ...LOGS_SCHEMAS,
  ...ALERTS_SCHEMAS,
  ...METRICS_SCHEMAS,
  Error: object({
    error: object({ code: integer, message: string, position: integer, hint: string, id: string }, [
      "position",
      "hint",
      "id",
    ]),
  }),
  Document: { type: "object" },
  Pin: object(PIN),
  Pins: object({ pins: list(object(PIN)) }),
  Storage: object({
    signals: list(object({ ...USAGE, blocks: integer })),
    services: list(object({ ...USAGE, name: string })),
    attributeKeys: list(object({ ...USAGE, name: string })),
    otherServices: integer,
    otherAttributeKeys: integer,
    disk: object({
      usedBytes: integer,
      partitions: integer,
      partitionBytes: integer,
      indexBytes: integer,
      journalBytes: integer,
      documentBytes: integer,
      pinnedBytes: integer,
      pinnedTraces: integer,
      quarantineBytes: integer,
    }),
    budgets: object({
      retentionMillis: number,
      maxDiskBytes: number,
      maxMemoryBytes: number,
      maxPinnedBytes: number,
    }),
    open: object({ records: integer, bytes: integer, series: integer }),
  }),
  Jaeger: { type: "object" },
  Prometheus: { type: "object" },
  Loki: { type: "object" },
  Info: object({
    version: string,
    startedAtMillis: number,
    ports: map(integer),
    receivers: list(
      object({
        id: string,
        type: string,
        name: string,
        host: string,
        port: integer,
        transport: { enum: ["tcp", "udp", "unix"] },
        tls: boolean,
        wantsAuth: boolean,
      }),
    ),
    hasData: boolean,
  }),
  Version: object({
    name: { const: "goldspan" },
    version: string,
    commit: { type: ["string", "null"] },
    node: string,
    storeFormat: { type: ["integer", "null"] },
  }),
  TestTrace: object({
    traceId: string,
    services: list(string),
    instance: string,
    sent: object({ spans: integer, logs: integer, points: integer }),
  }),
  Session: object({ auth: { type: "string", enum: ["token", "none"] } }),
  Services: object({
    ...RANGE,
    services: list(
      object({
        name: string,
        color: integer,
        versions: list(string),
        spanCount: number,
        countedBy: { type: "string", enum: ["entry", "all"] },
        ...RED,
      }),
    ),
  }),
  Operations: object({ ...RANGE, operations: list(object({ name: string, kind: KIND, timeShare: number, ...RED })) }),
  ServiceColors: object({ colors: map(integer) }),
  TraceSearch: object({ traces: list(ref("TraceSummary")), truncated: boolean }),
  TraceSummary: object({
    traceId: string,
    rootService: string,
    rootOperation: string,
    rootComplete: boolean,
    startTimeUnixNano: string,
    durationNanos: string,
    matchedAtUnixNano: string,
    spanCount: integer,
    errorCount: integer,
    services: list(
      object({
        name: string,
        spanCount: integer,
        errorCount: integer,
      }),
    ),
    preview: list(
      object({
        service: integer,
        offset: number,
        width: number,
        depth: integer,
        error: boolean,
      }),
    ),
  }),
  Suggestions: object({ suggestions: list(object({ text: string, count: integer })) }),
  Dependencies: object({
    dependencies: list(object({ parent: string, child: string, callCount: integer, errorCount: integer })),
  }),
  KeyValue: object({ key: string, value: ref("AnyValue") }, ["key", "value"]),
  AnyValue: partial({
    stringValue: string,
    boolValue: boolean,
    intValue: string,
    doubleValue: { type: ["number", "string"] },
    bytesValue: string,
    arrayValue: partial({ values: list(ref("AnyValue")) }),
    kvlistValue: partial({ values: list(ref("KeyValue")) }),
  }),
  Resource: partial({ ...ATTRIBUTES, entityRefs: list({ type: "object" }) }),
  Span: object(
    {
      traceId: string,
      spanId: string,
      traceState: string,
      parentSpanId: string,
      flags: integer,
      name: string,
      kind: integer,
      startTimeUnixNano: string,
      endTimeUnixNano: string,
      ...ATTRIBUTES,
      events: list(
        partial({
          timeUnixNano: string,
          name: string,
          ...ATTRIBUTES,
        }),
      ),
      droppedEventsCount: integer,
      links: list(
        partial({
          traceId: string,
          spanId: string,
          traceState: string,
          flags: integer,
          ...ATTRIBUTES,
        }),
      ),
      droppedLinksCount: integer,
      status: partial({
        code: integer,
        message: string,
      }),
    },
    [
      "traceState",
      "parentSpanId",
      "flags",
      "name",
      "kind",
      "startTimeUnixNano",
      "endTimeUnixNano",
      "attributes",
      "droppedAttributesCount",
      "events",
      "droppedEventsCount",
      "links",
      "droppedLinksCount",
      "status",
    ],
  ),
  OtlpTraces: object({
    resourceSpans: list(
      partial({
        resource: ref("Resource"),
        schemaUrl: string,
        scopeSpans: list(partial({ scope: SCOPE, schemaUrl: string, spans: list(ref("Span")) })),
      }),
    ),
  }),
  LogRecord: partial({
    timeUnixNano: string,
    observedTimeUnixNano: string,
    severityNumber: integer,
    severityText: string,
    body: ref("AnyValue"),
    ...ATTRIBUTES,
    flags: integer,
    traceId: string,
    spanId: string,
    eventName: string,
  }),
  OtlpLogs: object({
    resourceLogs: list(
      partial({
        resource: ref("Resource"),
        schemaUrl: string,
        scopeLogs: list(partial({ scope: SCOPE, schemaUrl: string, logRecords: list(ref("LogRecord")) })),
      }),
    ),
  }),
};
