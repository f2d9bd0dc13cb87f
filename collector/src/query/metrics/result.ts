/** What a PromQL query answers: its value, and what the person should know about it. */
import type { Labels } from "../../model/labels.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";

export type QueryValue =
  | { readonly type: "scalar"; readonly timestampMillis: number; readonly value: number }
  | { readonly type: "string"; readonly timestampMillis: number; readonly value: string }
  | { readonly type: "vector"; readonly samples: readonly VectorSample[] }
  | { readonly type: "matrix"; readonly series: readonly MatrixSeries[] };

/** One of an instant vector, all of one time. */
export interface VectorSample {
  readonly labels: Labels;
  readonly timestampMillis: number;
  /** Without meaning where there is a histogram. */
  readonly value: number;
  readonly histogram?: NativeHistogram;
}

/** Sorted by labels in a matrix. */
export interface MatrixSeries {
  readonly labels: Labels;
  /** Unix milliseconds, ascending; only those with a sample. */
  readonly timestamps: Float64Array;
  /** As long; without meaning where there is a histogram. */
  readonly values: Float64Array;
  /** As long, where any sample is a histogram. */
  readonly histograms?: readonly (NativeHistogram | undefined)[];
}

export interface QueryResult {
  readonly value: QueryValue;
  /** "PromQL warning: … (line:column)", each once. */
  readonly warnings: readonly string[];
  /** "PromQL info: … (line:column)", each once. */
  readonly infos: readonly string[];
}
