/**
 * The interface everyone depends on: what a store of spans, logs and metrics promises, whatever engine serves it (embedded blocks in
 * SQLite, memory for tests, ClickHouse later). It speaks of batches, traces and filters; never of blocks, rows or handles.
 */
import type { WorkLimits } from "../base/work-scope.ts";
import type { Labels } from "../model/labels.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { LogCondition } from "../model/log-condition.ts";
import type { LogPiece } from "../model/log-piece.ts";
import type { MetricBatch } from "../model/metric-batch.ts";
import type { Exemplar, MetricMetadata } from "../model/metric-facts.ts";
import type { NativeHistogram } from "../model/native-histogram.ts";
import type { Signal } from "../model/signal.ts";
import type { SpanBatch } from "../model/span-batch.ts";

export type { Exemplar, MetricMetadata } from "../model/metric-facts.ts";
export type { MetricType } from "../model/metric-type.ts";

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

/** Series and their samples. Selections are unions: a series belongs to it when all matchers of one of the lists meet it. */
export interface MetricReader {
  /** Series with their samples in the range; a series without any is left out. In no order. */
  selectSeries(matchers: readonly LabelMatcher[], range: MillisRange, signal?: AbortSignal): Promise<Series[]>;
  /** Labels of series that have samples in the range, at most `limit`. */
  findSeries(request: SeriesRequest, signal?: AbortSignal): Promise<Labels[]>;
  /** Sorted; no selection = of all series. */
  labelNames(request: SeriesRequest, signal?: AbortSignal): Promise<string[]>;
  labelValues(name: string, request: SeriesRequest, signal?: AbortSignal): Promise<string[]>;
  /** What senders said about metrics, by metric (family) name; of one name when given. */
  metricMetadata(request: { readonly metric?: string; readonly limit: number }): Promise<MetricMetadata[]>;
  /** Exemplars of series that meet the selection, in order of time. */
  selectExemplars(request: SeriesRequest, signal?: AbortSignal): Promise<ExemplarSeries[]>;
  /** What takes most series, for the page that names the offending label. */
  reportCardinality(limit: number, signal?: AbortSignal): Promise<CardinalityReport>;
}

