/**
 * What readers ask the ingest thread before they read sealed blocks, unless its bulletin tells it: the open block's matches, and the
 * catalogue's state at that very moment. A seal is synchronous on the ingest thread, so a block is either still open here or already in
 * the catalogue.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { SpanIdentities } from "../../model/span-identity.ts";
import { compareNanos, nanosToBigInt } from "../../base/nanos.ts";
import type {
  AttributeSuggestion,
  AttributeSuggestionRequest,
  LogScan,
  SpanFilter,
  StorageReport,
  TraceMatch,
} from "../store.ts";
import { logBatchOf, spanBatchOf, type Detail } from "./block/batch-of-records.ts";
import { matchSpans } from "./block/match-spans.ts";
import type { OpenLogBlock } from "./block/open-log-block.ts";
import type { OpenSpanBlock } from "./block/open-span-block.ts";
import type { LogColumns, SpanColumns } from "./block/record-columns.ts";
import { logFacts } from "./block/seal-logs.ts";
import type { SpanPart } from "./block/sealed-span-block.ts";
import { spanFacts } from "./block/seal-spans.ts";
import type { BlockFacts } from "./block/seal-records.ts";
import type { MetricHead, MetricHeadAnswer, MetricHeadRequest } from "./metrics/metric-head.ts";
import { FirstLogs, OPEN_BLOCK } from "./logs/first-logs.ts";
import type { TailAnswer, TailRequest } from "./logs/log-tails.ts";
import { matchLogs } from "./logs/match-logs.ts";
import { suggestFrom } from "./suggest.ts";

/** Plain data: it crosses threads. */
export type HeadRequest =
  | { readonly kind: "spans"; readonly traceIds: readonly Uint8Array[]; readonly detail: Detail }
  | { readonly kind: "logs"; readonly traceId: Uint8Array }
  | { readonly kind: "findTraces"; readonly filter: SpanFilter; readonly limit: number }
  | { readonly kind: "scanLogs"; readonly scan: LogScan; readonly jsonBodies: boolean }
  /** Of those that meet it, the `limit` first ones in its order. */
  | { readonly kind: "findLogs"; readonly scan: LogScan; readonly limit: number; readonly jsonBodies: boolean }
  | { readonly kind: "findSpans"; readonly filter: SpanFilter; readonly limit: number }
  | { readonly kind: "tailLogs"; readonly request: TailRequest }
  | { readonly kind: "suggest"; readonly request: AttributeSuggestionRequest }
  | { readonly kind: "facts"; readonly signal: "traces" | "logs" }
  | { readonly kind: "metrics"; readonly request: MetricHeadRequest }
  | { readonly kind: "storage" };

/** Of one moment. */
export interface CatalogueState {
  /** Sealed blocks up to this id are to be read beside this answer. */
  readonly lastBlockId: number;
  /** Paths of the partition files, oldest first. */
  readonly partitions: readonly string[];
  /** The same as long as they are. */
  readonly partitionsVersion: number;
}

/** The open block has nothing of what was asked for where its part is left out. */
export interface HeadAnswer extends CatalogueState {
  readonly spans?: SpanBatch;
  readonly logs?: LogBatch;
  readonly tail?: TailAnswer;
  readonly traces?: TraceMatch[];
  readonly suggestions?: AttributeSuggestion[];
  readonly facts?: BlockFacts;
  readonly metrics?: MetricHeadAnswer;
  readonly storage?: Pick<StorageReport, "disk" | "budgets" | "open">;
}

/** Asks the thread that holds the open blocks. */
export type AskHead = (request: HeadRequest) => Promise<HeadAnswer>;

