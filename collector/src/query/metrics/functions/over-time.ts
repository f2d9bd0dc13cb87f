/** Aggregations over the samples of a range: sum_over_time() and its kin. */
import { IncompatibleSchemas } from "../histogram/arithmetic.ts";
import { compensation } from "../histogram/kahan.ts";
import { HistogramSum } from "../histogram/sum-histograms.ts";
import * as messages from "../run/messages.ts";
import type { Window } from "../run/window.ts";
import { quantileOf } from "./quantile-of.ts";
import type { RangeCall, RangeFunction } from "./range-function.ts";

export const countOverTime: RangeFunction = (window) => window.give(window.floatCount + window.histogramCount);
export const presentOverTime: RangeFunction = (window) => window.give(1);

export const sumOverTime: RangeFunction = (window, call) => {
  if (window.isMixed) return warnMixed(window, call);
  if (window.floatCount === 0) return sumHistograms(window, call, false);
  const { values } = window.floats;
  let [sum, c] = [0, 0];
  for (let i = window.low; i < window.high; i++) {
    const total = sum + values[i];
    c = compensation(values[i], sum, c, total);
    sum = total;
  }
  return window.give(sum === Infinity || sum === -Infinity ? sum : sum + c);
};

export const avgOverTime: RangeFunction = (window, call) => {
  if (window.isMixed) return warnMixed(window, call);
  if (window.floatCount === 0) return sumHistograms(window, call, true);
  const { values } = window.floats;
  let [sum, c, count, isMean] = [values[window.low], 0, 1, false];
  for (let i = window.low + 1; i < window.high; i++) {
    const value = values[i];
    count++;
    if (!isMean) {
      const total = sum + value;
      if (total !== Infinity && total !== -Infinity) {
        c = compensation(value, sum, c, total);
        sum = total;
        continue;
      }
      // The sum runs over: from here on the mean itself is kept.
      isMean = true;
      sum /= count - 1;
      c /= count - 1;
    }
    const share = (count - 1) / count;
    const [scaled, part] = [sum * share, value / count];
    const total = scaled + part;
    c = compensation(part, scaled, c * share, total);
    sum = total;
  }
  return window.give(isMean ? sum + c : sum / count + c / count);
};

export const minOverTime: RangeFunction = (window, call) => extreme(window, call, (a, b) => a < b);
export const maxOverTime: RangeFunction = (window, call) => extreme(window, call, (a, b) => a > b);
export const tsOfMinOverTime: RangeFunction = (window, call) => extreme(window, call, (a, b) => a <= b, true);
export const tsOfMaxOverTime: RangeFunction = (window, call) => extreme(window, call, (a, b) => a >= b, true);

function extreme(
  window: Window,
  call: RangeCall,
  isBetter: (a: number, b: number) => boolean,
  asTime = false,
): boolean {
  if (window.floatCount === 0) return false;
  noteIgnored(window, call);
  const { times, values } = window.floats;
  let best = window.low;
  for (let i = window.low; i < window.high; i++)
    if (isBetter(values[i], values[best]) || Number.isNaN(values[best])) best = i;
  return window.give(asTime ? times[best] / 1000 : values[best]);
}

export const stdvarOverTime: RangeFunction = (window, call) => variance(window, call, false);
export const stddevOverTime: RangeFunction = (window, call) => variance(window, call, true);

function variance(window: Window, call: RangeCall, isDeviation: boolean): boolean {
  if (window.floatCount === 0) return false;
  noteIgnored(window, call);
  const { values } = window.floats;
  let [mean, cMean, squares, cSquares, count] = [0, 0, 0, 0, 0];
  for (let i = window.low; i < window.high; i++) {
    count++;
    const distance = values[i] - (mean + cMean);
    const step = distance / count;
    const nextMean = mean + step;
    cMean = compensation(step, mean, cMean, nextMean);
    mean = nextMean;
    const square = distance * (values[i] - (mean + cMean));
    const nextSquares = squares + square;
    cSquares = compensation(square, squares, cSquares, nextSquares);
    squares = nextSquares;
  }
  const result = (squares + cSquares) / count;
  return window.give(isDeviation ? Math.sqrt(result) : result);
}