/** "=" and "!=" compare, "=~" and "!~" are anchored RE2 expressions. An absent label is "". */
export interface LabelMatcher {
  readonly name: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** Unix milliseconds, both ends inclusive. */
export interface MillisRange {
  readonly start: number;
  readonly end: number;
}

export interface SeriesRequest {
  readonly selections: readonly (readonly LabelMatcher[])[];
  readonly range: MillisRange;
  /** 0 = no limit. */
  readonly limit: number;
}

export interface Series {
  readonly labels: Labels;
  /** Unix milliseconds, strictly ascending. */
  readonly timestamps: Float64Array;
  /** As long; without meaning where there is a histogram, NaN where the sample is stale. */
  readonly values: Float64Array;
  /** 1 where the sample is a staleness marker; absent when none is. JavaScript doesn't promise to keep the payload of a NaN. */
  readonly stale?: Uint8Array;
  /** As long, where any sample is a histogram. */
  readonly histograms?: readonly (NativeHistogram | undefined)[];
  /** When the counter began, unix milliseconds, 0 where unknown; absent when never known. */
  readonly startTimestamps?: Float64Array;
}

export interface ExemplarSeries {
  readonly labels: Labels;
  readonly exemplars: readonly Exemplar[];
}

/** Of the series that are in use (had a sample lately). */
export interface CardinalityReport {
  readonly series: number;
  readonly metrics: readonly CountedName[];
  /** Label names by the number of their distinct values. */
  readonly labelNames: readonly CountedName[];
  /** label=value pairs by the number of their series. */
  readonly labelPairs: readonly CountedName[];
  /** Series turned away by a limit, by the sender (job) they came from. */
  readonly refused: readonly CountedName[];
}

export interface CountedName {
  readonly name: string;
  readonly count: number;
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

export interface StorageRequest {
  /** Services and attribute keys at most, those that take most bytes first. */
  readonly limit: number;
}

export interface StorageReport {
  readonly signals: readonly SignalUsage[];
  readonly services: readonly NamedUsage[];
  readonly attributeKeys: readonly NamedUsage[];
  /** Beyond `limit`. */
  readonly otherServices: number;
  readonly otherAttributeKeys: number;
  readonly disk: DiskUsage;
  readonly budgets: StoreBudgets;
  /** Records not in a sealed block yet, and their bytes in memory; series of metrics in use. */
  readonly open: { readonly records: number; readonly bytes: number; readonly series: number };
}

export interface Usage {
  readonly records: number;
  /** As OTLP protobuf, as sent. 0 where it was not counted. */
  readonly rawBytes: number;
  /** In sealed blocks. */
  readonly storedBytes: number;
  /** When the oldest and the newest of it came; milliseconds since 1970. */
  readonly firstArrivalMillis: number;
  readonly lastArrivalMillis: number;
}

export interface SignalUsage extends Usage {
  readonly signal: Signal;
  /** Times of the data itself; undefined when there is none. */
  readonly data: TimeRange | undefined;
  readonly blocks: number;
}

export interface NamedUsage extends Usage {
  /** "" = all beyond the names that are counted one by one. */
  readonly name: string;
  /** The services of metrics are their jobs. */
  readonly signal: Signal;
  /** Of a service's data. */
  readonly data?: TimeRange;
}

/** Bytes of files. */
export interface DiskUsage {
  readonly partitions: number;
  readonly partitionBytes: number;
  readonly journalBytes: number;
  /** Small documents. */
  readonly documentBytes: number;
  readonly pinnedBytes: number;
  readonly pinnedTraces: number;
  /** Files set aside because they could not be read; not part of the budget. */
  readonly quarantineBytes: number;
}

/** 0 = no limit. */
export interface StoreBudgets {
  readonly retentionMillis: number;
  readonly maxDiskBytes: number;
  readonly maxMemoryBytes: number;
  readonly maxPinnedBytes: number;
}

/** Unix nanoseconds, both ends inclusive. */
export interface TimeRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** All conditions hold for one and the same span. */
export interface SpanFilter {
  /** Of the span's start. */
  readonly range: TimeRange;
  readonly service?: string;
  /** Span name, exactly. */
  readonly operation?: string;
  /** OTLP SpanKind. */
  readonly kind?: number;
  readonly minDurationNanos?: bigint;
  readonly maxDurationNanos?: bigint;
  /** Only spans with status ERROR. */
  readonly errorsOnly?: boolean;
  /** Each must be met by an attribute of the span, its events, links, scope or resource; values compare as strings. */
  readonly attributes?: readonly AttributeCondition[];
}

export interface AttributeCondition {
  /** Old semantic-convention names and their new ones are the same key. */
  readonly key: string;
  readonly value: string;
}

/** How far a search is. */
export interface SearchProgress<T> {
  /** The next results, in order; told of once. */
  readonly settled: readonly T[];
  /** Of the work, 0 to 1. */
  readonly share: number;
}

/** A trace that was found: its id (16 bytes) and the start of its newest matching span. */
export interface TraceMatch {
  readonly traceId: Uint8Array;
  readonly startUnixNano: bigint;
}

export interface LogScan {
  /** Of the record's time, or of its observed time where it has none. */
  readonly range: TimeRange;
  readonly condition: LogCondition;
  readonly order: "newest" | "oldest";
}

/** How far a scan is. */
export interface ScanStep {
  /** Of the work, 0 to 1. */
  readonly share: number;
  /** No record of a later piece is newer (order "newest") or older ("oldest") than this; unix nanoseconds. */
  readonly edge: bigint;
}

export interface LogSearch extends LogScan {
  readonly limit: number;
  /** Go on behind this one. */
  readonly after?: LogCursor;
}

/** A place in a search's results: `skip` hits of exactly that time, in the store's fixed order among equals, were already given. */
export interface LogCursor {
  readonly timeUnixNano: bigint;
  readonly skip: number;
}

export interface SummaryOptions {
  readonly buckets: number;
  readonly service?: string;
}

/** One operation = service, span name and kind. */
export interface OperationSummary {
  readonly service: string;
  readonly operation: string;
  readonly kind: number;
  readonly count: number;
  readonly errorCount: number;
  /** Latency histogram over the range; see model/latency-histogram.ts for the bounds. */
  readonly latency: Uint32Array;
  /** Per time bucket. */
  readonly counts: Float64Array;
  readonly errorCounts: Float64Array;
  readonly latencies: readonly Uint32Array[];
}

export interface AttributeSuggestionRequest {
  readonly signal: "traces" | "logs";
  /** Absent = suggest keys. */
  readonly key?: string;
  readonly prefix?: string;
  readonly limit: number;
}

export interface AttributeSuggestion {
  readonly text: string;
  /** In how many records of the data looked at. */
  readonly count: number;
}

export interface DependencySummary {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
  readonly errorCount: number;
}

export interface ServiceInfo {
  readonly name: string;
  /** service.version values, most recently seen first. */
  readonly versions: readonly string[];
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
