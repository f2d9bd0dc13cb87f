/**
 * Spans of several traces -> one summary each: root, extent, counts, services, and a miniature waterfall of the longest spans.
 * Pure; works on skeletons (no attributes).
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { formatHex } from "../../base/hex.ts";
import { compareNanos, nanosBetween, nanosToBigInt } from "../../base/nanos.ts";
import { decodeText } from "../../base/protobuf.ts";
import { NONE } from "../../model/record-batch.ts";
import { STATUS_ERROR, type SpanBatch } from "../../model/span-batch.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";

/** Bars of a miniature waterfall. */
const PREVIEW_BARS = 32;
/** Parents are followed this far for a bar's depth: deeper ones, and circles, look alike. */
const MAX_DEPTH = 64;

export interface TraceSummary {
  /** Lower-case hex. */
  readonly traceId: string;
  readonly rootService: string;
  readonly rootOperation: string;
  /** False when the span without a parent has not arrived; the root is then the earliest span. */
  readonly rootComplete: boolean;
  readonly startUnixNano: bigint;
  readonly durationNanos: bigint;
  readonly spanCount: number;
  readonly errorCount: number;
  /** By span count, largest first. */
  readonly services: readonly ServiceShare[];
  /** In order of start. */
  readonly preview: readonly PreviewBar[];
}

export interface ServiceShare {
  readonly name: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

export interface PreviewBar {
  /** Index into services. */
  readonly service: number;
  /** Shares of the trace's duration. */
  readonly offset: number;
  readonly width: number;
  readonly depth: number;
  readonly error: boolean;
}

interface SpanRef {
  readonly batch: SpanBatch;
  readonly index: number;
  readonly service: string;
}

/** By trace id. */
export function summarizeTraces(batches: readonly SpanBatch[]): Map<string, TraceSummary> {
  const traces = new ByteInterner(0x7f4a7c15);
  const spans: SpanRef[][] = [];
  for (const batch of batches) {
    const services = batch.groups.map(({ resource }) => resourceNames(resource).service);
    for (let index = 0; index < batch.count; index++) {
      const trace = traces.intern(batch.bytes, batch.traceId[index], 16);
      (spans[trace] ??= []).push({ batch, index, service: services[batch.group[index]] });
    }
  }
  return new Map(
    spans.map((refs, trace) => {
      const traceId = formatHex(traces.view(trace));
      return [traceId, summarize(traceId, refs)];
    }),
  );
}

function summarize(traceId: string, refs: SpanRef[]): TraceSummary {
  refs.sort((a, b) => compareStarts(a, b));
  const [first] = refs;
  const last = refs.reduce((latest, ref) => (compareEnds(latest, ref) < 0 ? ref : latest));
  const root = refs.find(isRoot);
  const { batch, index, service } = root ?? first;
  const shares = new Map<string, { name: string; spanCount: number; errorCount: number }>();
  for (const ref of refs) {
    const share = shares.get(ref.service) ?? { name: ref.service, spanCount: 0, errorCount: 0 };
    shares.set(ref.service, share);
    share.spanCount++;
    if (isError(ref)) share.errorCount++;
  }
  const services = [...shares.values()].sort((a, b) => b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1));
  const start = nanosToBigInt(first.batch.startLow[first.index], first.batch.startHigh[first.index]);
  const end = nanosToBigInt(last.batch.endLow[last.index], last.batch.endHigh[last.index]);
  return {
    traceId,
    rootService: service,
    rootOperation: decodeText(batch.bytes, batch.nameOffset[index], batch.nameOffset[index] + batch.nameLength[index]),
    rootComplete: root !== undefined,
    startUnixNano: start,
    durationNanos: end > start ? end - start : 0n,
    spanCount: refs.length,
    errorCount: services.reduce((sum, { errorCount }) => sum + errorCount, 0),
    services,
    preview: preview(refs, first, Number(end > start ? end - start : 1n), services),
  };
}

function preview(
  refs: readonly SpanRef[],
  first: SpanRef,
  total: number,
  services: readonly ServiceShare[],
): PreviewBar[] {
  const longest = [...refs].sort((a, b) => durationOf(b) - durationOf(a)).slice(0, PREVIEW_BARS);
  const parents = refs.length > 1 ? parentFinder(refs) : () => undefined;
  const serviceIndex = new Map(services.map(({ name }, i) => [name, i]));
  return longest.sort(compareStarts).map((ref) => {
    let depth = 0;
    for (let at = parents(ref); at !== undefined && depth < MAX_DEPTH; at = parents(at)) depth++;
    const offset = nanosBetween(
      ...([ref.batch.startLow[ref.index], ref.batch.startHigh[ref.index]] as const),
      ...([first.batch.startLow[first.index], first.batch.startHigh[first.index]] as const),
    );
    const share = (nanos: number) => Math.min(1, Math.max(0, nanos / total));
    return {
      service: serviceIndex.get(ref.service) ?? 0,
      offset: share(offset),
      width: share(durationOf(ref)),
      depth,
      error: isError(ref),
    };
  });
}

function parentFinder(refs: readonly SpanRef[]): (ref: SpanRef) => SpanRef | undefined {
  const ids = new ByteInterner(0x7f4a7c15, refs.length, refs.length * 8);
  const byId: SpanRef[] = [];
  for (const ref of refs) byId[ids.intern(ref.batch.bytes, ref.batch.spanId[ref.index], 8)] ??= ref;
  return ({ batch, index }) => {
    const parent = batch.parentSpanId[index];
    return parent === NONE ? undefined : byId[ids.find(batch.bytes, parent, 8)];
  };
}

function isRoot({ batch, index }: SpanRef): boolean {
  const parent = batch.parentSpanId[index];
  return parent === NONE || batch.bytes.subarray(parent, parent + 8).every((byte) => byte === 0);
}

function isError({ batch, index }: SpanRef): boolean {
  return batch.statusCode[index] === STATUS_ERROR;
}

function durationOf({ batch: b, index: i }: SpanRef): number {
  return Math.max(0, nanosBetween(b.endLow[i], b.endHigh[i], b.startLow[i], b.startHigh[i]));
}

function compareStarts(a: SpanRef, b: SpanRef): number {
  return compareNanos(
    a.batch.startLow[a.index],
    a.batch.startHigh[a.index],
    b.batch.startLow[b.index],
    b.batch.startHigh[b.index],
  );
}

function compareEnds(a: SpanRef, b: SpanRef): number {
  return compareNanos(
    a.batch.endLow[a.index],
    a.batch.endHigh[a.index],
    b.batch.endLow[b.index],
    b.batch.endHigh[b.index],
  );
}
