/** An instant selector: at each step a series' newest sample of the lookback window, unless it is a marker of staleness. */
import type { VectorSelector } from "../parse/ast.ts";
import { ColumnBlock, FLOAT, isEmpty, repeatColumn, setHistogram, type Column, type Steps } from "./column.ts";
import { smoothSeries } from "./smooth-series.ts";
import type { Run } from "./run.ts";
import { indexAfter, type StoredSeries } from "./samples.ts";

/** What is told of the sample found: its value, or (milliseconds) its time or when its counter began. */
export type Told = "value" | "time" | "start";

export function evaluateSelector(selector: VectorSelector, steps: Steps, run: Run, told: Told = "value"): Column[] {
  const offset = selector.offset as number;
  // With @ every step comes to the same.
  const isFixed = selector.at !== undefined;
  const own: Steps = isFixed ? { start: selector.at as number, step: 1, count: 1 } : steps;
  const columns: Column[] = [];
  const block = new ColumnBlock(own.count);
  for (const stored of run.seriesOf(selector)) {
    run.scope.check();
    const column =
      selector.extension === "smoothed"
        ? smoothSeries(stored, selector, own, run)
        : selectSeries(stored, block, own, offset, run.lookback, told);
    if (!column) continue;
    run.budget.take(steps.count);
    columns.push(isFixed && steps.count > 1 ? repeatColumn(column, steps.count) : column);
  }
  return columns;
}

function selectSeries(
  stored: StoredSeries,
  block: ColumnBlock,
  steps: Steps,
  offset: number,
  lookback: number,
  told: Told,
): Column | undefined {
  const { timestamps, values, stale, histograms, startTimestamps } = stored.series;
  const length = timestamps.length;
  const column = block.newColumn(stored.labels, false);
  let next = indexAfter(timestamps, steps.start - offset);
  for (let i = 0; i < steps.count; i++) {
    const at = steps.start + i * steps.step - offset;
    while (next < length && timestamps[next] <= at) next++;
    const last = next - 1;
    if (last < 0 || timestamps[last] <= at - lookback || stale?.[last]) continue;
    if (told !== "value") {
      column.present[i] = FLOAT;
      column.values[i] = told === "time" ? timestamps[last] : (startTimestamps?.[last] ?? 0);
    } else if (histograms?.[last]) {
      const histogram = stored.histogramAt(last);
      if (histogram) setHistogram(column, i, histogram);
    } else {
      column.present[i] = FLOAT;
      column.values[i] = values[last];
    }
  }
  if (!isEmpty(column)) return column;
  block.takeBack();
  return undefined;
}
