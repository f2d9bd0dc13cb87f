/** min_over_time() and max_over_time() of series of floats: as long as the best one is still in the window, only new samples are looked at. */
import { FLOAT } from "../run/column.ts";
import type { FloatKernel } from "./range-function.ts";

export const maxKernel: FloatKernel = ({ values }, { lows, highs }, _call, column) => {
  let [best, seen] = [-1, 0];
  for (let i = 0; i < column.values.length; i++) {
    const [low, high] = [lows[i], highs[i]];
    if (low >= high) continue;
    if (best < low) {
      best = low;
      seen = low + 1;
    }
    for (let j = Math.max(seen, low); j < high; j++) if (values[j] > values[best] || isNaN(values[best])) best = j;
    seen = high;
    column.values[i] = values[best];
    column.present[i] = FLOAT;
  }
};

export const minKernel: FloatKernel = ({ values }, { lows, highs }, _call, column) => {
  let [best, seen] = [-1, 0];
  for (let i = 0; i < column.values.length; i++) {
    const [low, high] = [lows[i], highs[i]];
    if (low >= high) continue;
    if (best < low) {
      best = low;
      seen = low + 1;
    }
    for (let j = Math.max(seen, low); j < high; j++) if (values[j] < values[best] || isNaN(values[best])) best = j;
    seen = high;
    column.values[i] = values[best];
    column.present[i] = FLOAT;
  }
};
