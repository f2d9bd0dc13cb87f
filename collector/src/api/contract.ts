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
 *   GET /api/v1/golden?start&end&buckets            -> WireGoldenSignals
 *   GET /api/v1/golden/{service}?start&end&buckets  -> WireGoldenDetail
 *   GET /api/v1/services/{service}/instances?start&end -> WireInstances
 *   GET /api/v1/services/{service}/errors?start&end&limit -> WireErrorGroups
 *   GET /api/v1/services/{service}/examples?start&end&limit -> WireExamples
 *   GET /api/v1/releases?service&start&end          -> WireReleases
 *   GET /api/v1/map?service&start&end               -> WireServiceMap
 *   GET /api/v1/saturation-sources                  -> WireSaturationSources
 *   PUT /api/v1/saturation-sources/{id} WireSaturationSourceDocument -> WireSaturationSource
 *   DELETE /api/v1/saturation-sources/{id}          -> 204
 *   GET /api/v1/cardinality?limit                   -> WireCardinality
 *   GET /api/v1/boards                              -> WireBoards
 *   POST /api/v1/boards WireBoardDocument           -> WireBoard (201; the id is made of the title)
 *   GET /api/v1/boards/{id}                         -> WireBoard  ("golden:<service>" is made for each service)
 *   PUT /api/v1/boards/{id} WireBoardDocument       -> WireBoard
 *   DELETE /api/v1/boards/{id}                      -> 204
 *   GET /api/v1/boards/{id}/file                    -> WireBoardDocument, to be saved as a file
 *   POST /api/v1/boards/import (a board or a Grafana dashboard) -> WireBoardImport (201)
 *   GET /api/v1/boards/schema.json                  -> the JSON Schema of WireBoardDocument
 *   /prometheus/api/v1/…                            -> Prometheus' HTTP API (PromQL)
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
  /** True once anything was stored but the collector's own metrics. */
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
  p90Millis: number | null;
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
  /** Of the time that all spans of the service took together, 0 to 1. */
  timeShare: number;
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
  /** Records that are in the journal and in memory, but in no sealed block yet; series of metrics in use. */
  open: { records: number; bytes: number; series: number };
}

export interface WireUsage {
  /** Spans, log records, samples; of an attribute key how often it occurs. */
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
  signal: "traces" | "logs" | "metrics";
  blocks: number;
  dataStartMillis: number | null;
  dataEndMillis: number | null;
}

