/** An instant selector with `smoothed`: between two samples the value lies on the line between them. */
import { IncompatibleSchemas } from "../histogram/arithmetic.ts";
import { hasCustomBuckets } from "../histogram/histogram.ts";
import type { VectorSelector } from "../parse/ast.ts";
import { FLOAT, isEmpty, newColumn, setHistogram, type Column, type Steps } from "./column.ts";
import { interpolateFloat, interpolateHistogram } from "./interpolate.ts";
import { metricName } from "./labels.ts";
import * as messages from "./messages.ts";
import type { Run } from "./run.ts";
import { indexAfter, type StoredSeries } from "./samples.ts";

export function smoothSeries(
  stored: StoredSeries,
  selector: VectorSelector,
  steps: Steps,
  run: Run,
): Column | undefined {
  const { floats, histograms } = stored.samples;
  const { lookback, annotations } = run;
  const place = selector.span.start;
  const column = newColumn(stored.labels, false, steps.count);
  for (let i = 0; i < steps.count; i++) {
    const at = steps.start + i * steps.step - (selector.offset as number);
    const bounds = (times: Float64Array) => [indexAfter(times, at - lookback), indexAfter(times, at + lookback)];
    const [low, high] = bounds(floats.times);
    const [lowHistogram, highHistogram] = bounds(histograms.times);
    if (low < high && lowHistogram < highHistogram) {
      annotations.warn(messages.mixedFloatsHistograms(metricName(stored.labels)), place);
    } else if (low < high) {
      const next = indexAfter(floats.times, at);
      if (next === low) continue;
      column.present[i] = FLOAT;
      const isExact = floats.times[next - 1] === at || next === high;
      column.values[i] = isExact ? floats.values[next - 1] : interpolateFloat(floats, next - 1, at, false);
    } else if (lowHistogram < highHistogram) {
      const next = indexAfter(histograms.times, at);
      if (next === lowHistogram) continue;
      const [before, after] = [histograms.histograms[next - 1], histograms.histograms[next]];
      if (histograms.times[next - 1] === at) setHistogram(column, i, before);
      else if (next === highHistogram) setHistogram(column, i, { ...before, hint: "unknown" });
      else if (hasCustomBuckets(before) !== hasCustomBuckets(after))
        annotations.warn(messages.mixedSchemas(metricName(stored.labels)), place);
      else {
        const isCounter = before.hint !== "gauge" || after.hint !== "gauge";
        try {
          const between = interpolateHistogram(histograms, next - 1, at, isCounter, (operation) =>
            annotations.info(messages.boundsReconciled(operation), place),
          );
          setHistogram(column, i, between);
        } catch (error) {
          if (!(error instanceof IncompatibleSchemas)) throw error;
          annotations.warn(messages.mixedSchemas(metricName(stored.labels)), place);
        }
      }
    }
  }
  return isEmpty(column) ? undefined : column;
}
