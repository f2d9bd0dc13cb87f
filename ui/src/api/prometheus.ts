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

export function queryRange(
  query: string,
  { start, end, step }: PromTimes & { readonly step: number },
  signal: AbortSignal,
): Promise<PrometheusAnswer<PromResult<readonly PromRange[]>>> {
  const params = { query, start: seconds(start), end: seconds(end), step: seconds(step) };
  return fetchPrometheus("query_range", params, signal);
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
