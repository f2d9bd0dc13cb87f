/** A range alone as an instant query: the samples themselves. */
import { QueryError } from "../../../base/errors.ts";
import type { Labels } from "../../../model/labels.ts";
import { toNative } from "../histogram/histogram.ts";
import type { MatrixSelector, SubqueryExpr } from "../parse/ast.ts";
import type { MatrixSeries } from "../result.ts";
import type { Steps } from "./column.ts";
import { evaluateSubquery } from "./evaluate-subquery.ts";
import { interpolateFloat } from "./interpolate.ts";
import { compareLabels, dropMetadata, labelsKey } from "./labels.ts";
import type { Run } from "./run.ts";
import { indexAfter, type FloatSamples, type Samples } from "./samples.ts";

export function evaluateRange(expr: MatrixSelector | SubqueryExpr, steps: Steps, run: Run): MatrixSeries[] {
  const series =
    expr.kind === "subquery"
      ? evaluateSubquery(expr, steps, run).map((samples) => seriesOf(samples))
      : selectRange(expr, steps, run);
  checkUnique(series.map(({ labels }) => labels));
  return series.sort((a, b) => compareLabels(a.labels, b.labels));
}

function selectRange({ selector, range }: MatrixSelector, steps: Steps, run: Run): MatrixSeries[] {
  const end = ((selector.at as number | undefined) ?? steps.start) - (selector.offset as number);
  const start = end - (range as number);
  const { extension } = selector;
  const [first, last] = [start - (extension ? run.lookback : 0), end + (extension === "smoothed" ? run.lookback : 0)];
  const found: MatrixSeries[] = [];
  for (const { samples } of run.seriesOf(selector)) {
    run.scope.check();
    const cut = cutSamples(samples, first, last);
    if (extension && cut.histograms.times.length > 0)
      throw new QueryError(`${extension} modifier is not supported with histograms`, selector.span.start);
    const floats = extension ? extended(cut.floats, start, end, extension === "smoothed") : cut.floats;
    const series = seriesOf({ ...cut, floats });
    if (series.timestamps.length > 0) found.push(series);
  }
  return found;
}

function cutSamples({ labels, dropsName, floats, histograms }: Samples, after: number, end: number): Samples {
  const bounds = (times: Float64Array): [number, number] => [indexAfter(times, after), indexAfter(times, end)];
  const own = bounds(floats.times);
  const theirs = bounds(histograms.times);
  return {
    labels,
    dropsName,
    floats: { times: floats.times.slice(...own), values: floats.values.slice(...own) },
    histograms: { times: histograms.times.slice(...theirs), histograms: histograms.histograms.slice(...theirs) },
  };
}

/** With values at both ends: those of the samples next to them, or between them. */
function extended(floats: FloatSamples, start: number, end: number, isSmoothed: boolean): FloatSamples {
  const { times, values } = floats;
  let last = times.length - 1;
  const none = { times: new Float64Array(0), values: new Float64Array(0) };
  if (last < 0) return none;
  let first = Math.max(0, Math.min(last, indexAfter(times, start)) - 1);
  if (isSmoothed) last = Math.min(last, Math.max(0, indexAfter(times, end - 1)));
  if (times[last] <= start) return none;
  const left = isSmoothed && times[first] < start ? interpolateFloat(floats, first, start, false) : values[first];
  const right =
    isSmoothed && last > 0 && times[last] > end ? interpolateFloat(floats, last - 1, end, false) : values[last];
  if (times[first] <= start) first++;
  if (times[last] >= end) last--;
  return {
    times: Float64Array.of(start, ...times.slice(first, last + 1), end),
    values: Float64Array.of(left, ...values.slice(first, last + 1), right),
  };
}

function seriesOf({ labels: own, dropsName, floats, histograms }: Samples): MatrixSeries {
  const labels = dropsName ? dropMetadata(own) : own;
  if (histograms.times.length === 0) return { labels, timestamps: floats.times, values: floats.values };
  const all = [
    ...Array.from(floats.times, (time, i) => ({ time, value: floats.values[i], histogram: undefined })),
    ...Array.from(histograms.times, (time, i) => ({ time, value: 0, histogram: toNative(histograms.histograms[i]) })),
  ].sort((a, b) => a.time - b.time);
  return {
    labels,
    timestamps: Float64Array.from(all, ({ time }) => time),
    values: Float64Array.from(all, ({ value }) => value),
    histograms: all.map(({ histogram }) => histogram),
  };
}

function checkUnique(all: readonly Labels[]): void {
  if (new Set(all.map(labelsKey)).size < all.length)
    throw new QueryError("vector cannot contain metrics with the same labelset");
}