export interface WireNamedUsage extends WireUsage {
  /** "" = all beyond those that are counted one by one. */
  name: string;
  /** The services of metrics are their jobs. */
  signal: "traces" | "logs" | "metrics";
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

/** All four golden signals of every service that sent spans or metrics in the range, the worst first. */
export interface WireGoldenSignals {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  services: WireGoldenService[];
}

/**
 * Where traffic, errors and latency come from: series made of spans at ingest (right whatever sampling does), the stored spans, what the
 * service itself says in metrics (http_server_request_duration_seconds and the like), or nowhere.
 */
export type WireGoldenSource = "span_metrics" | "spans" | "server_metrics" | "none";

export interface WireGoldenService {
  name: string;
  /** Index of the service's hue, 0 to 13. */
  color: number;
  /** Newest first, at most five. */
  versions: string[];
  source: WireGoldenSource;
  /** "entry": by server and consumer spans; "all": it has none, so by all its spans. */
  countedBy: "entry" | "all";
  /** null where there is no source; 0 requests make the ratio and the latencies null. */
  ratePerSecond: number | null;
  /** 0 to 1. */
  errorRatio: number | null;
  p50Millis: number | null;
  p90Millis: number | null;
  p95Millis: number | null;
  p99Millis: number | null;
  /** Now (the newest value in the range); null when the service sends nothing that tells. */
  saturation: WireSaturation | null;
  health: WireHealth;
  /** One value per time bucket; null = there is none. */
  series: {
    ratePerSecond: (number | null)[];
    errorRatio: (number | null)[];
    p95Millis: (number | null)[];
    /** 0 to 1. */
    saturation: (number | null)[];
  };
}

export interface WireSaturation {
  /** 0 to 1: the highest of the service's resources and instances. */
  value: number;
  /** Of the resource that is the fullest: "event loop", "cpu", "memory", "connection pool", … */
  resource: string;
  /** The metric it was computed from. */
  metric: string;
  /** Which of the instances; "" = there is one, or it has no name. */
  instance: string;
}

export interface WireHealth {
  level: WireLevel;
  /** 0 = fine; what "worst first" goes by. */
  score: number;
  /** Worst first; empty when all is well. */
  reasons: { signal: "traffic" | "errors" | "latency" | "saturation"; level: WireLevel; text: string }[];
}

export type WireLevel = "ok" | "warn" | "bad";

/** One service with all that its page draws; operations, map, instances, errors and examples have endpoints of their own. */
export interface WireGoldenDetail extends Omit<WireGoldenService, "series"> {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  series: WireGoldenService["series"] & {
    errorsPerSecond: (number | null)[];
    p50Millis: (number | null)[];
    p90Millis: (number | null)[];
    p99Millis: (number | null)[];
  };
  /** Requests by latency: counts[time bucket][latency bucket]; the last bound is null, for +Inf. Upper bounds, inclusive. */
  heatmap: { boundsMillis: (number | null)[]; counts: number[][] };
  /** What the saturation is made of, the fullest first; with one series for each resource and instance, 12 at most. */
  saturationParts: WireSaturationPart[];
  /** The same figures as PromQL, for the metrics explorer, boards and query_exemplars; null when they come from stored spans. */
  queries: { rate: string; errorRatio: string; p50: string; p95: string; p99: string; exemplars: string } | null;
}

export interface WireSaturationPart extends WireSaturation {
  /** Id of the row in the table of sources. */
  source: string;
  /** PromQL it was computed with, for this service. */
  query: string;
  /** False: shown, but not part of the gauge (it is nearly full in good health, too). */
  counts: boolean;
  /** As far as the source says when it becomes tight, 0 to 1. */
  warnAt: number;
  badAt: number;
  series: (number | null)[];
}

/** The table that saturation is computed with: built-in rows and those that users added. */
export interface WireSaturationSources {
  sources: WireSaturationSource[];
}

export interface WireSaturationSourceDocument {
  /** "cpu", "memory", "connection pool", or any other name people know. */
  resource: string;
  /** The metric to be named; the source is looked at only when it has series. */
  metric: string;
  /** PromQL that gives 0 (idle) to 1 (full), with labels job (or service_name) and, where there are several, instance. */
  query: string;
  description?: string;
  /** By default 0.75 and 0.9. */
  warnAt?: number;
  badAt?: number;
  /** By default true. */
  counts?: boolean;
}

export interface WireSaturationSource extends Required<WireSaturationSourceDocument> {
  id: string;
  builtIn: boolean;
}

export interface WireInstances {
  /** Last seen first, at most 200. */
  instances: WireInstance[];
  /** Newest first, at most 20. */
  versions: { version: string; firstSeenMillis: number | null; lastSeenMillis: number | null }[];
}

export interface WireInstance {
  /** service.instance.id, or the address that was scraped. */
  instance: string;
  /** "" = it names none. */
  version: string;
  /** Within the range. */
  firstSeenMillis: number;
  lastSeenMillis: number;
  saturation: WireSaturation | null;
}

/** Marks for charts: when a version was first seen that ran nowhere before. */
export interface WireReleases {
  /** Newest first, at most 100. */
  releases: { service: string; version: string; previousVersion: string | null; atMillis: number }[];
}

/** Failed spans of a service, by what went wrong: of the newest failed traces, `tracesRead` of them. */
export interface WireErrorGroups {
  /** Most frequent first. */
  groups: WireErrorGroup[];
  tracesRead: number;
  /** There are more failed traces in the range than were read. */
  truncated: boolean;
}

export interface WireErrorGroup {
  operation: string;
  kind: WireSpanKind;
  /** exception.type, error.type or the status code of the protocol; "" where none is known. */
  type: string;
  message: string;
  count: number;
  lastSeenUnixNano: string;
  /** Newest first, at most three. */
  traceIds: string[];
}

export interface WireExamples {
  /** The slowest of the newest traces that were slower than the service's p95. */
  slow: WireTraceSummary[];
  /** Newest first. */
  failed: WireTraceSummary[];
}

export interface WireServiceMap {
  startMillis: number;
  endMillis: number;
  /** "spans": from the newest stored spans; then there are no latencies and only services. */
  source: "service_graph" | "spans";
  /** Ordered by id. */
  nodes: WireMapNode[];
  edges: WireMapEdge[];
}

export interface WireMapNode {
  /** Service name; of another kind the name that clients call it by. */
  id: string;
  kind: "service" | "user" | "database" | "queue" | "external";
  /** Index of the hue; null for what is no service. */
  color: number | null;
  /** What it answers; for the kinds that send nothing the sum of the edges that lead to it. */
  ratePerSecond: number | null;
  errorRatio: number | null;
  p95Millis: number | null;
  saturation: WireSaturation | null;
  level: WireLevel;
}

export interface WireMapEdge {
  client: string;
  server: string;
  kind: "call" | "queue" | "database" | "virtual";
  ratePerSecond: number;
  errorRatio: number;
  /** As the server measured it; null where it doesn't. */
  p95Millis: number | null;
  /** As the client saw it: with the network and the wait. */
  clientP95Millis: number | null;
}

/** What takes most series, of those that are in use. */
export interface WireCardinality {
  series: number;
  metrics: WireCount[];
  /** Label names by the number of their values. */
  labelNames: WireCount[];
  /** label=value by the number of series. */
  labelPairs: WireCount[];
  /** Series that a limit turned away, by who sent them. */
  refused: WireCount[];
  /** Which label of which metric makes so many series; worst first, empty when nothing stands out. */
  findings: { metric: string; label: string; values: number; series: number; text: string }[];
}

export interface WireCount {
  name: string;
  count: number;
}

export interface WireBoards {
  /** By title; saved ones before those that are made for each service. */
  boards: WireBoardEntry[];
}

export interface WireBoardEntry {
  id: string;
  title: string;
  description: string;
  panelCount: number;
  /** True: made by Goldspan, cannot be changed; copy it with POST. */
  readOnly: boolean;
  /** Null for those. */
  updatedAtMillis: number | null;
}

export interface WireBoard extends WireBoardEntry {
  board: WireBoardDocument;
}

export interface WireBoardImport extends WireBoard {
  /** What the file says that boards cannot; its place is kept as text where it was a panel. */
  notUnderstood: { path: string; what: string }[];
}

/** A board as it is saved and exchanged; the JSON Schema is at /api/v1/boards/schema.json. */
export interface WireBoardDocument {
  title: string;
  description?: string;
  /** The range it opens with, a duration such as "1h"; absent = the one that is set. */
  range?: string;
  variables?: WireBoardVariable[];
  panels: WireBoardPanel[];
}

/** Stands in queries as $name or ${name}; several chosen values stand as (a|b), to be used with =~. */
export type WireBoardVariable = {
  name: string;
  title?: string;
  /** Chosen at first. */ current?: string | string[];
} & (
  | {
      type: "label_values";
      label: string;
      /** Only of series that meet it. */ selector?: string;
      multi?: boolean;
      all?: boolean;
    }
  | { type: "custom"; values: string[]; multi?: boolean; all?: boolean }
  | { type: "constant"; value: string }
);

/** Columns 0 to 23, rows from 0; a row is 36 px high. */
export interface WireBoardGrid {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface WireBoardQuery {
  promql: string;
  /** With {{label}} for labels. */
  legend?: string;
}

export type WireUnit =
  | "none"
  | "seconds"
  | "milliseconds"
  | "bytes"
  | "bytes_per_second"
  | "ratio"
  | "percent"
  | "per_second";

export interface WireThreshold {
  value: number;
  level: WireLevel;
}

export type WireBoardPanel = { title: string; description?: string; grid: WireBoardGrid } & (
  | {
      type: "timeseries";
      queries: WireBoardQuery[];
      unit?: WireUnit;
      min?: number;
      max?: number;
      stacked?: boolean;
      thresholds?: WireThreshold[];
    }
  | {
      type: "stat";
      queries: WireBoardQuery[];
      unit?: WireUnit;
      min?: number;
      max?: number;
      calculation?: "last" | "mean" | "min" | "max" | "sum";
      thresholds?: WireThreshold[];
    }
  | { type: "table"; queries: WireBoardQuery[]; unit?: WireUnit }
  | { type: "text"; text: string }
  /** `query` as in the search of traces: service:checkout error duration>500ms. */
  | { type: "traces"; query: string; limit?: number }
  | { type: "logs"; service?: string; text?: string; severity?: string; attribute?: string; limit?: number }
);
