/** What is looked for among spans and logs, and what is found: filters, scans, summaries. A part of ../store.ts. */
import type { LogCondition } from "../../model/log-condition.ts";

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
