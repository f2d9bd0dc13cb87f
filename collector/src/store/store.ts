/**
 * The interface everyone depends on: what a store of spans, logs and metrics promises, whatever engine serves it (embedded blocks in
 * SQLite, memory for tests, ClickHouse later). It speaks of batches, traces and filters; never of blocks, rows or handles.
 */
import type { WorkLimits } from "../base/work-scope.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { LogCondition } from "../model/log-condition.ts";
import type { LogPiece } from "../model/log-piece.ts";
import type { MetricBatch } from "../model/metric-batch.ts";
import type { SpanBatch } from "../model/span-batch.ts";
import type { MetricReader } from "./contract/metrics.ts";
import type {
  AttributeSuggestion,
  AttributeSuggestionRequest,
  DependencySummary,
  LogScan,
  LogSearch,
  OperationSummary,
  ScanStep,
  SearchProgress,
  ServiceInfo,
  SpanFilter,
  SummaryOptions,
  TimeRange,
  TraceMatch,
} from "./contract/searches.ts";
import type { StorageReport, StorageRequest } from "./contract/usage.ts";

export type { Exemplar, MetricMetadata } from "../model/metric-facts.ts";
export type { MetricType } from "../model/metric-type.ts";
export type * from "./contract/metrics.ts";
export type * from "./contract/searches.ts";
export type * from "./contract/usage.ts";

/** The writing side; one per data directory. */
export interface StoreWriter {
  /**
   * Resolves when the batch is durable and visible to readers. A batch whose received body is identical to one of the recent
   * past is acknowledged and not stored again ("duplicate"). Throws StoreUnavailableError when it cannot be taken now (disk
   * full, closing); then nothing of it is kept.
   */
  append(batch: SpanBatch | LogBatch): Promise<AppendOutcome>;
  /**
   * The same for metrics, series by series: a sample older than its series' newest one, or of the same time and another value, is
   * rejected; no bound holds over all series, so that backfill of any age is taken.
   */
  appendMetrics(batch: MetricBatch): Promise<MetricAppendOutcome>;
  /** Durable small state that is no telemetry: service colours, boards, pins. */
  readonly documents: DocumentStore;
  /** Flushes and closes; later appends are refused. */
  close(): Promise<void>;
}

/** The batch cannot be taken now, but may be later: disk full, closing, behind with writing. Nothing of it was kept. */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

/** Where a store reports what somebody should know. */
export interface StoreLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The store from a thread that is not the writer's: reads are made here, writes go there. */
export interface StoreAccess {
  readonly reader: StoreReader;
  readonly documents: DocumentStore;
  /** Of each query, as the storage is configured. */
  readonly limits: WorkLimits;
  appendMetrics(batch: MetricBatch): Promise<MetricAppendOutcome>;
}

/** What the storage extension offers to exporters. */
export interface StoreProvider {
  readonly writer: StoreWriter;
}

export type AppendOutcome = "stored" | "duplicate";

export interface MetricAppendOutcome {
  readonly outcome: AppendOutcome;
  /** Samples that were not taken, for ever. */
  readonly rejected: number;
  /** Names the first of them and says why; "" when all were taken. */
  readonly message: string;
}

