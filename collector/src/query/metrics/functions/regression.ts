/** deriv() and predict_linear() by least squares, and double exponential smoothing. */
import { QueryError } from "../../../base/errors.ts";
import { compensation } from "../histogram/kahan.ts";
import type { Window } from "../run/window.ts";
import { noteIgnored } from "./over-time.ts";
import type { RangeCall, RangeFunction } from "./range-function.ts";

export const deriv: RangeFunction = (window, call) => {
  if (!hasTwo(window, call)) return false;
  return window.give(fitLine(window, window.floats.times[window.low]).slope);
};

export const predictLinear: RangeFunction = (window, call) => {
  if (!hasTwo(window, call)) return false;
  const { slope, intercept } = fitLine(window, window.time);
  return window.give(slope * call.scalars[0][window.step] + intercept);
};

export const doubleExponentialSmoothing: RangeFunction = (window, call) => {
  const [smoothing, trend] = call.scalars.map((values) => values[window.step]);
  for (const [name, factor] of [
    ["smoothing", smoothing],
    ["trend", trend],
  ] as const)
    if (!(factor > 0 && factor < 1))
      throw new QueryError(
        `invalid ${name} factor. Expected: 0 < ${name[0]}f < 1, got: ${factor.toFixed(6)}`,
        call.place,
      );
  if (!hasTwo(window, call)) return false;
  const { values } = window.floats;
  let [before, smoothed] = [0, values[window.low]];
  let slope = values[window.low + 1] - values[window.low];
  for (let i = window.low + 1; i < window.high; i++) {
    if (i > window.low + 1) slope = trend * (smoothed - before) + (1 - trend) * slope;
    const next = smoothing * values[i] + (1 - smoothing) * (smoothed + slope);
    before = smoothed;
    smoothed = next;
  }
  return window.give(smoothed);
};

function hasTwo(window: Window, call: RangeCall): boolean {
  if (window.floatCount > 0) noteIgnored(window, call);
  return window.floatCount >= 2;
}

/** Per second; the intercept is the line's value at `time`. Sums carry their rounding errors along. */
function fitLine({ floats: { times, values }, low, high }: Window, time: number): { slope: number; intercept: number } {
  let [sumX, cX, sumY, cY, sumXY, cXY, sumX2, cX2] = [0, 0, 0, 0, 0, 0, 0, 0];
  let isConstant = true;
  for (let i = low; i < high; i++) {
    const y = values[i];
    if (y !== values[low]) isConstant = false;
    const x = (times[i] - time) / 1000;
    const [nextX, nextY, nextXY, nextX2] = [sumX + x, sumY + y, sumXY + x * y, sumX2 + x * x];
    cX = compensation(x, sumX, cX, nextX);
    cY = compensation(y, sumY, cY, nextY);
    cXY = compensation(x * y, sumXY, cXY, nextXY);
    cX2 = compensation(x * x, sumX2, cX2, nextX2);
    sumX = nextX;
    sumY = nextY;
    sumXY = nextXY;
    sumX2 = nextX2;
  }
  if (isConstant) {
    const value = values[low];
    return Math.abs(value) === Infinity ? { slope: NaN, intercept: NaN } : { slope: 0, intercept: value };
  }
  const n = high - low;
  const [x, y] = [sumX + cX, sumY + cY];
  const slope = (sumXY + cXY - (x * y) / n) / (sumX2 + cX2 - (x * x) / n);
  return { slope, intercept: y / n - (slope * x) / n };
}
