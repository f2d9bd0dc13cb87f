/** Which metrics and labels take most series, and the label to blame, by name. */
import type { CardinalityReport, MetricReader } from "../../store/store.ts";

export interface CardinalityFinding {
  readonly metric: string;
  readonly label: string;
  readonly values: number;
  readonly series: number;
  readonly text: string;
}

/** A metric with fewer series is no trouble, whatever its labels. */
const MANY_SERIES = 1000;
/** A label is to blame when it has so many values for a series. */
const VALUES_A_SERIES = 0.2;
const MOST_METRICS = 5;
/** Series of a metric that are looked at. */
const MOST_SERIES = 20_000;
const RECENT_MILLIS = 3_600_000;

export async function reportCardinality(
  metrics: MetricReader,
  limit: number,
  now: number,
  signal?: AbortSignal,
): Promise<CardinalityReport & { findings: CardinalityFinding[] }> {
  const report = await metrics.reportCardinality(limit, signal);
  const findings: CardinalityFinding[] = [];
  for (const { name, count } of report.metrics.slice(0, MOST_METRICS)) {
    if (count < MANY_SERIES) continue;
    const worst = await worstLabel(metrics, name, now, signal);
    if (!worst || worst.values < worst.looked * VALUES_A_SERIES) continue;
    const { label, values } = worst;
    const least = worst.looked < count ? "at least " : "";
    const text = `${name} has ${count} series, because its label ${label} has ${least}${values} values`;
    findings.push({ metric: name, label, values, series: count, text });
  }
  return { ...report, findings };
}

async function worstLabel(
  metrics: MetricReader,
  metric: string,
  now: number,
  signal: AbortSignal | undefined,
): Promise<{ label: string; values: number; looked: number } | undefined> {
  const series = await metrics.findSeries(
    {
      selections: [[{ name: "__name__", operator: "=", value: metric }]],
      range: { start: now - RECENT_MILLIS, end: now },
      limit: MOST_SERIES,
    },
    signal,
  );
  const values = new Map<string, Set<string>>();
  for (const labels of series) {
    for (let i = 0; i < labels.length; i += 2) {
      let known = values.get(labels[i]);
      if (!known) values.set(labels[i], (known = new Set()));
      known.add(labels[i + 1]);
    }
  }
  const [worst] = [...values].sort((a, b) => b[1].size - a[1].size);
  return worst && { label: worst[0], values: worst[1].size, looked: series.length };
}
