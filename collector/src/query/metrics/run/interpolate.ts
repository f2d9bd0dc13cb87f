/** Values between two samples, for the modifiers `smoothed` and `anchored` (experimental in Prometheus). */
import { addHistograms, scaleHistogram, subtractHistograms } from "../histogram/arithmetic.ts";
import { isReset } from "../histogram/detect-reset.ts";
import type { Histogram } from "../histogram/histogram.ts";
import type { FloatSamples, HistogramSamples } from "./samples.ts";

/** Between the samples i and i + 1. A counter that was reset between them began at 0. */
export function interpolateFloat({ times, values }: FloatSamples, i: number, time: number, isCounter: boolean): number {
  const to = values[i + 1];
  const from = isCounter && to < values[i] ? 0 : values[i];
  return from + ((to - from) * (time - times[i])) / (times[i + 1] - times[i]);
}

/** Throws IncompatibleSchemas. `onReconciled` is told when custom bounds differed. */
export function interpolateHistogram(
  { times, histograms }: HistogramSamples,
  i: number,
  time: number,
  isCounter: boolean,
  onReconciled: (operation: "addition" | "subtraction") => void,
): Histogram {
  const [from, to] = [histograms[i], histograms[i + 1]];
  if (time === times[i]) return from;
  if (time === times[i + 1]) return to;
  const fraction = (time - times[i]) / (times[i + 1] - times[i]);
  if (isCounter && isReset(from, to)) return scaleHistogram(to, fraction);
  const rise = subtractHistograms(to, from);
  if (rise.boundsReconciled) onReconciled("subtraction");
  const sum = addHistograms(scaleHistogram(rise.histogram, fraction), from);
  if (sum.boundsReconciled) onReconciled("addition");
  return sum.histogram;
}
