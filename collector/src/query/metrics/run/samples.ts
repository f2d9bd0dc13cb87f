/**
 * A series as it came from the store, ready for operators: floats and histograms apart, each with its times, markers of staleness told
 * apart. Labels are looked at once a series.
 */
import type { Labels } from "../../../model/labels.ts";
import type { NativeHistogram } from "../../../model/native-histogram.ts";
import type { Series } from "../../../store/store.ts";
import { isReset } from "../histogram/detect-reset.ts";
import { fromNative, type Histogram } from "../histogram/histogram.ts";

/** Samples of one kind; times ascend. */
export interface FloatSamples {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** When the counter began, 0 = unknown. */
  readonly starts?: Float64Array;
}

export interface HistogramSamples {
  readonly times: Float64Array;
  readonly histograms: readonly Histogram[];
  readonly starts?: Float64Array;
}

export interface Samples {
  readonly labels: Labels;
  readonly dropsName: boolean;
  /** Without markers of staleness. */
  readonly floats: FloatSamples;
  readonly histograms: HistogramSamples;
}

const NONE = new Float64Array(0);
const NO_HISTOGRAMS: HistogramSamples = { times: NONE, histograms: [] };

/** A series that may be asked for in both ways: at a time, with staleness, and over a range, without. */
export class StoredSeries {
  readonly series: Series;
  readonly #tracksResets: boolean;
  #tracked: StoredSeries | undefined;
  #samples: Samples | undefined;
  #histograms: (Histogram | undefined)[] | undefined;

  constructor(series: Series, tracksResets = false) {
    this.series = series;
    this.#tracksResets = tracksResets;
  }

  /** The same with hints, where senders gave none, from a comparison with the sample before. */
  get tracked(): StoredSeries {
    return (this.#tracked ??= this.series.histograms ? new StoredSeries(this.series, true) : this);
  }

  get labels(): Labels {
    return this.series.labels;
  }

  histogramAt(index: number): Histogram | undefined {
    const native = this.series.histograms?.[index];
    if (!native) return undefined;
    this.#histograms ??= new Array<Histogram | undefined>(this.series.timestamps.length).fill(undefined);
    return (this.#histograms[index] ??= this.#tracksResets ? this.#hinted(native, index) : fromNative(native));
  }

  #hinted(native: NativeHistogram, index: number): Histogram {
    const histogram = fromNative(native);
    const before = this.series.histograms?.[index - 1];
    if (histogram.hint !== "unknown" || !before) return histogram;
    return { ...histogram, hint: isReset(fromNative(before), histogram) ? "reset" : "not_reset" };
  }

  get samples(): Samples {
    return (this.#samples ??= this.#split());
  }

  #split(): Samples {
    const { labels, timestamps, values, stale, histograms, startTimestamps } = this.series;
    if (!stale && !histograms) {
      const floats = { times: timestamps, values, starts: startTimestamps };
      return { labels, dropsName: false, floats, histograms: NO_HISTOGRAMS };
    }
    const floatIndexes: number[] = [];
    const histogramIndexes: number[] = [];
    for (let i = 0; i < timestamps.length; i++) {
      if (histograms?.[i]) histogramIndexes.push(i);
      else if (!stale?.[i]) floatIndexes.push(i);
    }
    const pick = (from: Float64Array, indexes: readonly number[]) => Float64Array.from(indexes, (i) => from[i]);
    return {
      labels,
      dropsName: false,
      floats: {
        times: pick(timestamps, floatIndexes),
        values: pick(values, floatIndexes),
        ...(startTimestamps && { starts: pick(startTimestamps, floatIndexes) }),
      },
      histograms: {
        times: pick(timestamps, histogramIndexes),
        histograms: histogramIndexes.map((i) => this.histogramAt(i) as Histogram),
        ...(startTimestamps && { starts: pick(startTimestamps, histogramIndexes) }),
      },
    };
  }
}

/** The first index whose time is after `time`. */
export function indexAfter(times: Float64Array, time: number, from = 0): number {
  let [low, high] = [from, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
