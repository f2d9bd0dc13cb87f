/**
 * The samples that a range function sees at one step, as bounds into a series' arrays that move on from step to step: nothing is copied.
 * The function leaves its result in the window.
 */
import type { Labels } from "../../../model/labels.ts";
import { isSameBounds, type Histogram } from "../histogram/histogram.ts";
import { metricName } from "./labels.ts";
import { indexAfter, type FloatSamples, type HistogramSamples, type Samples } from "./samples.ts";

export class Window {
  readonly labels: Labels;
  readonly floats: FloatSamples;
  readonly histograms: HistogramSamples;
  /** Samples low to high - 1 are in the window. */
  low = 0;
  high = 0;
  lowHistogram = 0;
  highHistogram = 0;
  /** Unix milliseconds: the range's ends, the first excluded. */
  start = 0;
  end = 0;
  /** The step's own time and number. */
  time = 0;
  step = 0;
  /** The result: `histogram` where it is one. */
  value = 0;
  histogram: Histogram | undefined;
  #everFalls: boolean | undefined;
  #onlyGrows: boolean | undefined;

  constructor({ labels, floats, histograms }: Samples) {
    this.labels = labels;
    this.floats = floats;
    this.histograms = histograms;
  }

  /** To (from, to]; both never go back. @returns whether there is any sample */
  moveTo(from: number, to: number): boolean {
    const { times } = this.floats;
    this.high = advance(times, this.high, to);
    this.low = advance(times, this.low, from);
    const { times: histogramTimes } = this.histograms;
    if (histogramTimes.length > 0) {
      this.highHistogram = advance(histogramTimes, this.highHistogram, to);
      this.lowHistogram = advance(histogramTimes, this.lowHistogram, from);
    }
    return this.low < this.high || this.lowHistogram < this.highHistogram;
  }

  get floatCount(): number {
    return this.high - this.low;
  }

  get histogramCount(): number {
    return this.highHistogram - this.lowHistogram;
  }

  get isMixed(): boolean {
    return this.low < this.high && this.lowHistogram < this.highHistogram;
  }

  get metric(): string {
    return metricName(this.labels);
  }

  /** Whether a value is ever less than the one before it; found out once a series. */
  get everFalls(): boolean {
    if (this.#everFalls === undefined) {
      const { values } = this.floats;
      let falls = false;
      for (let i = 1; i < values.length; i++)
        if (values[i] < values[i - 1]) {
          falls = true;
          break;
        }
      this.#everFalls = falls;
    }
    return this.#everFalls;
  }

  /** Whether every histogram goes on from the one before it, in the same layout of bounds, and none is a gauge's. */
  get onlyGrows(): boolean {
    return (this.#onlyGrows ??= onlyGrows(this.histograms.histograms));
  }

  give(value: number): boolean {
    this.value = value;
    this.histogram = undefined;
    return true;
  }

  giveHistogram(histogram: Histogram): boolean {
    this.histogram = histogram;
    return true;
  }
}

/** How many steps are tried one by one before the rest is halved. */
const NEAR = 32;

function advance(times: Float64Array, from: number, to: number): number {
  const near = Math.min(times.length, from + NEAR);
  let i = from;
  while (i < near && times[i] <= to) i++;
  return i < near || i === times.length ? i : indexAfter(times, to, i);
}

function onlyGrows(histograms: readonly Histogram[]): boolean {
  if (histograms.length === 0 || histograms[0].hint === "gauge") return false;
  let before = histograms[0];
  for (let i = 1; i < histograms.length; i++) {
    const next = histograms[i];
    if (next.hint !== "not_reset" || next.schema !== before.schema || next.zeroThreshold !== before.zeroThreshold)
      return false;
    if (next.customValues !== before.customValues && !isSameBounds(next.customValues, before.customValues))
      return false;
    before = next;
  }
  return true;
}
