/**
 * OTLP -> Jaeger's own JSON, as its legacy API and jaeger-ui know it (https://www.jaegertracing.io/docs/latest/apis/). In: OTLP JSON
 * objects; out: one Jaeger trace per trace id. Which tag stands for what: scope first, then attributes, kind, status, trace state.
 */
import { UNKNOWN_SERVICE } from "../../../model/semconv.ts";
import { SPAN_KINDS } from "../../../model/span-batch.ts";
import type { WireAnyValue, WireKeyValue, WireOtlpTraces, WireResource, WireScope, WireSpan } from "../../contract.ts";

export interface JaegerTrace {
  traceID: string;
  spans: JaegerSpan[];
  processes: Record<string, { serviceName: string; tags: JaegerTag[] }>;
  warnings: null;
}

export interface JaegerSpan {
  traceID: string;
  spanID: string;
  operationName: string;
  references: { refType: "CHILD_OF" | "FOLLOWS_FROM"; traceID: string; spanID: string }[];
  /** Microseconds since 1970. */
  startTime: number;
  duration: number;
  tags: JaegerTag[];
  logs: { timestamp: number; fields: JaegerTag[] }[];
  processID: string;
  warnings: null;
}

export interface JaegerTag {
  key: string;
  type: "string" | "bool" | "int64" | "float64" | "binary";
  value: string | number | boolean;
}

export function jaegerTraces({ resourceSpans }: WireOtlpTraces): JaegerTrace[] {
  const traces = new Map<string, JaegerTrace>();
  for (const { resource, scopeSpans = [] } of resourceSpans) {
    const process = processOf(resource);
    for (const { scope, spans = [] } of scopeSpans) {
      for (const span of spans) {
        const trace = traces.get(span.traceId) ?? { traceID: span.traceId, spans: [], processes: {}, warnings: null };
        traces.set(span.traceId, trace);
        trace.spans.push(spanOf(span, scope, processId(trace, process)));
      }
    }
  }
  return [...traces.values()];
}

type Process = { key: string; serviceName: string; tags: JaegerTag[] };

function processOf(resource: WireResource = {}): Process {
  const { attributes = [] } = resource;
  const serviceName = attributes.find(({ key }) => key === "service.name")?.value?.stringValue || UNKNOWN_SERVICE;
  const tags = attributes.filter(({ key }) => key !== "service.name").map(tagOf);
  return { key: JSON.stringify([serviceName, tags]), serviceName, tags };
}

const processKeys = new WeakMap<JaegerTrace, Map<string, string>>();

/** p1, p2, … in order of appearance within the trace. */
function processId(trace: JaegerTrace, { key, serviceName, tags }: Process): string {
  const known = processKeys.get(trace) ?? new Map<string, string>();
  processKeys.set(trace, known);
  let id = known.get(key);
  if (id === undefined) {
    id = `p${known.size + 1}`;
    known.set(key, id);
    trace.processes[id] = { serviceName, tags };
  }
  return id;
}

function spanOf(span: WireSpan, scope: WireScope | undefined, processID: string): JaegerSpan {
  const start = BigInt(span.startTimeUnixNano ?? 0);
  const end = BigInt(span.endTimeUnixNano ?? 0);
  return {
    traceID: span.traceId,
    spanID: span.spanId,
    operationName: span.name ?? "",
    references: referencesOf(span),
    startTime: micros(start),
    duration: end > start ? micros(end - start) : 0,
    tags: tagsOf(span, scope),
    logs: (span.events ?? []).map(({ timeUnixNano, name = "", attributes = [] }) => ({
      timestamp: micros(BigInt(timeUnixNano ?? 0)),
      fields: [...(name === "" ? [] : [string("event", name)]), ...attributes.map(tagOf)],
    })),
    processID,
    warnings: null,
  };
}

function referencesOf(span: WireSpan): JaegerSpan["references"] {
  const parent = span.parentSpanId ?? "";
  const references: JaegerSpan["references"] = [];
  if (!/^0*$/.test(parent)) references.push({ refType: "CHILD_OF", traceID: span.traceId, spanID: parent });
  for (const { traceId = "", spanId = "", attributes = [] } of span.links ?? []) {
    const type = attributes.find(({ key }) => key === "opentracing.ref_type")?.value?.stringValue;
    references.push({ refType: type === "child_of" ? "CHILD_OF" : "FOLLOWS_FROM", traceID: traceId, spanID: spanId });
  }
  return references;
}

function tagsOf(span: WireSpan, scope: WireScope = {}): JaegerTag[] {
  const tags: JaegerTag[] = [];
  if (scope.name) tags.push(string("otel.scope.name", scope.name));
  if (scope.version) tags.push(string("otel.scope.version", scope.version));
  tags.push(...(span.attributes ?? []).map(tagOf));
  const kind = SPAN_KINDS[span.kind ?? 0];
  if (kind !== undefined && kind !== "unspecified") tags.push(string("span.kind", kind));
  const { code = 0, message = "" } = span.status ?? {};
  if (code === 1 || code === 2) tags.push(string("otel.status_code", code === 2 ? "ERROR" : "OK"));
  if (code === 2) tags.push({ key: "error", type: "bool", value: true });
  if (message !== "") tags.push(string("otel.status_description", message));
  if (span.traceState) tags.push(string("w3c.tracestate", span.traceState));
  return tags;
}

function tagOf({ key, value = {} }: WireKeyValue): JaegerTag {
  if (value.boolValue !== undefined) return { key, type: "bool", value: value.boolValue };
  if (value.intValue !== undefined) {
    // jaeger-ui reads numbers as doubles: beyond 2^53 Jaeger writes the digits as text.
    const number = Number(value.intValue);
    return { key, type: "int64", value: Number.isSafeInteger(number) ? number : value.intValue };
  }
  if (value.doubleValue !== undefined) return { key, type: "float64", value: value.doubleValue };
  if (value.bytesValue !== undefined) return { key, type: "binary", value: value.bytesValue };
  return string(key, value.stringValue ?? textOf(value));
}

function textOf(value: WireAnyValue): string {
  const plain = plainOf(value);
  return plain === undefined ? "" : JSON.stringify(plain);
}

function plainOf(value: WireAnyValue): unknown {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plainOf);
  if (value.kvlistValue)
    return Object.fromEntries((value.kvlistValue.values ?? []).map((kv) => [kv.key, plainOf(kv.value ?? {})]));
  if (value.intValue !== undefined)
    return Number.isSafeInteger(Number(value.intValue)) ? Number(value.intValue) : value.intValue;
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue;
}

function string(key: string, value: string): JaegerTag {
  return { key, type: "string", value };
}

function micros(nanos: bigint): number {
  return Number(nanos / 1000n);
}
