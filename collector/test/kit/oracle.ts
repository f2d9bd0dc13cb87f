/**
 * An independent OTLP codec (the generated one of a published OpenTelemetry package) as the oracle: encodes plain objects,
 * decodes bytes, and brings requests into a canonical form in which order and grouping don't count.
 */
import root from "otlp-oracle/build/src/generated/root.js";

const proto = (root as any).opentelemetry.proto;
const REQUESTS = {
  traces: proto.collector.trace.v1.ExportTraceServiceRequest,
  logs: proto.collector.logs.v1.ExportLogsServiceRequest,
  metrics: proto.collector.metrics.v1.ExportMetricsServiceRequest,
};

export type OracleSignal = keyof typeof REQUESTS;

export function oracleEncode(signal: OracleSignal, value: object): Uint8Array {
  const type = REQUESTS[signal];
  return Uint8Array.from(type.encode(type.fromObject(value)).finish());
}

/** The request as a plain object: 64-bit numbers as decimal texts, bytes as hex, only fields that are present. */
export function oracleDecode(signal: OracleSignal, bytes: Uint8Array): any {
  const type = REQUESTS[signal];
  const object = type.toObject(type.decode(bytes), { longs: String, bytes: Buffer });
  return JSON.parse(JSON.stringify(object, plain));
}

function plain(this: any, key: string, value: unknown): unknown {
  const raw = this[key];
  if (raw instanceof Uint8Array) return Buffer.from(raw).toString("hex");
  if (typeof raw === "number" && !Number.isFinite(raw)) return String(raw);
  if (Object.is(raw, -0)) return "-0";
  return value;
}

/** Every record with its resource and scope, as sorted texts: two requests are equal when these are. */
export function canonicalRecords(request: any): string[] {
  const texts: string[] = [];
  for (const outer of request.resourceSpans ?? request.resourceLogs ?? []) {
    for (const middle of outer.scopeSpans ?? outer.scopeLogs ?? []) {
      for (const record of middle.spans ?? middle.logRecords ?? []) {
        const place = {
          resource: outer.resource,
          resourceSchema: outer.schemaUrl,
          scope: middle.scope,
          scopeSchema: middle.schemaUrl,
        };
        texts.push(JSON.stringify(withoutDefaults({ ...place, record }), sortKeys));
      }
    }
  }
  return texts.sort();
}

/** Scalars with their default value mean the same as absent ones, but for the members of AnyValue, which have presence. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).filter(([key, v]) => key.endsWith("Value") || !isDefault(v));
  return Object.fromEntries(members.map(([key, v]) => [key, withoutDefaults(v)]));
}

function isDefault(value: unknown): boolean {
  return value === 0 || value === "" || value === "0" || (Array.isArray(value) && value.length === 0);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
