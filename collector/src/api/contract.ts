/**
 * The JSON that the web port speaks under /api/v1: the contract between the collector and the UI (and anyone else). Imports
 * nothing. Times are decimal strings of Unix nanoseconds where exactness matters (`…UnixNano`), else milliseconds since 1970
 * (`…Millis`). Ids are lower-case hex.
 *
 *   GET /api/v1/info                                -> WireInfo
 *   GET /api/v1/services?start&end&buckets          -> WireServices
 *   GET /api/v1/services/{service}/operations?…     -> WireOperations
 *   GET /api/v1/service-colors                      -> WireServiceColors
 *   GET /api/v1/traces?q&service&operation&attribute&minDuration&maxDuration&errors&start&end&limit -> WireTraceSearch
 *   GET /api/v1/traces/{traceId}                    -> WireOtlpTraces   (OTLP JSON)
 *   GET /api/v1/traces/{traceId}/logs               -> WireOtlpLogs     (OTLP JSON)
 *   GET /api/v1/logs?service&severity&attribute&start&end&limit -> WireLogSearch
 *   GET /api/v1/attributes?signal&prefix&limit      -> WireSuggestions  (keys)
 *   GET /api/v1/attributes/{key}/values?signal&prefix&limit -> WireSuggestions
 *   GET /api/v1/dependencies?start&end              -> WireDependencies
 *   PUT /api/v1/traces/{traceId}/pin {reason?}      -> WirePin
 *   DELETE /api/v1/traces/{traceId}/pin             -> 204
 *   GET /api/v1/pins                                -> WirePins
 *   GET /api/v1/storage?limit                       -> WireStorage
 *   GET /api/v1/openapi.json
 * `start` and `end`: milliseconds since 1970 or RFC 3339; by default the last hour. Any error -> WireError.
 */

export interface WireError {
  error: {
    /** HTTP status. */
    code: number;
    message: string;
    /** 0-based offset into the query text that is wrong. */
    position?: number;
    hint?: string;
    /** To be found in the collector's log, for errors that are ours. */
    id?: string;
  };
}

export interface WireInfo {
  version: string;
  startedAtMillis: number;
  /** Ports by component id, as in the ready line: otlp_grpc, otlp_http, web, … */
  ports: Record<string, number>;
  /** True once anything was stored. */
  hasData: boolean;
}

export interface WireServices {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  services: WireService[];
}

/**
 * RED figures from entry spans (kind server or consumer); a service that has none is counted by all its spans, and says so.
 */
export interface WireService extends WireRed {
  name: string;
  /** Index of the service's hue, 0 to 13. */
  color: number;
  /** Newest first, at most five. */
  versions: string[];
  /** All spans, whatever their kind. */
  spanCount: number;
  countedBy: "entry" | "all";
}

export interface WireRed {
  requestCount: number;
  errorCount: number;
  ratePerSecond: number;
  /** 0 to 1. */
  errorRatio: number;
  /** null when there was no request. */
  p50Millis: number | null;
  p95Millis: number | null;
  p99Millis: number | null;
  /** One value per time bucket. */
  series: { requests: number[]; errors: number[]; p95Millis: (number | null)[] };
}

export interface WireOperations {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  operations: WireOperation[];
}

export interface WireOperation extends WireRed {
  name: string;
  kind: WireSpanKind;
}

export type WireSpanKind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";

export interface WireServiceColors {
  /** Service name -> hue index, 0 to 13; given when a service is first seen and kept for ever. */
  colors: Record<string, number>;
}

export interface WireTraceSearch {
  traces: WireTraceSummary[];
  /** True when there are more than `limit`: ask again with `end` = the last trace's matchedAt. */
  truncated: boolean;
}

/** A line of a search that was asked for as application/x-ndjson: traces in their final order, and how far the search is. */
export type WireSearchLine =
  | { trace: WireTraceSummary }
  /** 0 to 1; the last line says 1, whether there are more than `limit`, and what the answer lacks, if anything. */
  | { progress: number; truncated?: boolean; partial?: string }
  | WireError;

export interface WireTraceSummary {
  traceId: string;
  rootService: string;
  rootOperation: string;
  /** False when the span that started the trace has not arrived; the root above is then the earliest span. */
  rootComplete: boolean;
  startTimeUnixNano: string;
  durationNanos: string;
  /** Start of the newest span that met the search. */
  matchedAtUnixNano: string;
  spanCount: number;
  errorCount: number;
  /** By span count, largest first. */
  services: { name: string; spanCount: number; errorCount: number }[];
  /** The miniature waterfall: the at most 32 longest spans in order of start. */
  preview: WirePreviewBar[];
}

export interface WirePreviewBar {
  /** Index into `services`. */
  service: number;
  /** Offset from the trace's start and width, as shares of its duration, 0 to 1. */
  offset: number;
  width: number;
  depth: number;
  error: boolean;
}

/** OTLP JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): equal to what was sent, order and grouping aside. */
export interface WireOtlpTraces {
  resourceSpans: WireResourceSpans[];
}

export interface WireResourceSpans {
  resource?: WireResource;
  schemaUrl?: string;
  scopeSpans?: { scope?: WireScope; schemaUrl?: string; spans?: WireSpan[] }[];
}

