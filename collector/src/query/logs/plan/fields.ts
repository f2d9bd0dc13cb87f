/** Names in queries -> fields of log records: those every record has, under the names people know them by, and attributes. */
import { attributeField, type LogField } from "../../../model/log-field.ts";
import type { KeyNode } from "../parse/ast.ts";

export type BuiltInField = Exclude<LogField["kind"], "attribute">;

/** What a name stands for: the first of the fields that a record has. */
export interface ResolvedField {
  /** As written. */
  readonly name: string;
  readonly fields: readonly LogField[];
}

/** In lower case. The first name of each is what is shown. */
export const BUILT_IN_NAMES: Readonly<Record<BuiltInField, readonly string[]>> = {
  service: ["service", "service.name", "service_name", "svc"],
  level: ["level", "lvl", "severity", "severity_number", "severitynumber", "loglevel", "log.level", "detected_level"],
  body: ["body", "msg", "message", "line"],
  severity_text: ["severity_text", "severitytext"],
  event_name: ["event_name", "eventname", "event.name"],
  scope: ["scope", "scope.name", "otel.scope.name", "scope_name", "logger"],
  trace_id: ["trace_id", "traceid", "trace.id", "trace"],
  span_id: ["span_id", "spanid", "span.id", "span"],
};

/** Short names of attributes. An attribute of the short name itself counts too. */
const SHORT_NAMES: Readonly<Record<string, readonly string[]>> = {
  host: ["host.name"],
  hostname: ["host.name"],
  instance: ["service.instance.id"],
  namespace: ["k8s.namespace.name", "service.namespace"],
  pod: ["k8s.pod.name"],
  container: ["k8s.container.name", "container.name"],
  node: ["k8s.node.name"],
  cluster: ["k8s.cluster.name"],
  deployment: ["k8s.deployment.name"],
  env: ["deployment.environment.name"],
  environment: ["deployment.environment.name"],
  version: ["service.version"],
};

const BUILT_IN: ReadonlyMap<string, BuiltInField> = new Map(
  Object.entries(BUILT_IN_NAMES).flatMap(([kind, names]) => names.map((name) => [name, kind as BuiltInField] as const)),
);

export function resolveField({ name, isAttribute }: Pick<KeyNode, "name" | "isAttribute">): ResolvedField {
  if (!isAttribute) {
    const kind = BUILT_IN.get(name.toLowerCase());
    if (kind !== undefined) return { name, fields: [{ kind }] };
    if (Object.hasOwn(SHORT_NAMES, name))
      return { name, fields: [name, ...SHORT_NAMES[name]].map((key) => attributeField(key)) };
  }
  return { name, fields: [attributeField(name)] };
}

/** Nanoseconds of 1 of a number without a unit, by its field's name: duration_ms, elapsed_seconds; else milliseconds. */
export function unitNanosOf(name: string): number {
  if (/(?:[._]|\b)(?:ns|nanos|nanoseconds|nano)$|Nanos$|Ns$/.test(name)) return 1;
  if (/(?:[._]|\b)(?:us|µs|micros|microseconds)$|Micros$/.test(name)) return 1e3;
  if (/(?:[._]|\b)(?:s|sec|secs|seconds)$|Seconds$|Secs?$/.test(name)) return 1e9;
  return 1e6;
}

/** What a number of the field is in, as far as its name says. */
export function unitOf(name: string): "ms" | "s" | "By" | undefined {
  if (/(?:[._]|\b)(?:ms|millis|milliseconds|msec)$|Ms$|Millis$/.test(name)) return "ms";
  if (/(?:[._]|\b)(?:s|sec|secs|seconds)$|Seconds$/.test(name)) return "s";
  if (/(?:[._]|\b)bytes$|Bytes$|body\.size$|content_length$/.test(name)) return "By";
  return undefined;
}
