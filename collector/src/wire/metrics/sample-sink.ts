/**
 * Where the readers of metric requests hand samples to: a head of a store. Series are known by numbers, so that a series met before costs
 * no label; what a sample means beside its value stands in flags.
 */
import type { Labels } from "../../model/labels.ts";
import type { Exemplar, MetricMetadata } from "../../model/metric-facts.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";

/** A staleness marker: the value is without meaning. */
export const STALE = 1;
/** What was added since the sample before it; the sink sums up. */
export const DELTA = 2;
/** Only grows between resets: where the start is later than the sample before it, it was 0 at the start. */
export const COUNTER = 4;

/** What became of a sample. A second one of the same time and value is taken, silently. */
export const VERDICT = { taken: 0, outOfOrder: 1, duplicate: 2, overlap: 3, refused: 4 } as const;
export type Verdict = (typeof VERDICT)[keyof typeof VERDICT];

/** Series' number of one that a limit turned away. */
export const REFUSED = 0xffffffff;

/** Times are unix milliseconds, whole; a start of 0 is unknown. */
export interface SampleSink {
  /** The number of a series, valid until the sink makes the reader forget; REFUSED beyond a limit. */
  seriesOf(labels: Labels): number;
  sample(series: number, timestamp: number, value: number, start: number, flags: number): Verdict;
  histogram(series: number, timestamp: number, histogram: NativeHistogram, start: number, flags: number): Verdict;
  exemplar(series: number, exemplar: Exemplar): void;
  metadata(metadata: MetricMetadata): void;
  labelsOf(series: number): Labels;
}
