/** irate() and idelta(): from the last two samples of a range. */
import { divideHistogram, IncompatibleSchemas, subtractHistograms } from "../histogram/arithmetic.ts";
import { isReset } from "../histogram/detect-reset.ts";
import { compact, type Histogram } from "../histogram/histogram.ts";
import * as messages from "../run/messages.ts";
import type { Window } from "../run/window.ts";
import type { RangeCall, RangeFunction } from "./range-function.ts";
import { isNewStart } from "./start-timestamps.ts";

export const irate: RangeFunction = (window, call) => lastTwo(window, call, true);
export const idelta: RangeFunction = (window, call) => lastTwo(window, call, false);

interface Sample {
  readonly time: number;
  readonly start: number;
  readonly value: number;
  readonly histogram?: Histogram;
}

function lastTwo(window: Window, call: RangeCall, isRate: boolean): boolean {
  if (window.floatCount + window.histogramCount < 2) return false;
  const [before, last] = newest(window, call);
  const interval = (last.time - before.time) / 1000;
  if (interval === 0) return false;
  const isNew = isNewStart(before.start, before.time, last.start, last.time);
  const { annotations } = call.run;
  if (!before.histogram && !last.histogram) {
    const begunAnew = isRate && (last.value < before.value || isNew);
    const value = begunAnew ? last.value : last.value - before.value;
    return window.give(isRate ? value / interval : value);
  }
  if (!before.histogram || !last.histogram) {
    annotations.warn(messages.mixedFloatsHistograms(window.metric), call.place);
    return false;
  }
  const hints = [before.histogram.hint, last.histogram.hint];
  if (isRate && hints.includes("gauge")) annotations.warn(messages.notCounter(window.metric), call.place);
  if (!isRate && hints.some((hint) => hint !== "gauge")) annotations.warn(messages.notGauge(window.metric), call.place);
  let result = last.histogram;
  if (!isRate || !(isNew || isReset(before.histogram, last.histogram))) {
    try {
      const { histogram, boundsReconciled } = subtractHistograms(last.histogram, before.histogram);
      if (boundsReconciled) annotations.info(messages.boundsReconciled("subtraction"), call.place);
      result = histogram;
    } catch (error) {
      if (!(error instanceof IncompatibleSchemas)) throw error;
      annotations.warn(messages.mixedSchemas(window.metric), call.place);
      return false;
    }
  }
  result = compact({ ...result, hint: "gauge" });
  return window.giveHistogram(isRate ? divideHistogram(result, interval) : result);
}

/** The last two of both kinds, in order of time. */
function newest(window: Window, { run }: RangeCall): [Sample, Sample] {
  const { usesStartTimestamps } = run.options;
  const samples: Sample[] = [];
  const startOf = (starts: Float64Array | undefined, i: number) => (usesStartTimestamps ? (starts?.[i] ?? 0) : 0);
  const { floats, histograms } = window;
  for (let i = Math.max(window.low, window.high - 2); i < window.high; i++)
    samples.push({ time: floats.times[i], start: startOf(floats.starts, i), value: floats.values[i] });
  for (let i = Math.max(window.lowHistogram, window.highHistogram - 2); i < window.highHistogram; i++) {
    const histogram = histograms.histograms[i];
    samples.push({ time: histograms.times[i], start: startOf(histograms.starts, i), value: 0, histogram });
  }
  samples.sort((a, b) => a.time - b.time);
  return [samples[samples.length - 2], samples[samples.length - 1]];
}
