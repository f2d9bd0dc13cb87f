/** What `load` does: samples into a store in memory, and classic histograms as native ones beside them where that is asked for. */
import { labelsKey, labelValue, METRIC_NAME, type Labels } from "../../../src/model/labels.ts";
import { spansOf } from "../../../src/model/histogram-buckets.ts";
import type { NativeHistogram } from "../../../src/model/native-histogram.ts";
import { filterLabels, withLabel } from "../../../src/query/metrics/run/labels.ts";
import type { MemoryMetrics } from "../../../src/store/memory/memory-metrics.ts";
import type { LoadCommand } from "./parse-script.ts";

export function loadSeries({ series, stepMillis, withCustomBuckets }: LoadCommand, metrics: MemoryMetrics): void {
  // Of two lines of the same labels the later one counts.
  const lines = new Map(series.map((line) => [labelsKey(line.labels), line]));
  for (const { labels, values, starts } of lines.values()) {
    values.forEach((value, i) => {
      if (value === undefined) return;
      metrics.add(labels, i * stepMillis, typeof value === "object" ? value.histogram : value, starts?.[i]);
    });
  }
  if (withCustomBuckets) loadCustomBuckets(series, stepMillis, metrics);
}

interface Parts {
  readonly labels: Labels;
  readonly steps: Map<number, { buckets: { le: number; count: number }[]; count?: number; sum: number }>;
}

function loadCustomBuckets(series: LoadCommand["series"], stepMillis: number, metrics: MemoryMetrics): void {
  const histograms = new Map<string, Parts>();
  for (const { labels, values } of series) {
    const found = /^(.*)_(bucket|sum|count)$/.exec(labelValue(labels, METRIC_NAME));
    if (!found) continue;
    const le = Number(labelValue(labels, "le").replace(/^\+Inf$/, "Infinity"));
    if (found[2] === "bucket" && Number.isNaN(le)) continue;
    const base = withLabel(
      filterLabels(labels, (name) => name !== "le"),
      METRIC_NAME,
      found[1],
    );
    const parts = histograms.get(labelsKey(base)) ?? { labels: base, steps: new Map() };
    histograms.set(labelsKey(base), parts);
    values.forEach((value, i) => {
      if (typeof value !== "number") return;
      const step = parts.steps.get(i) ?? { buckets: [], sum: 0 };
      parts.steps.set(i, step);
      if (found[2] === "bucket") step.buckets.push({ le, count: value });
      else if (found[2] === "sum") step.sum = value;
      else step.count = value;
    });
  }
  for (const { labels, steps } of histograms.values())
    for (const [i, step] of [...steps].sort(([a], [b]) => a - b))
      metrics.add(labels, i * stepMillis, customHistogram(step));
}

function customHistogram({
  buckets,
  count,
  sum,
}: {
  buckets: { le: number; count: number }[];
  count?: number;
  sum: number;
}): NativeHistogram {
  const sorted = buckets.toSorted((a, b) => a.le - b.le).filter(({ le }, i, all) => i === 0 || le !== all[i - 1].le);
  const total = count ?? sorted.at(-1)?.count ?? 0;
  if (sorted.at(-1)?.le !== Infinity) sorted.push({ le: Infinity, count: total });
  const counts = sorted.map(({ count: own }, i) => own - (i === 0 ? 0 : sorted[i - 1].count));
  const filled = counts.map((_, i) => i).filter((i) => counts[i] !== 0);
  return {
    schema: -53,
    zeroThreshold: 0,
    zeroCount: 0,
    count: total,
    sum,
    positiveSpans: spansOf(filled),
    positiveBuckets: filled.map((i) => counts[i]),
    negativeSpans: [],
    negativeBuckets: [],
    customValues: sorted.slice(0, -1).map(({ le }) => le),
    counterResetHint: "unknown",
  };
}
