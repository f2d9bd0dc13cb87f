/**
 * Traffic from series: counts are summed up here, sample by sample, and not with rate(), which doesn't see the first error of a series
 * and guesses at both ends of its window.
 */
import { labelValue, type Labels } from "../../model/labels.ts";
import type { LabelMatcher, MetricReader, Series } from "../../store/store.ts";
import { NO_LATENCIES, ofCumulative, type LatencyCounts } from "./latency-counts.ts";
import { escapeRe2, jobPattern, SERVICE_LABEL, serviceOfSeries } from "./service-of-series.ts";
import { addIncreases, type TimeBuckets } from "./time-buckets.ts";
import { ENTRY_KINDS, errorTest, type TrafficMetric } from "./traffic-metrics.ts";
import type { Traffic, TrafficOfAll } from "./traffic.ts";

/** Read before the range, so that the first increase has something to be taken from. */
const BEFORE_MILLIS = 60_000;
/** Held at a time, 16 bytes and 90 ns each. Beyond it the counter is read, which has no buckets: then there are no latencies. */
const MOST_SAMPLES = 1_500_000;
const MOST_MILLIS_BETWEEN_SAMPLES = 5000;

/** @param service only this one */
export async function trafficOfMetric(
  metrics: MetricReader,
  metric: TrafficMetric,
  buckets: TimeBuckets,
  service?: string,
  signal?: AbortSignal,
): Promise<TrafficOfAll> {
  const own = service === undefined ? [] : [serviceMatcher(metric, service)];
  if (metric.source !== "span_metrics") return read(metrics, metric, buckets, "entry", own, signal);
  const entry = await read(metrics, metric, buckets, "entry", [ENTRY_KINDS, ...own], signal);
  const names = await metrics.labelValues(
    SERVICE_LABEL,
    { selections: [[nameIs(bucketsOf(metric)), ...own]], range: buckets, limit: 0 },
    signal,
  );
  const others = names.filter((name) => !entry.services.has(name));
  if (others.length === 0) return entry;
  const chosen: LabelMatcher = { name: SERVICE_LABEL, operator: "=~", value: others.map(escapeRe2).join("|") };
  const all = await read(metrics, metric, buckets, "all", [chosen], signal);
  return {
    services: new Map([...entry.services, ...all.services]),
    oldest: Math.min(entry.oldest, all.oldest),
  };
}

async function read(
  metrics: MetricReader,
  metric: TrafficMetric,
  buckets: TimeBuckets,
  countedBy: Traffic["countedBy"],
  matchers: readonly LabelMatcher[],
  signal: AbortSignal | undefined,
): Promise<TrafficOfAll> {
  const range = { start: buckets.start - BEFORE_MILLIS, end: buckets.end };
  const isError = errorTest(metric);
  const sums = new Map<string, Sums>();
  let [oldest, newest] = [Infinity, -Infinity];
  const name = (await isTooMuch(metrics, metric, buckets, matchers, signal))
    ? (metric.counter ?? `${metric.histogram}_count`)
    : bucketsOf(metric);
  const series = await metrics.selectSeries([nameIs(name), ...matchers], range, signal);
  const starts = firstOfTargets(series);
  for (const one of series) {
    const service = serviceOfSeries(one.labels);
    if (service === "") continue;
    oldest = Math.min(oldest, one.timestamps[0]);
    const last = one.timestamps[one.timestamps.length - 1];
    newest = Math.max(newest, last);
    const increases = new Float64Array(buckets.count);
    addIncreases(increases, one, buckets, { firstOfTarget: starts.get(targetOf(one.labels)) ?? -Infinity });
    let sum = sums.get(service);
    if (!sum) sums.set(service, (sum = emptySums(buckets.count)));
    sum.newest = Math.max(sum.newest, last);
    const bound = boundOf(one.labels, metric.unitMillis);
    if (bound !== undefined) addTo(sum.cumulative, bound, increases);
    // A histogram's last bucket counts everything.
    if (bound !== undefined && bound !== Infinity) continue;
    add(sum.requests, increases);
    if (isError(one.labels)) add(sum.errors, increases);
  }
  const services = new Map<string, Traffic>();
  for (const [service, { requests, errors, cumulative, newest: own }] of sums) {
    const latencies: LatencyCounts = cumulative.size === 0 ? NO_LATENCIES : ofCumulative(cumulative, buckets.count);
    // Each target is scraped at a moment of its own; one that has long been silent sends no requests either.
    const counted = own >= newest - BEFORE_MILLIS ? own : newest;
    services.set(service, {
      service,
      source: metric.source,
      countedBy,
      requests,
      errors,
      latencies,
      newest: Math.min(buckets.end, counted),
    });
  }
  return { services, oldest };
}

interface Sums {
  readonly requests: Float64Array;
  readonly errors: Float64Array;
  readonly cumulative: Map<number, Float64Array>;
  newest: number;
}

function emptySums(buckets: number): Sums {
  const [requests, errors] = [new Float64Array(buckets), new Float64Array(buckets)];
  return { requests, errors, cumulative: new Map(), newest: -Infinity };
}

async function isTooMuch(
  metrics: MetricReader,
  metric: TrafficMetric,
  { start, end }: TimeBuckets,
  matchers: readonly LabelMatcher[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const samplesEach = Math.max(1, (end - start) / MOST_MILLIS_BETWEEN_SAMPLES);
  const limit = Math.ceil(MOST_SAMPLES / samplesEach);
  const request = { selections: [[nameIs(bucketsOf(metric)), ...matchers]], range: { start, end }, limit: limit + 1 };
  return (await metrics.findSeries(request, signal)).length > limit;
}

/** Earliest sample of each target that was read. */
function firstOfTargets(series: readonly Series[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { labels, timestamps } of series) {
    const target = targetOf(labels);
    first.set(target, Math.min(first.get(target) ?? Infinity, timestamps[0]));
  }
  return first;
}

function targetOf(labels: Labels): string {
  return `${labelValue(labels, "job")}\0${labelValue(labels, "instance")}\0${labelValue(labels, SERVICE_LABEL)}`;
}

/** The `le` of a bucket in milliseconds; undefined = it is none. */
function boundOf(labels: Labels, unitMillis: number): number | undefined {
  const text = labelValue(labels, "le");
  if (text === "") return undefined;
  return text === "+Inf" ? Infinity : Number(text) * unitMillis;
}

function addTo(sums: Map<number, Float64Array>, bound: number, values: Float64Array): void {
  const sum = sums.get(bound);
  if (sum) add(sum, values);
  else sums.set(bound, values.slice());
}

function add(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] += from[i];
}

function bucketsOf({ histogram }: TrafficMetric): string {
  return `${histogram}_bucket`;
}

function nameIs(name: string): LabelMatcher {
  return { name: "__name__", operator: "=", value: name };
}

function serviceMatcher({ source }: TrafficMetric, service: string): LabelMatcher {
  return source === "span_metrics"
    ? { name: SERVICE_LABEL, operator: "=", value: service }
    : { name: "job", operator: "=~", value: jobPattern(service) };
}
