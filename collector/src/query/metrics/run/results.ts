/** Columns as a query's result: names that had to go are gone, series of equal labels are one, histograms in the store's form. */
import { QueryError } from "../../../base/errors.ts";
import { toNative } from "../histogram/histogram.ts";
import type { MatrixSeries, QueryValue, VectorSample } from "../result.ts";
import { ABSENT, HISTOGRAM, histogramAt, mergeColumns, type Column, type Steps, type Value } from "./column.ts";
import { compareLabels, dropMetadata } from "./labels.ts";

export function instantResult(value: Value, time: number): QueryValue {
  if (value.type === "scalar") return { type: "scalar", timestampMillis: time, value: value.values[0] };
  if (value.type === "string") return { type: "string", timestampMillis: time, value: value.value };
  const samples: VectorSample[] = [];
  for (const column of named(value.columns)) {
    if (column.present[0] === ABSENT) continue;
    const histogram = histogramAt(column, 0);
    samples.push({
      labels: column.labels,
      timestampMillis: time,
      value: column.values[0],
      ...(histogram && { histogram: toNative(histogram) }),
    });
  }
  return { type: "vector", samples };
}

export function rangeResult(value: Value, steps: Steps): QueryValue {
  if (value.type === "string") throw new QueryError("a string is no series");
  if (value.type === "scalar") {
    const timestamps = Float64Array.from(value.values, (_, i) => steps.start + i * steps.step);
    return { type: "matrix", series: [{ labels: [], timestamps, values: value.values }] };
  }
  const series = named(value.columns)
    .map((column) => seriesOf(column, steps))
    .filter(({ timestamps }) => timestamps.length > 0);
  return { type: "matrix", series: series.sort((a, b) => compareLabels(a.labels, b.labels)) };
}

function named(columns: readonly Column[]): readonly Column[] {
  if (!columns.some(({ dropsName }) => dropsName)) return mergeColumns(columns);
  return mergeColumns(
    columns.map((column) => (column.dropsName ? { ...column, labels: dropMetadata(column.labels) } : column)),
  );
}

function seriesOf({ labels, present, values, histograms }: Column, { start, step }: Steps): MatrixSeries {
  let count = 0;
  for (const mark of present) if (mark !== ABSENT) count++;
  const [timestamps, kept] = [new Float64Array(count), new Float64Array(count)];
  const native = histograms && present.includes(HISTOGRAM) ? new Array(count).fill(undefined) : undefined;
  for (let i = 0, at = 0; i < present.length; i++) {
    if (present[i] === ABSENT) continue;
    timestamps[at] = start + i * step;
    const histogram = present[i] === HISTOGRAM ? histograms?.[i] : undefined;
    if (histogram && native) native[at] = toNative(histogram);
    else kept[at] = values[i];
    at++;
  }
  return { labels, timestamps, values: kept, ...(native && { histograms: native }) };
}
