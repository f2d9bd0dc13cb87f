/**
 * rate(), increase(), delta(): how much a series rises over a range, drawn out to the range's ends where samples come close to them.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
import { addHistograms, IncompatibleSchemas, scaleHistogram } from "../histogram/arithmetic.ts";
import type { Histogram } from "../histogram/histogram.ts";
import * as messages from "../run/messages.ts";
import type { Window } from "../run/window.ts";
import { extrapolation } from "./extrapolation.ts";
import { extendedRate } from "./extended-rate.ts";
import { histogramIncrease } from "./histogram-increase.ts";
import type { RangeCall, RangeFunction } from "./range-function.ts";
import { isNewStart, overlaps } from "./start-timestamps.ts";

export const rate: RangeFunction = (window, call) => extrapolated(window, call, true, true);
export const increase: RangeFunction = (window, call) => extrapolated(window, call, true, false);
export const delta: RangeFunction = (window, call) => extrapolated(window, call, false, false);

function extrapolated(window: Window, call: RangeCall, isCounter: boolean, isRate: boolean): boolean {
  if (window.histogramCount > 0) {
    if (window.floatCount > 0) {
      call.run.annotations.warn(messages.mixedFloatsHistograms(window.metric), call.place);
      return false;
    }
    if (call.extension) return extendedRate(window, call, isCounter, isRate);
    return extrapolatedHistogram(window, call, isCounter, isRate);
  }
  if (call.extension) return extendedRate(window, call, isCounter, isRate);
  const { times, values } = window.floats;
  const starts = isCounter && call.run.options.usesStartTimestamps ? window.floats.starts : undefined;
  const { low, high } = window;
  const last = high - 1;
  let rise = values[last] - values[low];
  if (isCounter && (starts || window.everFalls)) rise += lostAtResets(window, call, starts);
  const seconds = isRate ? call.range / 1000 : 1;
  const begun = starts ? starts[low] : 0;
  if (begun !== 0 && begun > window.start && begun < times[low]) {
    // It was 0 when it began, inside the range.
    const factor = factorOf(window, begun, times[low], times[last], last - low, 0, seconds);
    return window.give((rise + values[low]) * factor);
  }
  if (low === last) return false;
  const sampled = times[last] - times[low];
  const toZero = isCounter && rise > 0 && values[low] >= 0 ? sampled * (values[low] / rise) : Infinity;
  const factor = factorOf(window, times[low], times[low], times[last], last - low, toZero, seconds);
  return window.give(rise * factor);
}

/** What the counter had reached each time it began anew. */
function lostAtResets(
  { floats: { times, values }, low, high, metric }: Window,
  call: RangeCall,
  starts?: Float64Array,
): number {
  let lost = 0;
  let isOverlapTold = false;
  for (let i = low + 1; i < high; i++) {
    if (starts && !isOverlapTold && overlaps(starts[i - 1], times[i - 1], starts[i])) {
      call.run.annotations.warnCounted(messages.startTimeOverlap(metric), call.place);
      isOverlapTold = true;
    }
    if (values[i] < values[i - 1] || (starts && isNewStart(starts[i - 1], times[i - 1], starts[i], times[i])))
      lost += values[i - 1];
  }
  return lost;
}

/** @param from where the sampled interval begins: the first sample, or, before it, when the counter began */
function factorOf(
  { start, end }: Window,
  from: number,
  first: number,
  last: number,
  intervals: number,
  toZero: number,
  seconds: number,
): number {
  const average = intervals > 0 ? (last - first) / intervals : 0;
  const sampled = last - from;
  return extrapolation(start, end, first, last, sampled, average, from === first ? toZero : 0) / seconds;
}

function extrapolatedHistogram(window: Window, call: RangeCall, isCounter: boolean, isRate: boolean): boolean {
  const { annotations } = call.run;
  const { times, histograms } = window.histograms;
  const starts = isCounter && call.run.options.usesStartTimestamps ? window.histograms.starts : undefined;
  const low = window.lowHistogram;
  const last = window.highHistogram - 1;
  let rise: Histogram | undefined;
  if (low < last) {
    rise = histogramIncrease(window, call, isCounter, starts);
    if (!rise) return false;
  }
  const seconds = isRate ? call.range / 1000 : 1;
  const begun = starts ? starts[low] : 0;
  if (begun !== 0 && begun > window.start && begun < times[low]) {
    try {
      const sum = rise && addHistograms(rise, histograms[low]);
      if (sum?.boundsReconciled) annotations.info(messages.boundsReconciled("addition"), call.place);
      rise = sum ? sum.histogram : histograms[low];
    } catch (error) {
      if (!(error instanceof IncompatibleSchemas)) throw error;
      annotations.warn(messages.mixedSchemas(window.metric), call.place);
      return false;
    }
    const factor = factorOf(window, begun, times[low], times[last], last - low, 0, seconds);
    return window.giveHistogram(scaleHistogram(rise, factor));
  }
  if (!rise) return false;
  const sampled = times[last] - times[low];
  const { count } = histograms[low];
  const toZero = isCounter && rise.count > 0 && count >= 0 ? sampled * (count / rise.count) : Infinity;
  const factor = factorOf(window, times[low], times[low], times[last], last - low, toZero, seconds);
  return window.giveHistogram(scaleHistogram(rise, factor));
}