export function answerFromHead(
  request: HeadRequest,
  spans: OpenSpanBlock,
  logs: OpenLogBlock,
  metrics: MetricHead,
): Omit<HeadAnswer, keyof CatalogueState> {
  switch (request.kind) {
    case "spans":
      return {
        spans: spanBatchOf(spans, spansOfTraces(spans, request.traceIds), request.detail),
      };
    case "logs":
      return { logs: logBatchOf(logs, logsOfTrace(logs, request.traceId)) };
    case "findTraces":
      return { traces: newestTraces(spans, matchSpans(spans, request.filter), request.limit) };
    case "scanLogs":
      return { logs: logBatchOf(logs, matchLogs(logs, request.scan, request.jsonBodies)) };
    case "findLogs": {
      const { scan, limit, jsonBodies } = request;
      const hits = new FirstLogs(scan.order, limit);
      hits.add(logs, matchLogs(logs, scan, jsonBodies), OPEN_BLOCK, undefined);
      // In order of arrival, which is theirs among equal times.
      const records = Uint32Array.from(hits.all, ({ record }) => record).sort();
      return { logs: logBatchOf(logs, records) };
    }
    case "findSpans":
      return { spans: spanBatchOf(spans, matchSpans(spans, request.filter).slice(0, request.limit), "skeleton") };
    case "suggest":
      return { suggestions: suggestFrom([request.request.signal === "traces" ? spans : logs], request.request) };
    case "facts":
      if (request.signal === "traces") return { facts: spans.count > 0 ? spanFacts(spans) : undefined };
      return { facts: logs.count > 0 ? logFacts(logs) : undefined };
    case "metrics":
      return { metrics: metrics.answer(request.request) };
    case "tailLogs":
    case "storage":
      // The writer adds what it knows.
      return {};
  }
}

/** Records of some traces, each span once. */
function spansOfTraces(columns: SpanColumns, traceIds: readonly Uint8Array[]): number[] {
  const wanted = new Set(traceIds.map((id) => indexOfTrace(columns, id)).filter((trace) => trace >= 0));
  const records: number[] = [];
  if (wanted.size === 0) return records;
  const seen = new SpanIdentities();
  const { count, trace } = columns;
  for (let i = 0; i < count; i++) if (wanted.has(trace[i]) && isFirstOfItsIdentity(columns, i, seen)) records.push(i);
  seen.close();
  return records;
}

/** The same of a part of a sealed block, which has a trace's spans in one run. @param traces the part's own numbers */
export function spansOfPart(part: SpanPart, traces: readonly number[], seen: SpanIdentities): number[] {
  // Read once: most are looked up.
  const { count, traceStarts, traceIds, spanIds, operations, operation, startLow, startHigh } = part;
  const records: number[] = [];
  for (const t of traces) {
    const end = t + 1 < traceStarts.length ? traceStarts[t + 1] : count;
    for (let i = traceStarts[t]; i < end; i++) {
      const { kind } = operations[operation[i]];
      if (seen.add(traceIds, t * 16, spanIds, i * 8, kind, startLow[i], startHigh[i])) records.push(i);
    }
  }
  return records;
}

/** Adds the span to `seen`; false when one with its identity is there already. */
export function isFirstOfItsIdentity(columns: SpanColumns, i: number, seen: SpanIdentities): boolean {
  const kind = columns.operations[columns.operation[i]].kind;
  return seen.add(
    columns.traceIds,
    columns.trace[i] * 16,
    columns.spanIds,
    i * 8,
    kind,
    columns.startLow[i],
    columns.startHigh[i],
  );
}

export function logsOfTrace(columns: LogColumns, traceId: Uint8Array): number[] {
  const wanted = indexOfTrace(columns, traceId);
  const records: number[] = [];
  if (wanted < 0) return records;
  for (let i = 0; i < columns.count; i++) if (columns.trace[i] === wanted) records.push(i);
  return records;
}

/** The block's number for a trace, or -1. */
function indexOfTrace(columns: SpanColumns | LogColumns, traceId: Uint8Array): number {
  const { traceIds, traceCount } = columns;
  next: for (let t = 0; t < traceCount; t++) {
    for (let k = 0; k < 16; k++) if (traceIds[t * 16 + k] !== traceId[k]) continue next;
    return t;
  }
  return -1;
}

/** Distinct traces of the records, newest matching span first. */
export function newestTraces(columns: SpanColumns, records: readonly number[], limit: number): TraceMatch[] {
  // Before any column is asked for: asking is what decodes it.
  if (records.length === 0) return [];
  const newest = new Map<number, number>();
  const { trace, startLow, startHigh } = columns;
  for (const i of records) {
    const known = newest.get(trace[i]);
    if (known === undefined || compareNanos(startLow[known], startHigh[known], startLow[i], startHigh[i]) < 0)
      newest.set(trace[i], i);
  }
  const chosen = [...newest.values()]
    .sort((a, b) => compareNanos(startLow[b], startHigh[b], startLow[a], startHigh[a]))
    .slice(0, limit);
  return chosen.map((i) => ({
    traceId: columns.traceIds.slice(trace[i] * 16, trace[i] * 16 + 16),
    startUnixNano: nanosToBigInt(startLow[i], startHigh[i]),
  }));
}
