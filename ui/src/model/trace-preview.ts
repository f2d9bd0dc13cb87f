/** A whole trace -> what a search says of it, for a miniature: bars of its longest spans, services, errors. In: OTLP JSON; out: a WireTraceSummary. Pure. */
import type { WireOtlpTraces, WirePreviewBar, WireSpan, WireTraceSummary } from "goldspan/contract";
import { nanosBetween, parseNanos, type Moment } from "../base/nanos.ts";
import { findAttribute } from "./any-value.ts";

const MOST_BARS = 32;
const DEEPEST = 60;
const ERROR = 2;

interface Found {
  readonly service: string;
  readonly span: WireSpan;
  readonly start: Moment;
  readonly nanos: number;
}

/** undefined when it has no span. */
export function previewTrace(traceId: string, { resourceSpans }: WireOtlpTraces): WireTraceSummary | undefined {
  const found: Found[] = resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = findAttribute(resource?.attributes, "service.name") ?? "unknown_service";
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.map((span) => {
        const start = parseNanos(span.startTimeUnixNano);
        return { service, span, start, nanos: Math.max(0, nanosBetween(start, parseNanos(span.endTimeUnixNano))) };
      }),
    );
  });
  const [any] = found;
  if (!any) return undefined;
  const begin = found.reduce((first, { start }) => (nanosBetween(start, first) > 0 ? start : first), any.start);
  const offsetOf = ({ start }: Found): number => nanosBetween(begin, start);
  const whole = Math.max(1, ...found.map((entry) => offsetOf(entry) + entry.nanos));
  const services = countServices(found);
  const root = found.find(({ span }) => !span.parentSpanId);
  const first = root ?? found.reduce((a, b) => (offsetOf(b) < offsetOf(a) ? b : a), any);
  return {
    traceId,
    rootService: first.service,
    rootOperation: first.span.name ?? "",
    rootComplete: root !== undefined,
    startTimeUnixNano: first.span.startTimeUnixNano ?? "0",
    durationNanos: String(whole),
    matchedAtUnixNano: first.span.startTimeUnixNano ?? "0",
    spanCount: found.length,
    errorCount: services.reduce((sum, { errorCount }) => sum + errorCount, 0),
    services,
    preview: barsOf(
      found,
      offsetOf,
      whole,
      services.map(({ name }) => name),
    ),
  };
}

function countServices(found: readonly Found[]): { name: string; spanCount: number; errorCount: number }[] {
  return [...Map.groupBy(found, ({ service }) => service)]
    .map(([name, spans]) => ({
      name,
      spanCount: spans.length,
      errorCount: spans.filter(({ span }) => span.status?.code === ERROR).length,
    }))
    .sort((a, b) => b.spanCount - a.spanCount);
}

function barsOf(
  found: readonly Found[],
  offsetOf: (entry: Found) => number,
  whole: number,
  services: readonly string[],
): WirePreviewBar[] {
  const parents = new Map(found.map(({ span }) => [span.spanId, span.parentSpanId]));
  const depthOf = (id: string): number => {
    let depth = 0;
    for (let parent = parents.get(id); parent && parents.has(parent) && depth < DEEPEST; parent = parents.get(parent))
      depth += 1;
    return depth;
  };
  return found
    .toSorted((a, b) => b.nanos - a.nanos)
    .slice(0, MOST_BARS)
    .sort((a, b) => offsetOf(a) - offsetOf(b))
    .map((entry) => ({
      service: services.indexOf(entry.service),
      offset: offsetOf(entry) / whole,
      width: entry.nanos / whole,
      depth: depthOf(entry.span.spanId),
      error: entry.span.status?.code === ERROR,
    }));
}
