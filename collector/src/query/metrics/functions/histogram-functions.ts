/** Functions of histograms: counts, means and spreads of native ones; quantiles and fractions of both kinds. */
import { classicFraction, classicQuantile, type ClassicBucket } from "../histogram/classic.ts";
import { formatG } from "../histogram/format.ts";
import { allBuckets, hasCustomBuckets, type Histogram } from "../histogram/histogram.ts";
import { kahanAdd, type KahanSum } from "../histogram/kahan.ts";
import { nativeFraction, nativeQuantile, type NaNFinding } from "../histogram/quantile.ts";
import { FLOAT, HISTOGRAM, isEmpty, newColumn, type Column, type Steps } from "../run/column.ts";
import { filterLabels, labelsKey, labelValue, metricName, withLabel } from "../run/labels.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";

export const HISTOGRAM_FUNCTIONS: Readonly<Record<string, (histogram: Histogram) => number>> = {
  histogram_avg: ({ sum, count }) => sum / count,
  histogram_count: ({ count }) => count,
  histogram_stddev: (histogram) => Math.sqrt(variance(histogram)),
  histogram_stdvar: (histogram) => variance(histogram),
  histogram_sum: ({ sum }) => sum,
};

export function mapHistograms(columns: readonly Column[], change: (histogram: Histogram) => number): Column[] {
  const out: Column[] = [];
  for (const { labels, present, histograms } of columns) {
    if (!histograms) continue;
    const column = newColumn(labels, true, present.length);
    for (let i = 0; i < present.length; i++) {
      const histogram = present[i] === HISTOGRAM ? histograms[i] : undefined;
      if (!histogram) continue;
      column.values[i] = change(histogram);
      column.present[i] = FLOAT;
    }
    if (!isEmpty(column)) out.push(column);
  }
  return out;
}

/** Each bucket's observations taken to lie in its middle: the geometric one of exponential buckets. */
function variance(histogram: Histogram): number {
  const mean = histogram.sum / histogram.count;
  const sum: KahanSum = [0, 0];
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    let middle: number;
    if (hasCustomBuckets(histogram)) middle = (upper + lower) / 2;
    else if (lower <= 0 && upper >= 0) middle = 0;
    else middle = Math.sqrt(upper * lower) * (upper < 0 ? -1 : 1);
    const distance = middle - mean;
    kahanAdd(sum, count * distance * distance);
  }
  return (sum[0] + sum[1]) / histogram.count;
}

/** What a function of distributions looks at: a native histogram's series, or a classic one's buckets. */
interface Distribution {
  readonly labels: Column["labels"];
  readonly buckets: { readonly upperBound: number; readonly column: Column }[];
  native?: Column;
}

interface Reading {
  readonly native: (histogram: Histogram, step: number) => { value: number; finding: NaNFinding };
  readonly classic: (buckets: readonly ClassicBucket[], step: number, labels: Column["labels"]) => number;
}

export function histogramQuantile(
  columns: readonly Column[],
  qs: Float64Array,
  place: number,
  steps: Steps,
  run: Run,
): Column[] {
  return distributionColumns(columns, place, run, quantileReading(qs, place, steps, run));
}

/** One series a quantile, labelled with it. */
export function histogramQuantiles(
  columns: readonly Column[],
  label: string,
  quantiles: readonly Float64Array[],
  place: number,
  steps: Steps,
  run: Run,
): Column[] {
  return quantiles.flatMap((qs) => {
    const found = distributionColumns(columns, place, run, quantileReading(qs, place, steps, run));
    return found.map((column) => ({ ...column, labels: withLabel(column.labels, label, formatQuantile(qs[0])) }));
  });
}

/** As OpenMetrics writes it: with a point. */
function formatQuantile(q: number): string {
  const text = formatG(q);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function quantileReading(qs: Float64Array, place: number, steps: Steps, run: Run): Reading {
  return {
    native: (histogram, step) => nativeQuantile(qs[step], histogram),
    classic: (buckets, step, labels) => {
      const { value, fix } = classicQuantile(qs[step], buckets);
      if (fix) {
        const timestampMillis = steps.start + step * steps.step;
        const message = messages.forcedMonotonicity(metricName(labels));
        run.annotations.noteMonotonicity(message, place, { timestampMillis, ...fix });
      }
      return value;
    },
  };
}

export function warnOfQuantiles(qs: Float64Array, place: number, run: Run): void {
  for (const q of qs) if (!(q >= 0 && q <= 1)) run.annotations.warn(messages.invalidQuantile(q), place);
}

export function histogramFraction(
  columns: readonly Column[],
  lower: Float64Array,
  upper: Float64Array,
  place: number,
  run: Run,
): Column[] {
  return distributionColumns(columns, place, run, {
    native: (histogram, step) => nativeFraction(lower[step], upper[step], histogram),
    classic: (buckets, step) => classicFraction(lower[step], upper[step], buckets),
  });
}

function distributionColumns(columns: readonly Column[], place: number, run: Run, reading: Reading): Column[] {
  const out: Column[] = [];
  for (const { labels, buckets, native } of distributionsOf(columns, place, run)) {
    run.scope.check();
    const count = (native ?? buckets[0].column).present.length;
    const column = newColumn(labels, true, count);
    const metric = metricName(labels);
    for (let i = 0; i < count; i++) {
      const present: ClassicBucket[] = [];
      for (const {
        upperBound,
        column: { present: marks, values },
      } of buckets)
        if (marks[i] === FLOAT) present.push({ upperBound, count: values[i] });
      const histogram = native?.present[i] === HISTOGRAM ? native.histograms?.[i] : undefined;
      if (histogram && present.length > 0) {
        run.annotations.warn(messages.mixedClassicNative(metric), place);
        continue;
      }
      if (histogram) {
        const { value, finding } = reading.native(histogram, i);
        column.values[i] = value;
        noteNaN(finding, metric, place, run);
      } else if (present.length > 0) column.values[i] = reading.classic(present, i, labels);
      else continue;
      column.present[i] = FLOAT;
    }
    if (!isEmpty(column)) out.push(column);
  }
  return out;
}

function noteNaN(finding: NaNFinding, metric: string, place: number, { annotations }: Run): void {
  if (finding === "result") annotations.info(messages.nanResult(metric), place);
  if (finding === "skew") annotations.info(messages.nanSkew(metric), place);
  if (finding === "fraction") annotations.info(messages.nanFraction(metric), place);
}

/** By labels: native histograms by theirs, classic buckets by theirs without `le`. Series can be both at once. */
function distributionsOf(columns: readonly Column[], place: number, run: Run): Distribution[] {
  const found = new Map<string, Distribution>();
  const open = (labels: Column["labels"]): Distribution => {
    const key = labelsKey(labels);
    let distribution = found.get(key);
    if (!distribution) found.set(key, (distribution = { labels, buckets: [] }));
    return distribution;
  };
  for (const column of columns) {
    const { labels, present } = column;
    if (present.includes(HISTOGRAM)) open(labels).native = column;
    if (!present.includes(FLOAT)) continue;
    const le = labelValue(labels, "le");
    const upperBound = parseBound(le);
    if (upperBound === undefined) run.annotations.warn(messages.badBucketLabel(le, metricName(labels)), place);
    else open(filterLabels(labels, (name) => name !== "le")).buckets.push({ upperBound, column });
  }
  for (const { buckets } of found.values()) buckets.sort((a, b) => a.upperBound - b.upperBound || 0);
  return [...found.values()];
}

function parseBound(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
