/** changes() and resets(): how often a series takes another value, or begins anew. */
import { isReset } from "../histogram/detect-reset.ts";
import { isEqual, type Histogram } from "../histogram/histogram.ts";
import { indexAfter } from "../run/samples.ts";
import type { Window } from "../run/window.ts";
import type { RangeCall, RangeFunction } from "./range-function.ts";
import { isNewStart } from "./start-timestamps.ts";

type Sample = { readonly time: number; readonly start: number; readonly value: number; readonly histogram?: Histogram };

export const changes: RangeFunction = (window, call) => {
  if (window.histogramCount === 0 && !call.extension) {
    const { values } = window.floats;
    let count = 0;
    for (let i = window.low + 1; i < window.high; i++) {
      const [before, value] = [values[i - 1], values[i]];
      if (value !== before && !(Number.isNaN(value) && Number.isNaN(before))) count++;
    }
    return window.give(count);
  }
  return countPairs(window, call, (before, sample) => {
    if (before.histogram && sample.histogram) return !isEqual(before.histogram, sample.histogram);
    if (before.histogram || sample.histogram) return true;
    return sample.value !== before.value && !(Number.isNaN(sample.value) && Number.isNaN(before.value));
  });
};

export const resets: RangeFunction = (window, call) => {
  const { usesStartTimestamps } = call.run.options;
  if (window.histogramCount === 0 && !call.extension && !(usesStartTimestamps && window.floats.starts)) {
    const { values } = window.floats;
    let count = 0;
    if (window.everFalls) for (let i = window.low + 1; i < window.high; i++) if (values[i] < values[i - 1]) count++;
    return window.give(count);
  }
  return countPairs(window, call, (before, sample) => {
    const isNew = isNewStart(before.start, before.time, sample.start, sample.time);
    if (before.histogram && sample.histogram) return isNew || isReset(before.histogram, sample.histogram);
    if (before.histogram || sample.histogram) return true;
    return isNew || sample.value < before.value;
  });
};

function countPairs(window: Window, call: RangeCall, counts: (before: Sample, sample: Sample) => boolean): boolean {
  const samples = merged(window, call);
  if (!samples) return false;
  let count = 0;
  for (let i = 1; i < samples.length; i++) if (counts(samples[i - 1], samples[i])) count++;
  return window.give(count);
}

/** Floats and histograms in order of time. Anchored: from the last one at or before the range's beginning on. */
function merged(window: Window, { extension, run }: RangeCall): Sample[] | undefined {
  const { floats, histograms } = window;
  const startOf = (starts: Float64Array | undefined, i: number) =>
    run.options.usesStartTimestamps ? (starts?.[i] ?? 0) : 0;
  const samples: Sample[] = [];
  for (let i = window.low; i < window.high; i++)
    samples.push({ time: floats.times[i], start: startOf(floats.starts, i), value: floats.values[i] });
  for (let i = window.lowHistogram; i < window.highHistogram; i++)
    samples.push({
      time: histograms.times[i],
      start: startOf(histograms.starts, i),
      value: 0,
      histogram: histograms.histograms[i],
    });
  if (window.isMixed) samples.sort((a, b) => a.time - b.time);
  if (extension !== "anchored") return samples;
  const after = indexAfter(
    Float64Array.from(samples, ({ time }) => time),
    window.start,
  );
  return after === samples.length ? undefined : samples.slice(Math.max(0, after - 1));
}
