/** Prometheus' HTTP API as the UI uses it. In: PromQL and times in milliseconds since 1970; out: its data with warnings beside it. */
import { fetchPrometheus, type PrometheusAnswer } from "./client.ts";

export interface PromResult<S> {
  readonly resultType: "matrix" | "vector" | "scalar" | "string";
  readonly result: S;
}

type Metric = Readonly<Record<string, string>>;
type Histogram = { readonly count: string; readonly sum: string };

export interface PromSample {
  readonly metric: Metric;
  readonly value?: readonly [number, string];
  readonly histogram?: readonly [number, Histogram];
}

export interface PromRange {
  readonly metric: Metric;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, Histogram])[];
}

export interface PromExemplars {
  readonly seriesLabels: Metric;
  /** `timestamp` in seconds since 1970. */
  readonly exemplars: readonly { readonly labels: Metric; readonly value: string; readonly timestamp: number }[];
}

export type PromMetadata = Readonly<
  Record<string, readonly { readonly type: string; readonly help: string; readonly unit: string }[]>
>;

export interface PromTimes {
  readonly start: number;
  readonly end: number;
}

export function queryInstant(
  query: string,
  millis: number,
  signal: AbortSignal,
): Promise<PrometheusAnswer<PromResult<readonly PromSample[] | readonly [number, string]>>> {
  return fetchPrometheus("query", { query, time: seconds(millis) }, signal);
}

/** Values at every step from start to end, and at `last`, which is no multiple of a step away from them. */
export async function queryRange(
  query: string,
  { start, end, step, last }: PromTimes & { readonly step: number; readonly last?: number },
  signal: AbortSignal,
): Promise<PrometheusAnswer<PromResult<readonly PromRange[]>>> {
  const params = { query, start: seconds(start), end: seconds(end), step: seconds(step) };
  // A query that means nothing at a single moment (of a range's step) has its range all the same; what is wrong with both, that tells.
  const atLast = last === undefined ? undefined : queryInstant(query, last, signal).catch(() => undefined);
  const answer = await fetchPrometheus<PromResult<readonly PromRange[]>>("query_range", params, signal);
  const newest = await atLast;
  if (!newest) return answer;
  return { ...answer, data: { ...answer.data, result: appendSamples(answer.data.result, samplesOf(newest.data)) } };
}

type Instant = PromResult<readonly PromSample[] | readonly [number, string]>;

/** A scalar is a sample without labels, as it is in ranges. */
function samplesOf({ resultType, result }: Instant): readonly PromSample[] {
  if (resultType === "vector") return result as readonly PromSample[];
  return resultType === "scalar" ? [{ metric: {}, value: result as readonly [number, string] }] : [];
}

/** What only the samples have stands behind the rest. */
function appendSamples(ranges: readonly PromRange[], samples: readonly PromSample[]): PromRange[] {
  const left = new Map(samples.map((sample) => [keyOf(sample.metric), sample]));
  const longer = ranges.map((range): PromRange => {
    const key = keyOf(range.metric);
    const sample = left.get(key);
    left.delete(key);
    return sample ? append(range, sample) : range;
  });
  return [...longer, ...[...left.values()].map((sample) => append({ metric: sample.metric }, sample))];
}

function append({ metric, values, histograms }: PromRange, sample: PromSample): PromRange {
  return {
    metric,
    values: sample.value ? [...(values ?? []), sample.value] : values,
    histograms: sample.histogram ? [...(histograms ?? []), sample.histogram] : histograms,
  };
}

function keyOf(labels: Metric): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export async function queryExemplars(
  query: string,
  times: PromTimes,
  signal: AbortSignal,
): Promise<readonly PromExemplars[]> {
  return (await fetchPrometheus<readonly PromExemplars[]>("query_exemplars", { query, ...timesOf(times) }, signal))
    .data;
}

export async function fetchMetricNames(times: PromTimes, signal: AbortSignal): Promise<readonly string[]> {
  return (await fetchPrometheus<readonly string[]>("label/__name__/values", timesOf(times), signal)).data;
}

/** Of one metric, or of all when it is "". */
export async function fetchLabelNames(
  metric: string,
  times: PromTimes,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return (await fetchPrometheus<readonly string[]>("labels", { ...matching(metric), ...timesOf(times) }, signal)).data;
}

export async function fetchLabelValues(
  label: string,
  selector: string,
  times: PromTimes,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = `label/${encodeURIComponent(label)}/values`;
  return (await fetchPrometheus<readonly string[]>(path, { ...matching(selector), ...timesOf(times) }, signal)).data;
}

export async function fetchMetadata(signal: AbortSignal): Promise<PromMetadata> {
  return (await fetchPrometheus<PromMetadata>("metadata", {}, signal)).data;
}

/** The same query, written neatly. */
export async function formatQuery(query: string, signal: AbortSignal): Promise<string> {
  return (await fetchPrometheus<string>("format_query", { query }, signal)).data;
}

function matching(selector: string): Record<string, string> {
  return selector === "" ? {} : { "match[]": selector };
}

function timesOf({ start, end }: PromTimes): Record<string, string> {
  return { start: seconds(start), end: seconds(end) };
}

function seconds(millis: number): string {
  return String(Math.round(millis) / 1000);
}
