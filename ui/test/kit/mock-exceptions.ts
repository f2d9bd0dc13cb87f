/** The mock's exceptions: exception events of the corpus' spans, and its error logs, grouped by service, type and message. */
import type { WireExceptionDetail, WireExceptionGroup, WireExceptionGroups, WireKeyValue } from "goldspan/contract";
import { hashText } from "../../src/base/hash.ts";
import { compareNanos } from "../../src/base/nanos.ts";
import type { Bounds } from "./mock-traces.ts";
import { toNanoText, type ShopTrace } from "./trace-generator.ts";

/** Known since long before the corpus begins. */
export const OLD_ERROR = /OutOfStock|Bad Gateway/;
export const OLD_MILLIS = 3 * 86_400_000;
const BUCKETS = 30;

interface Happening {
  readonly service: string;
  readonly version: string;
  readonly operation: string;
  readonly source: "log" | "span";
  readonly millis: number;
  readonly timeUnixNano: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly type: string;
  readonly message: string;
  readonly stacktrace: string;
}

export function mockExceptions(
  traces: readonly ShopTrace[],
  params: URLSearchParams,
  bounds: Bounds,
  limit: number,
): WireExceptionGroups {
  const text = (params.get("query") ?? "").toLowerCase();
  const service = params.get("service") ?? "";
  const found = [...groupsOf(traces, bounds)]
    .map(([fingerprint, happened]) => summarize(fingerprint, happened, traces, bounds, BUCKETS))
    .filter((group) => service === "" || group.service === service)
    .filter((group) => `${group.type} ${group.message}`.toLowerCase().includes(text))
    .sort((a, b) => b.count - a.count);
  const stepMillis = (bounds.end - bounds.start) / BUCKETS;
  return {
    groups: found.slice(0, limit),
    total: found.length,
    startMillis: bounds.start,
    stepMillis,
    truncated: false,
  };
}

export function mockException(
  traces: readonly ShopTrace[],
  fingerprint: string,
  bounds: Bounds,
  buckets: number,
): WireExceptionDetail | undefined {
  const happened = groupsOf(traces, bounds).get(fingerprint);
  if (!happened) return undefined;
  const newest = happened.toSorted((a, b) => b.millis - a.millis);
  const operations = Map.groupBy(happened, ({ operation }) => operation);
  return {
    group: summarize(fingerprint, happened, traces, bounds, buckets),
    stacktrace: newest[0].stacktrace,
    startMillis: bounds.start,
    stepMillis: (bounds.end - bounds.start) / buckets,
    occurrences: newest.slice(0, 100),
    operations: [...operations]
      .map(([name, { length }]) => ({ name, count: length }))
      .sort((a, b) => b.count - a.count),
  };
}

function summarize(
  fingerprint: string,
  happened: readonly Happening[],
  traces: readonly ShopTrace[],
  bounds: Bounds,
  buckets: number,
): WireExceptionGroup {
  const byTime = happened.toSorted((a, b) => compareNanos(a.timeUnixNano, b.timeUnixNano));
  const newest = byTime[byTime.length - 1];
  const trend = Array.from({ length: buckets }, () => 0);
  for (const { millis } of happened) {
    trend[Math.min(buckets - 1, Math.floor(((millis - bounds.start) / (bounds.end - bounds.start)) * buckets))] += 1;
  }
  const everything = { start: 0, end: Number.POSITIVE_INFINITY };
  const first = Math.min(...(groupsOf(traces, everything).get(fingerprint) ?? happened).map(({ millis }) => millis));
  const isOld = OLD_ERROR.test(`${newest.type} ${newest.message}`);
  const frame = newest.stacktrace.split("\n").find((line) => /^\s+at /.test(line));
  return {
    fingerprint,
    type: newest.type,
    message: newest.message,
    service: newest.service,
    culprit: frame?.trim().replace(/^at (async )?/, "") ?? "",
    count: happened.length,
    firstSeenUnixNano: byTime[0].timeUnixNano,
    lastSeenUnixNano: newest.timeUnixNano,
    firstEverUnixNano: toNanoText(isOld ? first - OLD_MILLIS : first),
    trend,
    versions: [...new Set(byTime.map(({ version }) => version).reverse())],
    exampleTraceId: newest.traceId,
    exampleSpanId: newest.spanId,
  };
}

function groupsOf(traces: readonly ShopTrace[], bounds: Bounds): Map<string, Happening[]> {
  return Map.groupBy(
    traces
      .flatMap((trace) => [...inSpans(trace), ...inLogs(trace)])
      .filter(({ millis }) => millis >= bounds.start && millis <= bounds.end),
    ({ service, type, message }) => hashText(`${service} ${type} ${message}`).toString(16).padStart(16, "0"),
  );
}

function inSpans({ spans }: ShopTrace): Happening[] {
  return spans.flatMap(({ service, version, span, start, millis }) =>
    (span.events ?? [])
      .filter(({ name }) => name === "exception")
      .map((event) => ({
        service,
        version,
        operation: span.name ?? "",
        source: "span" as const,
        millis: start + millis * 0.9,
        timeUnixNano: event.timeUnixNano ?? "0",
        traceId: span.traceId ?? "",
        spanId: span.spanId ?? "",
        type: textOf(event.attributes, "exception.type"),
        message: textOf(event.attributes, "exception.message"),
        stacktrace: textOf(event.attributes, "exception.stacktrace"),
      })),
  );
}

/** Error logs of spans that recorded no exception themselves. */
function inLogs({ spans, logs }: ShopTrace): Happening[] {
  return logs
    .filter(({ record }) => (record.severityNumber ?? 0) >= 17)
    .map((log) => ({ log, owner: spans.find(({ span }) => span.spanId === log.record.spanId) }))
    .filter(({ owner }) => !owner?.span.events)
    .map(({ log: { service, version, time, record }, owner }) => ({
      service,
      version,
      operation: owner?.span.name ?? "",
      source: "log" as const,
      millis: time,
      timeUnixNano: record.timeUnixNano ?? "0",
      traceId: record.traceId ?? "",
      spanId: record.spanId ?? "",
      type: "",
      message: record.body?.stringValue ?? "",
      stacktrace: "",
    }));
}

function textOf(attributes: readonly WireKeyValue[] | undefined, key: string): string {
  return attributes?.find((pair) => pair.key === key)?.value?.stringValue ?? "";
}
