/** By how much a histogram rises from the first to the last sample of a window, resets seen to. */
import { addHistograms, IncompatibleSchemas, reduceTo, subtractHistograms } from "../histogram/arithmetic.ts";
import { isReset } from "../histogram/detect-reset.ts";
import { compact, hasCustomBuckets, NO_BUCKETS, type Histogram } from "../histogram/histogram.ts";
import * as messages from "../run/messages.ts";
import type { Window } from "../run/window.ts";
import type { RangeCall } from "./range-function.ts";
import { isNewStart, overlaps } from "./start-timestamps.ts";

/** Of two samples at least. Undefined (and a warning) when they don't go together. The result is a gauge. */
export function histogramIncrease(
  window: Window,
  call: RangeCall,
  isCounter: boolean,
  starts?: Float64Array,
): Histogram | undefined {
  const { annotations } = call.run;
  const { times, histograms } = window.histograms;
  const { lowHistogram: low, highHistogram: high, metric } = window;
  const last = histograms[high - 1];
  if (isCounter && !starts && window.onlyGrows)
    return compact({ ...subtractHistograms(last, histograms[low]).histogram, hint: "gauge" });
  const isNew = (i: number, before: Histogram) =>
    (starts !== undefined && isNewStart(starts[i - 1], times[i - 1], starts[i], times[i])) ||
    isReset(before, histograms[i]);
  const incompatible = (): undefined => annotations.warn(messages.mixedSchemas(metric), call.place) as undefined;

  if (isCounter && (histograms[low].hint === "gauge" || last.hint === "gauge"))
    annotations.warn(messages.notCounter(metric), call.place);
  let first = histograms[low];
  // What lies before a reset doesn't matter, not even its layout.
  if (isCounter && isNew(low + 1, first)) first = nothingLike(histograms[low + 1]);
  if (hasCustomBuckets(last) !== hasCustomBuckets(first)) return incompatible();
  let schema = Math.min(last.schema, first.schema);
  if (isCounter) {
    for (let i = low + 1; i < high - 1; i++) {
      if (histograms[i].hint === "gauge") annotations.warn(messages.notCounter(metric), call.place);
      schema = Math.min(schema, histograms[i].schema);
      if (hasCustomBuckets(histograms[i]) !== hasCustomBuckets(first)) return incompatible();
    }
  }
  try {
    const rise = subtractHistograms(reduceTo(last, schema), first);
    if (rise.boundsReconciled) annotations.info(messages.boundsReconciled("subtraction"), call.place);
    let result = rise.histogram;
    if (isCounter) {
      let before = first;
      let isOverlapTold = false;
      for (let i = low + 1; i < high; i++) {
        if (starts && !isOverlapTold && overlaps(starts[i - 1], times[i - 1], starts[i])) {
          annotations.warnCounted(messages.startTimeOverlap(metric), call.place);
          isOverlapTold = true;
        }
        if (isNew(i, before)) {
          const sum = addHistograms(result, before);
          if (sum.boundsReconciled) annotations.info(messages.boundsReconciled("addition"), call.place);
          result = sum.histogram;
        }
        before = histograms[i];
      }
    } else if (histograms[low].hint !== "gauge" || last.hint !== "gauge") {
      annotations.warn(messages.notGauge(metric), call.place);
    }
    return compact({ ...result, hint: "gauge" });
  } catch (error) {
    if (!(error instanceof IncompatibleSchemas)) throw error;
    return incompatible();
  }
}

function nothingLike({ schema, customValues }: Histogram): Histogram {
  return {
    schema,
    customValues,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positive: NO_BUCKETS,
    negative: NO_BUCKETS,
    hint: "unknown",
  };
}
