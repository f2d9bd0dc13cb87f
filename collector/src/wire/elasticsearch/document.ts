/**
 * A document as shippers index it -> a log record: the Elastic Common Schema's fields (https://www.elastic.co/docs/reference/ecs) under
 * OpenTelemetry's names, and what Fluent Bit and Vector write without it. Everything else stays an attribute, objects as dotted keys.
 */
import { parseHex } from "../../base/hex.ts";
import { severityNumberOf } from "../../model/log-severity.ts";
import { SERVICE_NAME } from "../../model/semconv.ts";
import { severityOfLine } from "../logs/detect-level.ts";
import { anyValueOfJson, flattenJson } from "../logs/json-value.ts";
import type { Attributes, LogRecord } from "../logs/request-writer.ts";
import { parseRfc3339 } from "../logs/rfc3339.ts";

export interface DocumentRecord {
  /** Equal for equal resources. */
  readonly resourceKey: string;
  readonly resource: () => Attributes;
  readonly record: LogRecord;
}

/** Each list in order of preference; of @timestamp and message also the record's own are none any more. */
const TIMES = ["@timestamp", "timestamp", "time"];
const BODIES = ["message", "log", "msg", "body.text", "body", "event.original"];
const LEVELS = [
  "log.level",
  "level",
  "severity",
  "severity_text",
  "SeverityText",
  "loglevel",
  "log.syslog.severity.name",
];
const TRACE_IDS = ["trace.id", "trace_id", "traceId", "TraceId"];
const SPAN_IDS = ["span.id", "span_id", "spanId", "SpanId", "transaction.id"];

/** The Common Schema's name -> OpenTelemetry's, where they differ. */
const RENAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    service: SERVICE_NAME,
    "service.environment": "deployment.environment.name",
    "service.node.name": "service.instance.id",
    host: "host.name",
    "host.architecture": "host.arch",
    "orchestrator.cluster.name": "k8s.cluster.name",
    "kubernetes.namespace": "k8s.namespace.name",
    "kubernetes.namespace_name": "k8s.namespace.name",
    "kubernetes.pod_namespace": "k8s.namespace.name",
    "kubernetes.pod.name": "k8s.pod.name",
    "kubernetes.pod_name": "k8s.pod.name",
    "kubernetes.pod.uid": "k8s.pod.uid",
    "kubernetes.pod_uid": "k8s.pod.uid",
    "kubernetes.pod_id": "k8s.pod.uid",
    "kubernetes.node.name": "k8s.node.name",
    "kubernetes.pod_node_name": "k8s.node.name",
    "kubernetes.host": "k8s.node.name",
    "kubernetes.container.name": "k8s.container.name",
    "kubernetes.container_name": "k8s.container.name",
    "kubernetes.deployment.name": "k8s.deployment.name",
    "kubernetes.statefulset.name": "k8s.statefulset.name",
    "kubernetes.daemonset.name": "k8s.daemonset.name",
    "kubernetes.job.name": "k8s.job.name",
    "kubernetes.cronjob.name": "k8s.cronjob.name",
    "error.type": "exception.type",
    "error.message": "exception.message",
    "error.stack_trace": "exception.stacktrace",
  }),
);
/** What is said of the sender rather than of the event; `agent` is the shipper. */
const OF_RESOURCE =
  /^(?:service|host|cloud|container|orchestrator|agent|kubernetes|k8s|deployment|faas|telemetry)(?:\.|$)/;
/** Fields that name the service where service.name is missing; they stay what they are. */
const SERVICE_FIELDS = ["app", "application", "container.name", "k8s.container.name"];