export const quantileOverTime: RangeFunction = (window, call) => {
  if (window.floatCount === 0) return false;
  const q = call.scalars[0][window.step];
  if (!(q >= 0 && q <= 1)) call.run.annotations.warn(messages.invalidQuantile(q), call.firstPlace);
  noteIgnored(window, call, call.firstPlace);
  return window.give(quantileOf(q, window.floats.values, window.low, window.high));
};

export const madOverTime: RangeFunction = (window, call) => {
  if (window.floatCount === 0) return false;
  noteIgnored(window, call);
  const values = window.floats.values.slice(window.low, window.high);
  if (values.some(Number.isNaN)) return window.give(NaN);
  const median = quantileOf(0.5, values);
  return window.give(
    quantileOf(
      0.5,
      values.map((value) => Math.abs(value - median)),
    ),
  );
};

export const firstOverTime: RangeFunction = (window) => {
  const { floats, histograms, low, lowHistogram } = window;
  const isFloat =
    window.histogramCount === 0 || (window.floatCount > 0 && floats.times[low] < histograms.times[lowHistogram]);
  return isFloat ? window.give(floats.values[low]) : window.giveHistogram(histograms.histograms[lowHistogram]);
};

export const lastOverTime: RangeFunction = (window) => {
  const { floats, histograms } = window;
  const [last, lastHistogram] = [window.high - 1, window.highHistogram - 1];
  const isFloat =
    window.histogramCount === 0 || (window.floatCount > 0 && floats.times[last] > histograms.times[lastHistogram]);
  return isFloat ? window.give(floats.values[last]) : window.giveHistogram(histograms.histograms[lastHistogram]);
};

export const tsOfFirstOverTime: RangeFunction = (window) => {
  const float = window.floatCount > 0 ? window.floats.times[window.low] : Infinity;
  const histogram = window.histogramCount > 0 ? window.histograms.times[window.lowHistogram] : Infinity;
  return window.give(Math.min(float, histogram) / 1000);
};

export const tsOfLastOverTime: RangeFunction = (window) => {
  const float = window.floatCount > 0 ? window.floats.times[window.high - 1] : -Infinity;
  const histogram = window.histogramCount > 0 ? window.histograms.times[window.highHistogram - 1] : -Infinity;
  return window.give(Math.max(float, histogram) / 1000);
};

function sumHistograms(window: Window, call: RangeCall, isMean: boolean): boolean {
  const { annotations } = call.run;
  const { histograms } = window.histograms;
  const sum = new HistogramSum(histograms[window.lowHistogram]);
  try {
    for (let i = window.lowHistogram + 1; i < window.highHistogram; i++)
      if (isMean) sum.addToMean(histograms[i]);
      else sum.add(histograms[i]);
  } catch (error) {
    if (!(error instanceof IncompatibleSchemas)) throw error;
    annotations.warn(messages.mixedSchemas(window.metric), call.place);
    return false;
  }
  if (sum.resetsCollide) annotations.warn(messages.resetsCollide("aggregation"), call.place);
  if (sum.boundsReconciled) annotations.info(messages.boundsReconciled("aggregation"), call.place);
  return window.giveHistogram(isMean ? sum.mean() : sum.total());
}

function warnMixed(window: Window, call: RangeCall): boolean {
  call.run.annotations.warn(messages.mixedFloatsHistograms(window.metric), call.place);
  return false;
}

export function noteIgnored(window: Window, call: RangeCall, place = call.place): void {
  if (window.histogramCount > 0) call.run.annotations.info(messages.ignoredInMixedRange(window.metric), place);
}