/** The reading side. Every read sees all that was acknowledged before it began, once. All reads may be cancelled by the signal. */
export interface StoreReader {
  /** Every span of a trace, duplicates dropped: spans equal in (traceId, spanId, kind, start). Empty when the trace is unknown. */
  readTrace(traceId: Uint8Array, signal?: AbortSignal): Promise<SpanBatch[]>;
  /** Every log record linked to a trace. */
  readTraceLogs(traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]>;
  /** Spans of several traces at once, without attributes and other details unless asked for; for summaries. Unknown ids are absent. */
  readTraces(traceIds: readonly Uint8Array[], detail: "skeleton" | "full", signal?: AbortSignal): Promise<SpanBatch[]>;
  /**
   * Distinct traces with a span that meets the filter, newest matching span first, at most `limit`. `onProgress` is told of results as
   * soon as nothing to come can change them; what it throws ends the search.
   */
  findTraces(
    filter: SpanFilter,
    limit: number,
    signal?: AbortSignal,
    onProgress?: (progress: SearchProgress<TraceMatch>) => void,
  ): Promise<TraceMatch[]>;
  /**
   * Visits all records that meet the condition, piece by piece, from the edge of the range that `order` names; exact, equal lines are
   * kept. `visit` false ends it; without a piece it is told only how far the scan is.
   */
  scanLogs(
    scan: LogScan,
    visit: (piece: LogPiece | undefined, step: ScanStep) => boolean | void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Log records in order of time, at most `limit` in all; equal lines are kept. `onProgress` as in findTraces. */
  findLogs(
    search: LogSearch,
    signal?: AbortSignal,
    onProgress?: (progress: SearchProgress<LogBatch>) => void,
  ): Promise<LogBatch[]>;
  /**
   * Calls `visit` with records that arrive from now on and meet the condition, in order of arrival, until the signal aborts; resolves
   * then. When more arrive than `visit` can keep up with, the oldest are left out: `missed` is how many since the last call.
   */
  tailLogs(
    condition: LogCondition,
    visit: (batch: LogBatch, missed: number) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Counts, errors and latencies per operation from the index, in equal time buckets over the range. */
  summarizeOperations(range: TimeRange, options: SummaryOptions, signal?: AbortSignal): Promise<OperationSummary[]>;
  /** Attribute keys (or values of one key) seen lately, most frequent first, for suggestions; looks at the newest data only. */
  suggestAttributes(request: AttributeSuggestionRequest, signal?: AbortSignal): Promise<AttributeSuggestion[]>;
  /** Calls between services (parent span in one, child span in another) that began in the range. */
  summarizeDependencies(range: TimeRange, signal?: AbortSignal): Promise<DependencySummary[]>;
  /** Services seen in the range, with the versions their resources named. */
  listServices(range: TimeRange, signal?: AbortSignal): Promise<ServiceInfo[]>;
  /** From the earliest to the latest time of all that is kept of a signal; undefined when there is nothing. */
  dataRange(of: "traces" | "logs"): Promise<TimeRange | undefined>;
  /** What is kept, whose it is, and how much of the budgets is used. From sums made when blocks were sealed: no scan. */
  reportStorage(request: StorageRequest, signal?: AbortSignal): Promise<StorageReport>;
  readonly documents: Pick<DocumentStore, "get" | "list">;
  /** Traces that retention doesn't take; reads of the trace and its logs find them, nothing twice. */
  readonly pins: PinStore;
  readonly metrics: MetricReader;
  close(): Promise<void>;
}

export interface PinStore {
  /**
   * Copies all there is of a trace, spans and logs, to where retention doesn't reach; what comes later is added. Pinning again only
   * changes the reason. Undefined when the trace is unknown. Throws PinBudgetError when the copy doesn't fit.
   */
  pin(traceId: Uint8Array, reason: string, signal?: AbortSignal): Promise<PinnedTrace | undefined>;
  /** False when it wasn't pinned. */
  unpin(traceId: Uint8Array): Promise<boolean>;
  /** Newest pin first. */
  list(): Promise<PinnedTrace[]>;
}

export interface PinnedTrace {
  readonly traceId: Uint8Array;
  readonly reason: string;
  readonly pinnedAtMillis: number;
  /** False while it is being copied, and when something that came later didn't fit any more. */
  readonly isComplete: boolean;
  /** Copied so far: records that are still in an open block come when it is sealed. */
  readonly spanCount: number;
  readonly logCount: number;
  readonly bytes: number;
}

/** The budget for pinned traces is used up. */
export class PinBudgetError extends Error {
  override name = "PinBudgetError";
}

/** Small JSON documents under a collection and a key. Writes are durable when the promise resolves. */
export interface DocumentStore {
  get(collection: string, key: string): Promise<unknown>;
  list(collection: string): Promise<{ key: string; value: unknown }[]>;
  put(collection: string, key: string, value: unknown): Promise<void>;
  /** All or none of them, at the cost of one. */
  putAll(collection: string, entries: readonly { readonly key: string; readonly value: unknown }[]): Promise<void>;
  /** Puts the value unless there is one already; resolves with the one that stands. */
  add(collection: string, key: string, value: unknown): Promise<unknown>;
  delete(collection: string, key: string): Promise<void>;
  /** Puts and deletes over several collections, in their order: all or none of them, at the cost of one. */
  write(changes: readonly DocumentChange[]): Promise<void>;
}

export interface DocumentChange {
  readonly collection: string;
  readonly key: string;
  /** Undefined = the document goes. */
  readonly value: unknown;
}
