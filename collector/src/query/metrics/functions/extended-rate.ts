/**
 * rate(), increase() and delta() over ranges that are anchored (the sample before the range is its value at the beginning) or smoothed
 * (values at both ends lie on the lines between samples). Nothing is drawn out. Experimental in Prometheus.
 */
import { addHistograms, divideHistogram, IncompatibleSchemas, subtractHistograms } from "../histogram/arithmetic.ts";
import { isReset } from "../histogram/detect-reset.ts";
import { compact, hasCustomBuckets, type Histogram } from "../histogram/histogram.ts";
import { interpolateFloat, interpolateHistogram } from "../run/interpolate.ts";
import * as messages from "../run/messages.ts";
import { indexAfter } from "../run/samples.ts";
import type { Window } from "../run/window.ts";
import type { RangeCall } from "./range-function.ts";

/** The first and the last sample that matter; undefined when nothing happens within the range. */
function bounds(
  times: Float64Array,
  low: number,
  high: number,
  window: Window,
  isSmoothed: boolean,
): [number, number] | undefined {
  let last = high - 1;
  const after = Math.min(last, indexAfter(times, window.start, low));
  const first = Math.max(low, after - 1);
  if (isSmoothed) last = Math.min(last, firstAtOrAfter(times, window.end, low));
  if (times[last] <= window.start || (isSmoothed && times[first] > window.end)) return undefined;
  return [first, last];
}

function firstAtOrAfter(times: Float64Array, time: number, from: number): number {
  let i = indexAfter(times, time, from);
  while (i > from && times[i - 1] === time) i--;
  return i;
}

export function extendedRate(window: Window, call: RangeCall, isCounter: boolean, isRate: boolean): boolean {
  const isSmoothed = call.extension === "smoothed";
  if (window.histogramCount > 0) return extendedHistogramRate(window, call, isCounter, isRate, isSmoothed);
  const { times, values } = window.floats;
  const found = bounds(times, window.low, window.high, window, isSmoothed);
  if (!found) return false;
  let [first, last] = found;
  const left =
    isSmoothed && times[first] < window.start
      ? interpolateFloat(window.floats, first, window.start, isCounter)
      : values[first];
  const right =
    isSmoothed && last > window.low && times[last] > window.end
      ? interpolateFloat(window.floats, last - 1, window.end, isCounter)
      : values[last];
  let rise = right - left;
  if (isCounter) {
    // Resets at the ends are seen to by the values there.
    if (times[first] <= window.start) first++;
    if (times[last] >= window.end) last--;
    let before = left;
    for (let i = first; i <= last; i++) {
      if (values[i] < before) rise += before;
      before = values[i];
    }
    if (right < before) rise += before;
  }
  return window.give(isRate ? rise / (call.range / 1000) : rise);
}

function extendedHistogramRate(
  window: Window,
  call: RangeCall,
  isCounter: boolean,
  isRate: boolean,
  isSmoothed: boolean,
): boolean {
  const { annotations } = call.run;
  const { times, histograms } = window.histograms;
  const found = bounds(times, window.lowHistogram, window.highHistogram, window, isSmoothed);
  if (!found) return false;
  const [first, last] = found;
  const { metric } = window;
  for (let i = first; i <= last; i++) {
    if (hasCustomBuckets(histograms[i]) !== hasCustomBuckets(histograms[first])) {
      annotations.warn(messages.mixedSchemas(metric), call.place);
      return false;
    }
    if (isCounter && histograms[i].hint === "gauge") annotations.warn(messages.notCounter(metric), call.place);
  }
  const told = (operation: "addition" | "subtraction") =>
    annotations.info(messages.boundsReconciled(operation), call.place);
  try {
    const left =
      isSmoothed && times[first] < window.start
        ? interpolateHistogram(window.histograms, first, window.start, isCounter, told)
        : histograms[first];
    const right =
      isSmoothed && last > window.lowHistogram && times[last] > window.end
        ? interpolateHistogram(window.histograms, last - 1, window.end, isCounter, told)
        : histograms[last];
    if (!isCounter && (left.hint !== "gauge" || right.hint !== "gauge"))
      annotations.warn(messages.notGauge(metric), call.place);
    const rise = subtractHistograms(right, left);
    if (rise.boundsReconciled) told("subtraction");
    let result = rise.histogram;
    for (const lost of isCounter ? lostAtResets(window, first, last, left, right, isSmoothed) : []) {
      const sum = addHistograms(result, lost);
      if (sum.boundsReconciled) told("addition");
      result = sum.histogram;
    }
    if (isRate) result = divideHistogram(result, call.range / 1000);
    return window.giveHistogram(compact({ ...result, hint: "gauge" }));
  } catch (error) {
    if (!(error instanceof IncompatibleSchemas)) throw error;
    annotations.warn(messages.mixedSchemas(metric), call.place);
    return false;
  }
}

function lostAtResets(
  window: Window,
  first: number,
  last: number,
  left: Histogram,
  right: Histogram,
  isSmoothed: boolean,
): Histogram[] {
  const { times, histograms } = window.histograms;
  let from = first + 1;
  let before = left;
  if (isSmoothed && times[first] < window.start && isReset(histograms[first], histograms[first + 1])) {
    // The value at the beginning was taken from after this reset.
    before = histograms[first + 1];
    from++;
  }
  if (from > last) return [];
  const lost: Histogram[] = [];
  for (let i = from; i < last; i++) {
    if (isReset(before, histograms[i])) lost.push(before);
    before = histograms[i];
  }
  if (isReset(before, right)) lost.push(before);
  return lost;
}
