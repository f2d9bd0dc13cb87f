/** Traces and logs as OTLP JSON. A part of ../contract.ts. */

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
