/**
 * OTLP JSON -> Trace. In: the contract's WireOtlpTraces of one trace, in any order; out: rows, columns and marks. Never throws
 * on odd data: missing parents, circles, negative durations and skewed clocks all become marks. O(n log n).
 */
import type { WireOtlpTraces } from "goldspan/contract";
import { isBefore, nanosBetween, parseNanos, type Moment } from "../base/nanos.ts";
import { findAttribute } from "./any-value.ts";
import { Interner } from "./interner.ts";
import { computeSelfTime } from "./self-time.ts";
import { SpanFlag, type SpanSource, type Trace, type TraceService } from "./trace.ts";
import { linkParents, type LinkedSpans } from "./trace-link.ts";
import { orderRows } from "./trace-order.ts";

export const UNKNOWN_SERVICE = "unknown_service";

/** Children may stick out of their parent by this much before it is called a mark: clocks read in microseconds. */
const TOLERANCE_NANOS = 20_000;
const TOLERANCE_SHARE = 0.001;

export function buildTrace(traceId: string, wire: WireOtlpTraces): Trace {
  const { sources, serviceNames } = flatten(wire);
  const links = linkParents(sources.map((source) => source.span));
  const times = readTimes(sources, links);
  const order = orderRows(links.parent, times.start, times.duration);
  const count = order.node.length;
  const services = new Interner();
  const operations = new Interner();
  const service = new Uint32Array(count);
  const operation = new Uint32Array(count);
  const kind = new Uint8Array(count);
  const flags = new Uint8Array(count);
  const start = new Float64Array(count);
  const duration = new Float64Array(count);
  const rowOf = new Map<string, number>();
  const rowSources: (SpanSource | undefined)[] = [];
  for (let row = 0; row < count; row++) {
    const node = order.node[row];
    const source = sources[node];
    start[row] = times.start[node];
    duration[row] = times.duration[node];
    rowSources.push(source);
    rowOf.set(source?.span.spanId ?? links.missingIds[node - sources.length], row);
    kind[row] = source?.span.kind ?? 0;
    operation[row] = operations.add(source ? source.span.name || "(no name)" : "Missing span");
    service[row] = services.add(
      source ? serviceNames[node] : (serviceNames[firstChild(links, node)] ?? UNKNOWN_SERVICE),
    );
    if (source?.span.status?.code === 2) flags[row] |= SpanFlag.error;
    if (!source) flags[row] |= SpanFlag.missing;
    if (times.negative[node]) flags[row] |= SpanFlag.endsBeforeStart;
  }
  const selfTime = computeSelfTime({ start, duration, parent: order.parent });
  markPlaces({ start, duration, parent: order.parent, flags });
  for (let row = 0; row < count; row++) if (!rowSources[row]) selfTime[row] = 0;
  return {
    traceId,
    count,
    spanCount: sources.length,
    errorCount: countFlag(flags, SpanFlag.error),
    maxDepth: order.depth.reduce((most, depth) => Math.max(most, depth + 1), 0),
    begin: times.begin,
    totalNanos: times.total,
    start,
    duration,
    selfTime,
    depth: order.depth,
    parent: order.parent,
    subtreeEnd: order.subtreeEnd,
    service,
    operation,
    kind,
    flags,
    services: summarizeServices(services.texts, service, flags, selfTime),
    operations: operations.texts,
    sources: rowSources,
    rowOf,
  };
}

function flatten(wire: WireOtlpTraces): { sources: SpanSource[]; serviceNames: string[] } {
  const sources: SpanSource[] = [];
  const serviceNames: string[] = [];
  for (const { resource, scopeSpans } of wire.resourceSpans ?? []) {
    const name = findAttribute(resource?.attributes, "service.name") || UNKNOWN_SERVICE;
    for (const { scope, spans } of scopeSpans ?? []) {
      for (const span of spans ?? []) {
        sources.push({ span, resource, scope });
        serviceNames.push(name);
      }
    }
  }
  return { sources, serviceNames };
}

interface Times {
  readonly begin: Moment;
  readonly total: number;
  /** By node, placeholders included: nanoseconds since `begin`, and how long. */
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly negative: Uint8Array;
}

function readTimes(sources: readonly SpanSource[], links: LinkedSpans): Times {
  const starts = sources.map(({ span }) => parseNanos(span.startTimeUnixNano));
  const begin = starts.reduce(
    (least, moment) => (isBefore(moment, least) ? moment : least),
    starts[0] ?? parseNanos("0"),
  );
  const count = links.parent.length;
  const start = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const end = new Float64Array(count);
  const negative = new Uint8Array(count);
  let total = 0;
  for (const [node, { span }] of sources.entries()) {
    start[node] = nanosBetween(begin, starts[node]);
    const sent = nanosBetween(begin, parseNanos(span.endTimeUnixNano));
    negative[node] = sent < start[node] ? 1 : 0;
    end[node] = Math.max(start[node], sent);
    total = Math.max(total, end[node]);
    const up = links.parent[node];
    if (up < sources.length) continue;
    start[up] = Math.min(start[up], start[node]);
    end[up] = Math.max(end[up], end[node]);
  }
  const duration = end.map((value, node) => value - start[node]);
  return { begin, total, start, duration, negative };
}

function firstChild(links: LinkedSpans, node: number): number {
  return links.parent.indexOf(node);
}

/** Marks children that lie outside their parent or lost it, and parents that have errors below them. */
function markPlaces(rows: {
  start: Float64Array;
  duration: Float64Array;
  parent: Int32Array;
  flags: Uint8Array;
}): void {
  const { start, duration, parent, flags } = rows;
  for (let row = start.length - 1; row >= 0; row--) {
    const up = parent[row];
    if (up < 0) continue;
    if (flags[row] & (SpanFlag.error | SpanFlag.errorBelow)) flags[up] |= SpanFlag.errorBelow;
    if (flags[up] & SpanFlag.missing) {
      flags[row] |= SpanFlag.orphan;
      continue;
    }
    const tolerance = Math.max(TOLERANCE_NANOS, duration[up] * TOLERANCE_SHARE);
    if (start[row] < start[up] - tolerance) flags[row] |= SpanFlag.startsBeforeParent;
    if (start[row] + duration[row] > start[up] + duration[up] + tolerance) flags[row] |= SpanFlag.endsAfterParent;
  }
}

function summarizeServices(
  names: readonly string[],
  service: Uint32Array,
  flags: Uint8Array,
  selfTime: Float64Array,
): TraceService[] {
  const totals = names.map((name) => ({ name, spanCount: 0, errorCount: 0, selfTime: 0 }));
  for (let row = 0; row < service.length; row++) {
    if (flags[row] & SpanFlag.missing) continue;
    const total = totals[service[row]];
    total.spanCount += 1;
    total.selfTime += selfTime[row];
    if (flags[row] & SpanFlag.error) total.errorCount += 1;
  }
  return totals;
}

function countFlag(flags: Uint8Array, flag: number): number {
  let count = 0;
  for (const bits of flags) if (bits & flag) count += 1;
  return count;
}
