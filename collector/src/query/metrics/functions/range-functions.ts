/** The functions over ranges by name (absent_over_time, which looks at all series together, is evaluate-range-call's). */
import { changes, resets } from "./changes.ts";
import { maxKernel, minKernel } from "./extreme-kernel.ts";
import { idelta, irate } from "./instant-rate.ts";
import * as overTime from "./over-time.ts";
import type { FloatKernel, RangeFunction } from "./range-function.ts";
import { delta, increase, rate } from "./rate.ts";
import { deltaKernel, increaseKernel, rateKernel } from "./rate-kernel.ts";
import { deriv, doubleExponentialSmoothing, predictLinear } from "./regression.ts";

export const RANGE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  avg_over_time: overTime.avgOverTime,
  changes,
  count_over_time: overTime.countOverTime,
  delta,
  deriv,
  double_exponential_smoothing: doubleExponentialSmoothing,
  first_over_time: overTime.firstOverTime,
  idelta,
  increase,
  irate,
  last_over_time: overTime.lastOverTime,
  mad_over_time: overTime.madOverTime,
  max_over_time: overTime.maxOverTime,
  min_over_time: overTime.minOverTime,
  predict_linear: predictLinear,
  present_over_time: overTime.presentOverTime,
  quantile_over_time: overTime.quantileOverTime,
  rate,
  resets,
  stddev_over_time: overTime.stddevOverTime,
  stdvar_over_time: overTime.stdvarOverTime,
  sum_over_time: overTime.sumOverTime,
  ts_of_first_over_time: overTime.tsOfFirstOverTime,
  ts_of_last_over_time: overTime.tsOfLastOverTime,
  ts_of_max_over_time: overTime.tsOfMaxOverTime,
  ts_of_min_over_time: overTime.tsOfMinOverTime,
};

/** Those that have a faster way over series of floats. */
export const FLOAT_KERNELS: Readonly<Record<string, FloatKernel>> = {
  delta: deltaKernel,
  increase: increaseKernel,
  max_over_time: maxKernel,
  min_over_time: minKernel,
  rate: rateKernel,
};
