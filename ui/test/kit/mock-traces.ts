/** The mock's trace searches and traces: the corpus as the contract's WireTraceSearch, WireOtlpTraces and WireOtlpLogs. */
import type {
  WireOtlpLogs,
  WireOtlpTraces,
  WirePreviewBar,
  WireResourceLogs,
  WireResourceSpans,
  WireTraceSearch,
  WireTraceSummary,
} from "goldspan/contract";
import type { SpanTest } from "./mock-query.ts";
import { shopResource } from "./shop-services.ts";
import { toNanoText, type ShopLog, type ShopSpan, type ShopTrace } from "./trace-generator.ts";

export interface Bounds {
  readonly start: number;
  readonly end: number;
}

export function searchTraces(
  traces: readonly ShopTrace[],
  test: SpanTest,
  bounds: Bounds,
  limit: number,
): WireTraceSearch {
  const found: { trace: ShopTrace; matchedAt: number }[] = [];
  for (const trace of traces) {
    let matchedAt = -1;
    for (const span of trace.spans) {
      if (span.start >= bounds.start && span.start <= bounds.end && span.start > matchedAt && test(span))
        matchedAt = span.start;
    }
    if (matchedAt >= 0) found.push({ trace, matchedAt });
  }
  found.sort((a, b) => b.matchedAt - a.matchedAt);
  const page = found.slice(0, limit);
  return { traces: page.map(({ trace, matchedAt }) => summarize(trace, matchedAt)), truncated: found.length > limit };
}

export function summarize(trace: ShopTrace, matchedAt: number): WireTraceSummary {
  const first = Math.min(...trace.spans.map((span) => span.start));
  const last = Math.max(...trace.spans.map((span) => span.start + span.millis));
  const root = trace.spans.find((span) => !span.span.parentSpanId);
  const earliest = trace.spans.find((span) => span.start === first) ?? trace.spans[0];
  const services = new Map<string, { name: string; spanCount: number; errorCount: number }>();
  for (const { service, span } of trace.spans) {
    const entry = services.get(service) ?? { name: service, spanCount: 0, errorCount: 0 };
    entry.spanCount += 1;
    if (span.status?.code === 2) entry.errorCount += 1;
    services.set(service, entry);
  }
  const ranked = [...services.values()].sort((a, b) => b.spanCount - a.spanCount);
  return {
    traceId: trace.traceId,
    rootService: (root ?? earliest).service,
    rootOperation: (root ?? earliest).span.name ?? "",
    rootComplete: root !== undefined,
    startTimeUnixNano: toNanoText(first),
    durationNanos: String(Math.round((last - first) * 1e6)),
    matchedAtUnixNano: toNanoText(matchedAt),
    spanCount: trace.spans.length,
    errorCount: ranked.reduce((sum, service) => sum + service.errorCount, 0),
    services: ranked,
    preview: preview(
      trace.spans,
      ranked.map((service) => service.name),
      first,
      last - first,
    ),
  };
}

function preview(spans: readonly ShopSpan[], services: string[], first: number, total: number): WirePreviewBar[] {
  const parents = new Map(spans.map((entry) => [entry.span.spanId, entry.span.parentSpanId]));
  const depth = (id: string | undefined, guard = 0): number =>
    id && parents.get(id) && guard < 60 ? 1 + depth(parents.get(id), guard + 1) : 0;
  return [...spans]
    .sort((a, b) => b.millis - a.millis)
    .slice(0, 32)
    .sort((a, b) => a.start - b.start)
    .map((entry) => ({
      service: services.indexOf(entry.service),
      offset: total > 0 ? (entry.start - first) / total : 0,
      width: total > 0 ? entry.millis / total : 1,
      depth: depth(entry.span.spanId),
      error: entry.span.status?.code === 2,
    }));
}

/** Grouped by service and version, as senders do. */
export function toOtlpTraces(trace: ShopTrace): WireOtlpTraces {
  const groups = new Map<string, WireResourceSpans>();
  for (const { service, version, span } of trace.spans) {
    const key = `${service} ${version}`;
    let group = groups.get(key);
    if (!group) {
      const scope = { name: `@shop/${service}-instrumentation`, version: "0.57.1" };
      group = { resource: shopResource(service, version), scopeSpans: [{ scope, spans: [] }] };
      groups.set(key, group);
    }
    group.scopeSpans?.[0].spans?.push(span);
  }
  return { resourceSpans: [...groups.values()] };
}

export function toOtlpLogs({ logs }: { readonly logs: readonly ShopLog[] }): WireOtlpLogs {
  const groups = new Map<string, WireResourceLogs>();
  for (const { service, version, record } of logs) {
    const key = `${service} ${version}`;
    let group = groups.get(key);
    if (!group) {
      group = {
        resource: shopResource(service, version),
        scopeLogs: [{ scope: { name: "shop.logger" }, logRecords: [] }],
      };
      groups.set(key, group);
    }
    group.scopeLogs?.[0].logRecords?.push(record);
  }
  return { resourceLogs: [...groups.values()] };
}