export interface WireOtlpLogs {
  resourceLogs: WireResourceLogs[];
}

export interface WireResourceLogs {
  resource?: WireResource;
  schemaUrl?: string;
  scopeLogs?: { scope?: WireScope; schemaUrl?: string; logRecords?: WireLogRecord[] }[];
}

export interface WireResource {
  attributes?: WireKeyValue[];
  droppedAttributesCount?: number;
}

export interface WireScope {
  name?: string;
  version?: string;
  attributes?: WireKeyValue[];
  droppedAttributesCount?: number;
}

export interface WireKeyValue {
  key: string;
  value?: WireAnyValue;
}

/** One member at most is present; none = an empty value. */
export interface WireAnyValue {
  stringValue?: string;
  boolValue?: boolean;
  /** Decimal string. */
  intValue?: string;
  doubleValue?: number | "NaN" | "Infinity" | "-Infinity";
  /** Base64. */
  bytesValue?: string;
  arrayValue?: { values?: WireAnyValue[] };
  kvlistValue?: { values?: WireKeyValue[] };
}

/** Fields with their default value (0, "", empty) are left out. */
export interface WireSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  flags?: number;
  name?: string;
  kind?: number;
  startTimeUnixNano?: string;
  endTimeUnixNano?: string;
  attributes?: WireKeyValue[];
  droppedAttributesCount?: number;
  events?: { timeUnixNano?: string; name?: string; attributes?: WireKeyValue[]; droppedAttributesCount?: number }[];
  droppedEventsCount?: number;
  links?: {
    traceId?: string;
    spanId?: string;
    traceState?: string;
    flags?: number;
    attributes?: WireKeyValue[];
    droppedAttributesCount?: number;
  }[];
  droppedLinksCount?: number;
  status?: { code?: number; message?: string };
}

export interface WireLogRecord {
  timeUnixNano?: string;
  observedTimeUnixNano?: string;
  severityNumber?: number;
  severityText?: string;
  body?: WireAnyValue;
  attributes?: WireKeyValue[];
  droppedAttributesCount?: number;
  flags?: number;
  traceId?: string;
  spanId?: string;
  eventName?: string;
}

export interface WireLogSearch {
  /** Newest first. */
  logs: WireLog[];
  truncated: boolean;
}

/** A log record flattened for a list. */
export interface WireLog {
  /** Time, or observed time where there is none. */
  timeUnixNano: string;
  severityNumber: number;
  severityText: string;
  service: string;
  /** The body as text: strings as they are, anything else as JSON. */
  body: string;
  eventName?: string;
  traceId?: string;
  spanId?: string;
  attributes: WireKeyValue[];
}

export interface WireSuggestions {
  suggestions: { text: string; count: number }[];
}

export interface WireDependencies {
  dependencies: { parent: string; child: string; callCount: number; errorCount: number }[];
}

export interface WireStorage {
  signals: WireSignalUsage[];
  /** Those that take most bytes first, `limit` at most. */
  services: WireNamedUsage[];
  attributeKeys: WireNamedUsage[];
  /** How many there are beyond these. */
  otherServices: number;
  otherAttributeKeys: number;
  disk: {
    /** What `budgets.maxDiskBytes` is held against: partitions, journals and documents. */
    usedBytes: number;
    partitions: number;
    partitionBytes: number;
    /** Of the partitions: what is no block, so indexes and free pages. */
    indexBytes: number;
    journalBytes: number;
    documentBytes: number;
    /** Beside the budget of the disk, in one of its own. */
    pinnedBytes: number;
    pinnedTraces: number;
    /** Files that could not be read, set aside. */
    quarantineBytes: number;
  };
  /** 0 = no limit. */
  budgets: { retentionMillis: number; maxDiskBytes: number; maxMemoryBytes: number; maxPinnedBytes: number };
  /** Records that are in the journal and in memory, but in no sealed block yet. */
  open: { records: number; bytes: number };
}

export interface WireUsage {
  /** Spans, log records; of an attribute key how often it occurs. */
  records: number;
  /** As sent, in OTLP protobuf, within some percent. 0 where it was not counted. */
  rawBytes: number;
  storedBytes: number;
  /** rawBytes / storedBytes; null where there is nothing to divide. */
  compressionRatio: number | null;
  firstArrivalMillis: number | null;
  lastArrivalMillis: number | null;
}

export interface WireSignalUsage extends WireUsage {
  signal: "traces" | "logs";
  blocks: number;
  dataStartMillis: number | null;
  dataEndMillis: number | null;
}

export interface WireNamedUsage extends WireUsage {
  /** "" = all beyond those that are counted one by one. */
  name: string;
  signal: "traces" | "logs";
  /** Null for attribute keys. */
  dataStartMillis: number | null;
  dataEndMillis: number | null;
}

export interface WirePins {
  /** Newest pin first. */
  pins: WirePin[];
}

/** A trace whose copy retention doesn't take. */
export interface WirePin {
  traceId: string;
  reason: string;
  pinnedAtMillis: number;
  /** False when something that came later didn't fit into the budget any more. */
  isComplete: boolean;
  /** Copied so far; what came in the last half minute is copied when its block is sealed. */
  spanCount: number;
  logCount: number;
  bytes: number;
}
