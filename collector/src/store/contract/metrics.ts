/** Series and samples as they are read from a store. A part of ../store.ts. */
import type { Labels } from "../../model/labels.ts";
import type { Exemplar, MetricMetadata } from "../../model/metric-facts.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";

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
