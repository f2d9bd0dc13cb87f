/**
 * A histogram as one sample, in Prometheus' form: counts as doubles, absolute (no deltas), sparse by spans.
 * https://prometheus.io/docs/specs/native_histograms/
 */

export interface NativeHistogram {
  /** -4 to 8: bucket i covers (base^(i-1), base^i] with base = 2^(2^-schema); -53: the bounds are in `customValues`. */
  readonly schema: number;
  /** Values of absolute value up to this one are counted in the zero bucket. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly BucketSpan[];
  /** As many as the spans are long together. */
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly BucketSpan[];
  readonly negativeBuckets: readonly number[];
  /** Upper bounds, inclusive, ascending, without +Inf; for schema -53 only. */
  readonly customValues?: readonly number[];
  readonly counterResetHint: CounterResetHint;
}

export interface BucketSpan {
  /** Gap to the span before; of the first span the index of its first bucket. May be negative there. */
  readonly offset: number;
  readonly length: number;
}

export type CounterResetHint = "unknown" | "reset" | "not_reset" | "gauge";

export const CUSTOM_BUCKETS_SCHEMA = -53;
