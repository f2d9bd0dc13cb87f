/** Short ways to write OTLP requests in tests: `span({ traceId: 1, name: "GET /" })`. */

export interface SimpleSpan {
  trace: number;
  id: number;
  parent?: number;
  service?: string;
  name?: string;
  kind?: number;
  /** Milliseconds after EPOCH. */
  start?: number;
  durationMs?: number;
  error?: boolean;
  attributes?: Record<string, unknown>;
  events?: { name: string; attributes: Record<string, unknown> }[];
  links?: { trace: number; attributes: Record<string, unknown> }[];
  resource?: Record<string, unknown>;
  scope?: Record<string, unknown>;
}

export interface SimpleLog {
  body: string;
  time?: number;
  observed?: number;
  service?: string;
  severity?: number;
  severityText?: string;
  trace?: number;
  span?: number;
  attributes?: Record<string, unknown>;
}

/** 2026-01-01T00:00:00Z in nanoseconds. */
export const EPOCH = 1_767_225_600_000_000_000n;

export function at(millis: number): bigint {
  return EPOCH + BigInt(Math.round(millis * 1e6));
}

export function traceIdOf(n: number): Buffer {
  return Buffer.from(n.toString(16).padStart(32, "0"), "hex");
}

export function spanIdOf(n: number): Buffer {
  return Buffer.from(n.toString(16).padStart(16, "0"), "hex");
}

export function tracesRequest(...spans: SimpleSpan[]): object {
  return {
    resourceSpans: spans.map((s) => ({
      resource: {
        attributes: keyValues({ ...(s.service === undefined ? {} : { "service.name": s.service }), ...s.resource }),
      },
      scopeSpans: [
        {
          scope: { name: "test", attributes: keyValues(s.scope ?? {}) },
          spans: [
            {
              traceId: traceIdOf(s.trace),
              spanId: spanIdOf(s.id),
              ...(s.parent === undefined ? {} : { parentSpanId: spanIdOf(s.parent) }),
              name: s.name ?? "op",
              kind: s.kind ?? 1,
              startTimeUnixNano: at(s.start ?? 0).toString(),
              endTimeUnixNano: at((s.start ?? 0) + (s.durationMs ?? 1)).toString(),
              attributes: keyValues(s.attributes ?? {}),
              events: (s.events ?? []).map(({ name, attributes }) => ({
                name,
                timeUnixNano: at(s.start ?? 0).toString(),
                attributes: keyValues(attributes),
              })),
              links: (s.links ?? []).map(({ trace, attributes }) => ({
                traceId: traceIdOf(trace),
                spanId: spanIdOf(1),
                attributes: keyValues(attributes),
              })),
              ...(s.error ? { status: { code: 2, message: "failed" } } : {}),
            },
          ],
        },
      ],
    })),
  };
}

export function logsRequest(...logs: SimpleLog[]): object {
  return {
    resourceLogs: logs.map((l) => ({
      resource: { attributes: keyValues(l.service === undefined ? {} : { "service.name": l.service }) },
      scopeLogs: [
        {
          logRecords: [
            {
              ...(l.time === undefined ? {} : { timeUnixNano: at(l.time).toString() }),
              ...(l.observed === undefined ? {} : { observedTimeUnixNano: at(l.observed).toString() }),
              severityNumber: l.severity ?? 9,
              ...(l.severityText === undefined ? {} : { severityText: l.severityText }),
              body: { stringValue: l.body },
              attributes: keyValues(l.attributes ?? {}),
              ...(l.trace === undefined ? {} : { traceId: traceIdOf(l.trace) }),
              ...(l.span === undefined ? {} : { spanId: spanIdOf(l.span) }),
            },
          ],
        },
      ],
    })),
  };
}

export function keyValues(attributes: Record<string, unknown>): { key: string; value: unknown }[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

export function anyValue(value: unknown): any {
  if (value === null || value === undefined) return {};
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: value.toString() };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as Record<string, unknown>) } };
}
