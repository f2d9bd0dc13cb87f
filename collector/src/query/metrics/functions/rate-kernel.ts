/** rate(), increase() and delta() of series of floats without start timestamps: what most queries spend their time in. */
import { FLOAT, type Column } from "../run/column.ts";
import type { FloatSamples } from "../run/samples.ts";
import { extrapolation } from "./extrapolation.ts";
import type { FloatKernel, RangeCall, WindowBounds } from "./range-function.ts";

export const rateKernel: FloatKernel = (floats, bounds, call, column) => run(floats, bounds, call, column, true, true);
export const increaseKernel: FloatKernel = (floats, bounds, call, column) =>
  run(floats, bounds, call, column, true, false);
export const deltaKernel: FloatKernel = (floats, bounds, call, column) =>
  run(floats, bounds, call, column, false, false);

function run(
  { times, values }: FloatSamples,
  { lows, highs, start, end, step }: WindowBounds,
  { range }: RangeCall,
  column: Column,
  isCounter: boolean,
  isRate: boolean,
): void {
  const count = column.values.length;
  const [out, present] = [column.values, column.present];
  const seconds = isRate ? range / 1000 : 1;
  const falls = isCounter && everFalls(values, lows[0], highs[count - 1]);
  for (let i = 0; i < count; i++) {
    const low = lows[i];
    const high = highs[i] - 1;
    if (low >= high) continue;
    let rise = values[high] - values[low];
    if (falls) rise += lostAtResets(values, low, high);
    const [first, last] = [times[low], times[high]];
    const sampled = last - first;
    const from = start + i * step;
    // Most counters are far from 0, and a division less counts here.
    const isNearZero = isCounter && values[low] >= 0 && values[low] * sampled < (first - from) * rise;
    const toZero = isNearZero ? sampled * (values[low] / rise) : Infinity;
    const average = sampled / (high - low);
    const factor = extrapolation(from, end + i * step, first, last, sampled, average, toZero);
    out[i] = rise * (factor / seconds);
    present[i] = FLOAT;
  }
}

function everFalls(values: Float64Array, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if (values[i] < values[i - 1]) return true;
  return false;
}

function lostAtResets(values: Float64Array, low: number, high: number): number {
  let lost = 0;
  for (let i = low + 1; i <= high; i++) if (values[i] < values[i - 1]) lost += values[i - 1];
  return lost;
}
