/** sum and avg, of floats and of histograms; not of both together. Rounding errors are carried along. */
import { IncompatibleSchemas } from "../histogram/arithmetic.ts";
import { compact } from "../histogram/histogram.ts";
import { compensation } from "../histogram/kahan.ts";
import { HistogramSum } from "../histogram/sum-histograms.ts";
import { FLOAT, HISTOGRAM, newColumn, setHistogram, type Column } from "../run/column.ts";
import { metricName } from "../run/labels.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";
import { dropsName, type Group } from "./groups.ts";

export function sumGroup(group: Group, isMean: boolean, place: number, run: Run): Column {
  const column = isMean ? averageFloats(group) : sumFloats(group);
  if (group.columns.some(({ histograms }) => histograms)) addHistograms(group, column, isMean, place, run);
  return column;
}

function sumFloats(group: Group): Column {
  const count = group.columns[0].present.length;
  const out = newColumn(group.labels, dropsName(group), count);
  const { values: sums, present: seen } = out;
  const lost = new Float64Array(count);
  for (const { values, present } of group.columns) {
    for (let i = 0; i < count; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i];
      if (seen[i] === FLOAT) {
        const sum = sums[i];
        const total = sum + value;
        lost[i] = compensation(value, sum, lost[i], total);
        sums[i] = total;
      } else {
        sums[i] = value;
        seen[i] = FLOAT;
      }
    }
  }
  for (let i = 0; i < count; i++) sums[i] += lost[i];
  return out;
}

function averageFloats(group: Group): Column {
  const count = group.columns[0].present.length;
  const out = newColumn(group.labels, dropsName(group), count);
  const { values: sums, present: seen } = out;
  const [lost, counts] = [new Float64Array(count), new Float64Array(count)];
  /** Where the sum would run over: the mean in its place. */
  const isMean = new Uint8Array(count);
  for (const { values, present } of group.columns) {
    for (let i = 0; i < count; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i];
      counts[i]++;
      if (seen[i] !== FLOAT) {
        sums[i] = value;
        seen[i] = FLOAT;
        continue;
      }
      if (isMean[i] === 0) {
        const total = sums[i] + value;
        if (total !== Infinity && total !== -Infinity) {
          lost[i] = compensation(value, sums[i], lost[i], total);
          sums[i] = total;
          continue;
        }
        isMean[i] = 1;
        sums[i] /= counts[i] - 1;
        lost[i] /= counts[i] - 1;
      }
      const share = (counts[i] - 1) / counts[i];
      const [scaled, part] = [sums[i] * share, value / counts[i]];
      const total = scaled + part;
      lost[i] = compensation(part, scaled, lost[i] * share, total);
      sums[i] = total;
    }
  }
  for (let i = 0; i < count; i++)
    sums[i] = isMean[i] === 1 ? sums[i] + lost[i] : sums[i] / counts[i] + lost[i] / counts[i];
  return out;
}

function addHistograms({ columns }: Group, out: Column, isMean: boolean, place: number, run: Run): void {
  const { annotations } = run;
  for (let i = 0; i < out.present.length; i++) {
    const found = columns.filter(({ present }) => present[i] === HISTOGRAM);
    if (found.length === 0) continue;
    if (out.present[i] === FLOAT) {
      annotations.warn(messages.mixedInAggregation, place);
      out.present[i] = 0;
      continue;
    }
    let sum: HistogramSum | undefined;
    try {
      for (const { histograms, labels } of found) {
        const histogram = histograms?.[i];
        if (!histogram) continue;
        if (!sum) sum = new HistogramSum(histogram);
        else addTo(sum, histogram, isMean, metricName(labels));
      }
    } catch (error) {
      if (!(error instanceof MixedMetric)) throw error;
      annotations.warn(messages.mixedSchemas(error.message), place);
      continue;
    } finally {
      if (sum?.boundsReconciled) annotations.info(messages.boundsReconciled("aggregation"), place);
    }
    if (!sum) continue;
    if (sum.resetsCollide) annotations.warn(messages.resetsCollide("aggregation"), place);
    setHistogram(out, i, compact(isMean ? sum.mean() : sum.total()));
  }
}

/** Its message is the metric whose histogram doesn't go with the others. */
class MixedMetric extends Error {}

function addTo(
  sum: HistogramSum,
  histogram: Parameters<HistogramSum["add"]>[0],
  isMean: boolean,
  metric: string,
): void {
  try {
    if (isMean) sum.addToMean(histogram);
    else sum.add(histogram);
  } catch (error) {
    if (error instanceof IncompatibleSchemas) throw new MixedMetric(metric, { cause: error });
    throw error;
  }
}
