/**
 * The signal of an alert around its begin, to be drawn: what a PromQL rule compares, with the number that it is held against; for alerts
 * without such an expression what spans say of the subject.
 */
import { limitRunes } from "../channels/limit-text.ts";
import type { Labels } from "../../model/labels.ts";
import { latencyQuantileMillis, LATENCY_BUCKETS } from "../../model/latency-histogram.ts";
import { runRangeQuery } from "../../query/metrics/engine.ts";
import { formatExpr } from "../../query/metrics/parse/format-expr.ts";
import type { MatrixSeries } from "../../query/metrics/result.ts";
import type { StoreReader } from "../../store/store.ts";
import type { EvidenceChart } from "../channels/notification.ts";
import type { AlertDetails } from "../evaluate/active-alert.ts";
import type { Deviation } from "./compare-operations.ts";
import { nanosOf } from "./evidence-window.ts";
import type { FaultSubject } from "./find-subject.ts";
import { unitOf } from "./unit-of-expr.ts";
import type { WatchedSignal } from "./watched-signal.ts";

export interface ChartTimes {
  readonly startMillis: number;
  readonly endMillis: number;
  readonly stepMillis: number;
}

const POINTS = 72;
const LEAST_POINTS = 24;
const LEAST_STEP_MILLIS = 5000;
const LEAST_BEFORE_MILLIS = 30 * 60_000;
const MOST_SAMPLES = 2_000_000;
const MOST_TITLE = 160;

/** At least half of it is before the begin: what is normal must be seen. */
export function chartTimes(activeAtMillis: number, rangeMillis: number, nowMillis: number): ChartTimes {
  const after = Math.max(0, nowMillis - activeAtMillis);
  const before = Math.max(LEAST_BEFORE_MILLIS, 4 * rangeMillis, after);
  const length = nowMillis - (activeAtMillis - before);
  const step = Math.max(LEAST_STEP_MILLIS, Math.ceil(length / POINTS / 1000) * 1000);
  // The last point is now.
  return { startMillis: nowMillis - Math.floor(length / step) * step, endMillis: nowMillis, stepMillis: step };
}

/** Undefined where the rule has no expression or nothing of it belongs to the alert. */
export async function chartOfExpr(
  reader: StoreReader,
  { comparison }: WatchedSignal,
  labels: Readonly<Record<string, string>>,
  { startMillis, endMillis, stepMillis }: ChartTimes,
  signal: AbortSignal,
): Promise<EvidenceChart | undefined> {
  if (comparison === undefined) return undefined;
  const { measured, threshold } = comparison;
  const query = formatExpr(measured);
  const { value } = await runRangeQuery({
    reader: reader.metrics,
    query,
    startMillis,
    endMillis,
    stepMillis,
    maxSamples: MOST_SAMPLES,
    signal,
  });
  if (value.type !== "matrix") return undefined;
  const series = seriesOfAlert(value.series, labels);
  if (!series) return undefined;
  const count = Math.floor((endMillis - startMillis) / stepMillis) + 1;
  const values = new Array<number | null>(count).fill(null);
  series.timestamps.forEach((time, i) => {
    const at = Math.round((time - startMillis) / stepMillis);
    if (Number.isFinite(series.values[i]) && !series.histograms?.[i]) values[at] = series.values[i];
  });
  return {
    title: limitRunes(query, MOST_TITLE),
    unit: unitOf(measured),
    ...known(
      values.map((_, i) => startMillis + i * stepMillis),
      values,
    ),
    ...(threshold !== undefined && { threshold }),
  };
}

/** Without the time before there was any data, but for a little. */
function known(times: readonly number[], values: readonly (number | null)[]): Pick<EvidenceChart, "times" | "values"> {
  const first = Math.max(0, values.findIndex((value) => value !== null) - 1);
  const from = Math.min(first, Math.max(0, values.length - LEAST_POINTS));
  return { times: times.slice(from), values: values.slice(from) };
}

/** Of several series whose labels the alert has, the one with the most of them. */
function seriesOfAlert(
  all: readonly MatrixSeries[],
  labels: Readonly<Record<string, string>>,
): MatrixSeries | undefined {
  let best: MatrixSeries | undefined;
  for (const series of all)
    if (isOfAlert(series.labels, labels) && (!best || series.labels.length > best.labels.length)) best = series;
  return best;
}

function isOfAlert(series: Labels, labels: Readonly<Record<string, string>>): boolean {
  for (let i = 0; i < series.length; i += 2)
    if (series[i] !== "__name__" && labels[series[i]] !== series[i + 1]) return false;
  return true;
}

/** What stored spans say of the subject. Undefined without any. */
export async function chartOfSpans(
  reader: StoreReader,
  { service, operation }: FaultSubject,
  deviation: Deviation,
  { startMillis, endMillis, stepMillis }: ChartTimes,
  signal: AbortSignal,
): Promise<EvidenceChart | undefined> {
  if (service === "") return undefined;
  const buckets = Math.max(1, Math.floor((endMillis - startMillis) / stepMillis));
  const range = nanosOf({ start: startMillis, end: startMillis + buckets * stepMillis - 1 });
  const summaries = await reader.summarizeOperations(range, { buckets, service }, signal);
  const own = summaries.filter((one) => operation === "" || one.operation === operation);
  if (own.length === 0) return undefined;
  const sumAt = (of: (one: (typeof own)[number]) => number) => own.reduce((sum, one) => sum + of(one), 0);
  const values = Array.from({ length: buckets }, (_, i): number | null => {
    const count = sumAt(({ counts }) => counts[i]);
    if (deviation === "traffic") return count / (stepMillis / 1000);
    if (count === 0) return null;
    if (deviation === "errors") return sumAt(({ errorCounts }) => errorCounts[i]) / count;
    const latency = new Float64Array(LATENCY_BUCKETS);
    for (const { latencies } of own) for (let b = 0; b < latency.length; b++) latency[b] += latencies[i][b];
    const millis = latencyQuantileMillis(latency, 0.95);
    return millis === null ? null : millis / 1000;
  });
  const { title, unit } = OF_DEVIATION[deviation];
  const whose = operation === "" ? service : `${service} ${operation}`;
  return {
    title: limitRunes(`${title} of ${whose}`, MOST_TITLE),
    unit,
    ...known(
      values.map((_, i) => startMillis + (i + 1) * stepMillis),
      values,
    ),
  };
}

/** Signals of baseline rules that charts of spans draw, by the unit they are drawn in. */
const BAND_UNITS: Readonly<Record<string, string>> = { error_ratio: "1", latency: "s", traffic: "1/s" };

/**
 * With the bounds of what is normal, where the rule has found some for what is drawn: they hold for the hour, which is about what is
 * drawn.
 */
export function withBand(chart: EvidenceChart, details: AlertDetails = {}): EvidenceChart {
  const { lower, upper, signal } = details;
  if (typeof signal === "string" && BAND_UNITS[signal] !== chart.unit) return chart;
  if (chart.threshold !== undefined || (typeof lower !== "number" && typeof upper !== "number")) return chart;
  const all = (value: unknown) => chart.times.map(() => (typeof value === "number" ? value : null));
  return { ...chart, band: { lower: all(lower), upper: all(upper) } };
}

const OF_DEVIATION: Readonly<Record<Deviation, { title: string; unit: string }>> = {
  errors: { title: "Share of failed requests", unit: "1" },
  latency: { title: "Latency (p95)", unit: "s" },
  traffic: { title: "Requests per second", unit: "1/s" },
};