/** @param now Unix nanoseconds: observed when the document tells no time @param index "" = not to be kept */
export function documentRecord(document: object, index: string, now: bigint): DocumentRecord {
  const fields = flattenJson(document);
  const time = takeTime(fields);
  const body = takeFirst(fields, BODIES);
  const traceId = takeId(fields, TRACE_IDS, 16);
  const spanId = takeId(fields, SPAN_IDS, 8);
  const level = takeLevel(fields);
  const text = typeof body === "string" ? Buffer.from(body) : undefined;
  const resource = new Map<string, unknown>();
  const attributes = new Map<string, unknown>();
  for (const [key, value] of fields) {
    const name = RENAMED.get(key) ?? key;
    (OF_RESOURCE.test(key) ? resource : attributes).set(name, value);
  }
  if (!resource.has(SERVICE_NAME)) {
    const service = SERVICE_FIELDS.map((key) => resource.get(key) ?? attributes.get(key)).find(isName);
    if (service !== undefined) resource.set(SERVICE_NAME, service);
  }
  if (index !== "") attributes.set("elasticsearch.index", index);
  return {
    resourceKey: JSON.stringify([...resource]),
    resource: () => asAttributes(resource),
    record: {
      time,
      observedTime: time === undefined ? now : 0n,
      severityNumber: level === "" ? (text ? severityOfLine(text) : 0) : severityNumberOf(level),
      severityText: level,
      text,
      body: text === undefined && body !== undefined ? anyValueOfJson(body) : undefined,
      attributes: asAttributes(attributes),
      traceId,
      spanId,
    },
  };
}

function* asAttributes(values: ReadonlyMap<string, unknown>): Attributes {
  for (const [key, value] of values) yield [key, anyValueOfJson(value)] as const;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function takeFirst(fields: Map<string, unknown>, keys: readonly string[]): unknown {
  const key = keys.find((each) => fields.has(each));
  if (key === undefined) return undefined;
  const value = fields.get(key);
  fields.delete(key);
  return value;
}

/** log.level is the severity and nothing else; fields of other names stay attributes besides. */
function takeLevel(fields: Map<string, unknown>): string {
  for (const key of LEVELS) {
    const value = fields.get(key);
    if (typeof value !== "string" && typeof value !== "number") continue;
    if (value === "") continue;
    if (key === LEVELS[0]) fields.delete(key);
    return String(value);
  }
  return "";
}

function takeId(fields: Map<string, unknown>, keys: readonly string[], size: number): Uint8Array | undefined {
  for (const key of keys) {
    const value = fields.get(key);
    if (typeof value !== "string" || value.length !== size * 2 || /^0+$/.test(value)) continue;
    const id = parseHex(value);
    if (!id) continue;
    fields.delete(key);
    return id;
  }
  return undefined;
}

/** What is no time stays an attribute. */
function takeTime(fields: Map<string, unknown>): bigint | undefined {
  for (const key of TIMES) {
    const time = parseTime(fields.get(key));
    if (time === undefined) continue;
    fields.delete(key);
    return time;
  }
  return undefined;
}

/** Seconds, milliseconds, microseconds and nanoseconds since 1970 differ in their size: from 1973 to 5138 none is taken for another. */
const UNITS: readonly (readonly [below: number, nanos: number])[] = [
  [1e11, 1e9],
  [1e14, 1e6],
  [1e17, 1e3],
  [9e18, 1],
];

function parseTime(value: unknown): bigint | undefined {
  if (typeof value === "string") {
    if (!/^\d{1,19}(\.\d{1,9})?$/.test(value)) return notBefore1970(parseRfc3339(value));
    if (/^\d{18,19}$/.test(value)) return BigInt(value);
    return parseTime(Number(value));
  }
  if (typeof value !== "number" || value <= 0) return undefined;
  const nanos = UNITS.find(([below]) => value < below)?.[1];
  if (nanos === undefined) return undefined;
  const whole = Math.floor(value);
  return BigInt(whole) * BigInt(nanos) + BigInt(Math.round((value - whole) * nanos));
}

function notBefore1970(time: bigint | undefined): bigint | undefined {
  return time !== undefined && time > 0n ? time : undefined;
}
