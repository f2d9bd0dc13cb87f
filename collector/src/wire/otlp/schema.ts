/**
 * The OTLP messages as data: field numbers, JSON names and types of opentelemetry-proto 1.x
 * (https://github.com/open-telemetry/opentelemetry-proto). JSON <-> protobuf and the structural check are small interpreters
 * over these tables, so a new field is one line here. Profiles are left out.
 */

export type ScalarType =
  | "string"
  | "bytes"
  /** Bytes that JSON writes as hexadecimal: trace and span ids. */
  | "id"
  | "bool"
  | "enum"
  | "int32"
  | "uint32"
  | "sint32"
  | "int64"
  | "uint64"
  | "fixed32"
  | "fixed64"
  | "sfixed64"
  | "double";

export interface FieldSpec {
  readonly number: number;
  /** lowerCamelCase, as in OTLP JSON. */
  readonly name: string;
  readonly type: ScalarType | MessageSpec;
  readonly repeated: boolean;
  /** Explicit presence (proto3 `optional`): written even when it holds the default. */
  readonly presence: boolean;
}

export interface MessageSpec {
  readonly name: string;
  readonly fields: readonly FieldSpec[];
  readonly byName: ReadonlyMap<string, FieldSpec>;
  /** Indexed by field number. */
  readonly byNumber: readonly (FieldSpec | undefined)[];
  /** All fields exclude each other (AnyValue). */
  readonly oneof: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function message(name: string, options: { oneof?: boolean } = {}): Mutable<MessageSpec> {
  return { name, fields: [], byName: new Map(), byNumber: [], oneof: options.oneof ?? false };
}

type Shape = Readonly<Record<string, readonly [number, ScalarType | MessageSpec, ("repeated" | "optional")?]>>;

function define(spec: Mutable<MessageSpec>, shape: Shape): MessageSpec {
  const fields = Object.entries(shape).map(([name, [number, type, rule]]): FieldSpec => {
    return { name, number, type, repeated: rule === "repeated", presence: spec.oneof || rule === "optional" };
  });
  const byNumber: (FieldSpec | undefined)[] = [];
  for (const field of fields) byNumber[field.number] = field;
  spec.fields = fields;
  spec.byName = new Map(fields.map((field) => [field.name, field]));
  spec.byNumber = Array.from(byNumber);
  return spec;
}

// common.v1 and resource.v1 ------------------------------------------------------------------------------------------------

export const ANY_VALUE = message("AnyValue", { oneof: true });
export const KEY_VALUE = message("KeyValue");
const ARRAY_VALUE = message("ArrayValue");
const KEY_VALUE_LIST = message("KeyValueList");

define(ARRAY_VALUE, { values: [1, ANY_VALUE, "repeated"] });
define(KEY_VALUE_LIST, { values: [1, KEY_VALUE, "repeated"] });
define(KEY_VALUE, { key: [1, "string"], value: [2, ANY_VALUE] });
define(ANY_VALUE, {
  stringValue: [1, "string"],
  boolValue: [2, "bool"],
  intValue: [3, "int64"],
  doubleValue: [4, "double"],
  arrayValue: [5, ARRAY_VALUE],
  kvlistValue: [6, KEY_VALUE_LIST],
  bytesValue: [7, "bytes"],
});

const ENTITY_REF = define(message("EntityRef"), {
  schemaUrl: [1, "string"],
  type: [2, "string"],
  idKeys: [3, "string", "repeated"],
  descriptionKeys: [4, "string", "repeated"],
});

export const RESOURCE = define(message("Resource"), {
  attributes: [1, KEY_VALUE, "repeated"],
  droppedAttributesCount: [2, "uint32"],
  entityRefs: [3, ENTITY_REF, "repeated"],
});

export const SCOPE = define(message("InstrumentationScope"), {
  name: [1, "string"],
  version: [2, "string"],
  attributes: [3, KEY_VALUE, "repeated"],
  droppedAttributesCount: [4, "uint32"],
});

// trace.v1 -----------------------------------------------------------------------------------------------------------------

export const EVENT = define(message("Event"), {
  timeUnixNano: [1, "fixed64"],
  name: [2, "string"],
  attributes: [3, KEY_VALUE, "repeated"],
  droppedAttributesCount: [4, "uint32"],
});

export const LINK = define(message("Link"), {
  traceId: [1, "id"],
  spanId: [2, "id"],
  traceState: [3, "string"],
  attributes: [4, KEY_VALUE, "repeated"],
  droppedAttributesCount: [5, "uint32"],
  flags: [6, "fixed32"],
});

export const STATUS = define(message("Status"), { message: [2, "string"], code: [3, "enum"] });

export const SPAN = define(message("Span"), {
  traceId: [1, "id"],
  spanId: [2, "id"],
  traceState: [3, "string"],
  parentSpanId: [4, "id"],
  name: [5, "string"],
  kind: [6, "enum"],
  startTimeUnixNano: [7, "fixed64"],
  endTimeUnixNano: [8, "fixed64"],
  attributes: [9, KEY_VALUE, "repeated"],
  droppedAttributesCount: [10, "uint32"],
  events: [11, EVENT, "repeated"],
  droppedEventsCount: [12, "uint32"],
  links: [13, LINK, "repeated"],
  droppedLinksCount: [14, "uint32"],
  status: [15, STATUS],
  flags: [16, "fixed32"],
});

const SCOPE_SPANS = define(message("ScopeSpans"), {
  scope: [1, SCOPE],
  spans: [2, SPAN, "repeated"],
  schemaUrl: [3, "string"],
});
export const RESOURCE_SPANS = define(message("ResourceSpans"), {
  resource: [1, RESOURCE],
  scopeSpans: [2, SCOPE_SPANS, "repeated"],
  schemaUrl: [3, "string"],
});
export const TRACES_REQUEST = define(message("ExportTraceServiceRequest"), {
  resourceSpans: [1, RESOURCE_SPANS, "repeated"],
});

// logs.v1 ------------------------------------------------------------------------------------------------------------------

export const LOG_RECORD = define(message("LogRecord"), {
  timeUnixNano: [1, "fixed64"],
  observedTimeUnixNano: [11, "fixed64"],
  severityNumber: [2, "enum"],
  severityText: [3, "string"],
  body: [5, ANY_VALUE],
  attributes: [6, KEY_VALUE, "repeated"],
  droppedAttributesCount: [7, "uint32"],
  flags: [8, "fixed32"],
  traceId: [9, "id"],
  spanId: [10, "id"],
  eventName: [12, "string"],
});

const SCOPE_LOGS = define(message("ScopeLogs"), {
  scope: [1, SCOPE],
  logRecords: [2, LOG_RECORD, "repeated"],
  schemaUrl: [3, "string"],
});
export const RESOURCE_LOGS = define(message("ResourceLogs"), {
  resource: [1, RESOURCE],
  scopeLogs: [2, SCOPE_LOGS, "repeated"],
  schemaUrl: [3, "string"],
});
export const LOGS_REQUEST = define(message("ExportLogsServiceRequest"), {
  resourceLogs: [1, RESOURCE_LOGS, "repeated"],
});

// metrics.v1 ---------------------------------------------------------------------------------------------------------------

const EXEMPLAR = define(message("Exemplar"), {
  filteredAttributes: [7, KEY_VALUE, "repeated"],
  timeUnixNano: [2, "fixed64"],
  asDouble: [3, "double", "optional"],
  asInt: [6, "sfixed64", "optional"],
  spanId: [4, "id"],
  traceId: [5, "id"],
});

const NUMBER_DATA_POINT = define(message("NumberDataPoint"), {
  attributes: [7, KEY_VALUE, "repeated"],
  startTimeUnixNano: [2, "fixed64"],
  timeUnixNano: [3, "fixed64"],
  asDouble: [4, "double", "optional"],
  asInt: [6, "sfixed64", "optional"],
  exemplars: [5, EXEMPLAR, "repeated"],
  flags: [8, "uint32"],
});

const HISTOGRAM_DATA_POINT = define(message("HistogramDataPoint"), {
  attributes: [9, KEY_VALUE, "repeated"],
  startTimeUnixNano: [2, "fixed64"],
  timeUnixNano: [3, "fixed64"],
  count: [4, "fixed64"],
  sum: [5, "double", "optional"],
  bucketCounts: [6, "fixed64", "repeated"],
  explicitBounds: [7, "double", "repeated"],
  exemplars: [8, EXEMPLAR, "repeated"],
  flags: [10, "uint32"],
  min: [11, "double", "optional"],
  max: [12, "double", "optional"],
});

const BUCKETS = define(message("Buckets"), { offset: [1, "sint32"], bucketCounts: [2, "uint64", "repeated"] });

const EXPONENTIAL_HISTOGRAM_DATA_POINT = define(message("ExponentialHistogramDataPoint"), {
  attributes: [1, KEY_VALUE, "repeated"],
  startTimeUnixNano: [2, "fixed64"],
  timeUnixNano: [3, "fixed64"],
  count: [4, "fixed64"],
  sum: [5, "double", "optional"],
  scale: [6, "sint32"],
  zeroCount: [7, "fixed64"],
  positive: [8, BUCKETS],
  negative: [9, BUCKETS],
  flags: [10, "uint32"],
  exemplars: [11, EXEMPLAR, "repeated"],
  min: [12, "double", "optional"],
  max: [13, "double", "optional"],
  zeroThreshold: [14, "double"],
});

const VALUE_AT_QUANTILE = define(message("ValueAtQuantile"), { quantile: [1, "double"], value: [2, "double"] });
const SUMMARY_DATA_POINT = define(message("SummaryDataPoint"), {
  attributes: [7, KEY_VALUE, "repeated"],
  startTimeUnixNano: [2, "fixed64"],
  timeUnixNano: [3, "fixed64"],
  count: [4, "fixed64"],
  sum: [5, "double"],
  quantileValues: [6, VALUE_AT_QUANTILE, "repeated"],
  flags: [8, "uint32"],
});

const GAUGE = define(message("Gauge"), { dataPoints: [1, NUMBER_DATA_POINT, "repeated"] });
const SUM = define(message("Sum"), {
  dataPoints: [1, NUMBER_DATA_POINT, "repeated"],
  aggregationTemporality: [2, "enum"],
  isMonotonic: [3, "bool"],
});
const HISTOGRAM = define(message("Histogram"), {
  dataPoints: [1, HISTOGRAM_DATA_POINT, "repeated"],
  aggregationTemporality: [2, "enum"],
});
const EXPONENTIAL_HISTOGRAM = define(message("ExponentialHistogram"), {
  dataPoints: [1, EXPONENTIAL_HISTOGRAM_DATA_POINT, "repeated"],
  aggregationTemporality: [2, "enum"],
});
const SUMMARY = define(message("Summary"), { dataPoints: [1, SUMMARY_DATA_POINT, "repeated"] });

const METRIC = define(message("Metric"), {
  name: [1, "string"],
  description: [2, "string"],
  unit: [3, "string"],
  gauge: [5, GAUGE],
  sum: [7, SUM],
  histogram: [9, HISTOGRAM],
  exponentialHistogram: [10, EXPONENTIAL_HISTOGRAM],
  summary: [11, SUMMARY],
  metadata: [12, KEY_VALUE, "repeated"],
});

const SCOPE_METRICS = define(message("ScopeMetrics"), {
  scope: [1, SCOPE],
  metrics: [2, METRIC, "repeated"],
  schemaUrl: [3, "string"],
});
const RESOURCE_METRICS = define(message("ResourceMetrics"), {
  resource: [1, RESOURCE],
  scopeMetrics: [2, SCOPE_METRICS, "repeated"],
  schemaUrl: [3, "string"],
});
export const METRICS_REQUEST = define(message("ExportMetricsServiceRequest"), {
  resourceMetrics: [1, RESOURCE_METRICS, "repeated"],
});

/** Messages whose count is the number of data points of a metrics request. */
export const DATA_POINTS: ReadonlySet<MessageSpec> = new Set([
  NUMBER_DATA_POINT,
  HISTOGRAM_DATA_POINT,
  EXPONENTIAL_HISTOGRAM_DATA_POINT,
  SUMMARY_DATA_POINT,
]);

/** The request message of each signal. */
export const REQUESTS = { traces: TRACES_REQUEST, logs: LOGS_REQUEST, metrics: METRICS_REQUEST } as const;
