/**
 * What an alerting rule asks: PromQL, or one of Goldspan's kinds, which stand in the same file in place of `expr`. Durations are
 * milliseconds, values are in base units (seconds, bytes, requests a second, shares from 0 to 1). ../../../docs/rules.md
 */
import type { LogPlan } from "../../query/logs/plan/log-plan.ts";
import type { SpanConditions } from "../../query/traces/parse-query.ts";

export type RuleSource =
  | PromqlSource
  | LogsSource
  | TracesSource
  | BaselineSource
  | SloSource
  | AbsenceSource
  | NewErrorSource;
/** Those that are evaluated by alerts/kinds. */
export type KindSource = Exclude<RuleSource, PromqlSource>;
export type KindName = KindSource["kind"];

export const KIND_NAMES = ["logs", "traces", "baseline", "slo", "absence", "new_error"] as const satisfies KindName[];

/** In the rule's `expr`. */
export interface PromqlSource {
  readonly kind: "promql";
}

/** One of both at most; neither = every value counts. */
export interface Threshold {
  readonly above?: number;
  readonly below?: number;
}

/** Log records that are counted, or what the query's own counting pipe gives. */
export interface LogsSource extends Threshold {
  readonly kind: "logs";
  readonly query: string;
  readonly plan: LogPlan;
  readonly windowMillis: number;
  /** Fields of records, as log queries name them; [] = all in one. */
  readonly by: readonly string[];
}

export const TRACE_MEASURES = [
  "count",
  "rate",
  "errors",
  "error_ratio",
  "avg",
  "max",
  "p50",
  "p75",
  "p90",
  "p95",
  "p99",
] as const;
export type TraceMeasure = (typeof TRACE_MEASURES)[number];

/** Spans that meet a search. */
export interface TracesSource extends Threshold {
  readonly kind: "traces";
  readonly query: string;
  readonly conditions: SpanConditions;
  readonly measure: TraceMeasure;
  readonly windowMillis: number;
  /** Fewer spans are no measure. */
  readonly minCount: number;
  readonly by: readonly ("service" | "operation")[];
}

export const BASELINE_SIGNALS = [
  "error_ratio",
  "latency",
  "traffic",
  "saturation",
  "memory",
  "dependency_errors",
  "calls_per_request",
] as const;
export type BaselineSignal = (typeof BASELINE_SIGNALS)[number];

/** A golden signal that is far from what is normal at this hour of the week. */
export interface BaselineSource {
  readonly kind: "baseline";
  readonly signal: BaselineSignal;
  /** Anchored RE2 expressions; "" = all. */
  readonly service: string;
  readonly operation: string;
  readonly by: "service" | "operation";
  /** Of latency. 0 to 1. */
  readonly quantile: number;
  readonly windowMillis: number;
  /** A series with fewer requests than `minCount` in the window is looked at over a longer one, up to this. */
  readonly maxWindowMillis: number;
  readonly direction: "above" | "below" | "both";
  /** So many standard deviations, as robustly estimated, from the median. */
  readonly deviations: number;
  /** Requests in the window, or usual in it when the signal is traffic. */
  readonly minCount: number;
  /** Requests a second that are usual (traffic), or there now. */
  readonly minRate: number;
  /** In the signal's unit; less is no deviation. */
  readonly minChange: number;
  /** Of the normal value: 1 = at least twice as much (or, below, at most a half of it). */
  readonly minRelativeChange: number;
  /** A value under it is never too high. */
  readonly atLeast: number;
  /** Too high for what nothing is known of yet; undefined = that is silent. */
  readonly withoutHistory?: number;
}

/** A target over a window: becomes a page and a ticket by how fast the error budget burns. */
export interface SloSource {
  readonly kind: "slo";
  readonly service: string;
  /** Span name; "" = all of the service. */
  readonly operation: string;
  /** 0 to 1, exclusive. */
  readonly objective: number;
  readonly windowMillis: number;
  /** Seconds that a good request takes at most; absent = a good request is one without an error. */
  readonly latencySeconds?: number;
  /** Bad requests in the short window; fewer are no burn. */
  readonly minBad: number;
}

export type AbsenceOf =
  | { readonly type: "service"; readonly service: string }
  | { readonly type: "series"; readonly series: string }
  | { readonly type: "logs"; readonly query: string; readonly plan: LogPlan; readonly by: readonly string[] };

/** Something that was there and stopped. */
export interface AbsenceSource {
  readonly kind: "absence";
  readonly of: AbsenceOf;
  /** So long without. */
  readonly afterMillis: number;
  /** What was last there before that is gone for good, and not missed. */
  readonly withinMillis: number;
}

/** Fingerprints of exceptions never seen before, or back after a release. */
export interface NewErrorSource {
  readonly kind: "new_error";
  /** Anchored RE2 expressions; "" = all. */
  readonly service: string;
  readonly type: string;
  readonly minCount: number;
  /** So long an error counts as new. */
  readonly windowMillis: number;
  /** A store that is younger learns, and says nothing. */
  readonly learningMillis: number;
  /** An error that was gone for so long and comes with a release is back; 0 = is not told. */
  readonly returnedAfterMillis: number;
}
