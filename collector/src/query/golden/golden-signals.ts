/**
 * The four golden signals of services: traffic, errors and latency from the best source each service has, saturation from whatever it
 * sends of its resources. https://sre.google/sre-book/monitoring-distributed-systems/#xref_monitoring_golden-signals
 */
import { METRIC_NAME } from "../../model/labels.ts";
import type { StoreReader } from "../../store/store.ts";
import { healthOf, recentBuckets, type Health } from "./health.ts";
import { listServiceNames } from "./list-services.ts";
import { NO_LATENCIES, quantileMillis, totalOf } from "./latency-counts.ts";
import { saturationOf, type ServiceSaturation } from "./saturation.ts";
import type { SaturationSource } from "./saturation-sources.ts";
import { coveredSeconds, type TimeBuckets } from "./time-buckets.ts";
import { TRAFFIC_METRICS, type TrafficMetric } from "./traffic-metrics.ts";
import { trafficOfMetric } from "./traffic-of-metrics.ts";
import { trafficOfSpans } from "./traffic-of-spans.ts";
import type { Traffic } from "./traffic.ts";

/** Series and spans are not counted at the same moment. */
const COMPLETE_WITHIN = 0.1;

export interface GoldenSignals {
  readonly service: string;
  /** Undefined = it sends nothing that tells of requests. */
  readonly traffic: Traffic | undefined;
  /** The metric that traffic was read from. */
  readonly metric: TrafficMetric | undefined;
  readonly requests: number;
  readonly ratePerSecond: number | null;
  readonly errorRatio: number | null;
  readonly quantileMillis: (q: number) => number | null;
  readonly saturation: ServiceSaturation | undefined;
  readonly health: Health;
  /** Per time bucket; null = unknown, or nothing to divide. */
  readonly series: {
    readonly ratePerSecond: readonly (number | null)[];
    readonly errorsPerSecond: readonly (number | null)[];
    readonly errorRatio: readonly (number | null)[];
    readonly saturation: readonly (number | null)[];
    readonly quantileMillis: (q: number) => (number | null)[];
  };
}

/** Of a service that was silent. */
export function noSignals(service: string, buckets: TimeBuckets): GoldenSignals {
  return signalsOf(service, undefined, undefined, buckets, buckets.start);
}

/** Every service that sent spans or metrics in the range, the worst first. @param service only this one */
export async function goldenSignals(
  reader: StoreReader,
  sources: readonly SaturationSource[],
  buckets: TimeBuckets,
  service?: string,
  signal?: AbortSignal,
): Promise<GoldenSignals[]> {
  const [traffic, saturation, listed] = await Promise.all([
    trafficOf(reader, buckets, service, signal),
    saturationOf(reader.metrics, sources, buckets, service, signal),
    listServiceNames(reader, buckets, signal),
  ]);
  const known = listed.filter((name) => service === undefined || name === service);
  const names = new Set([...traffic.services.keys(), ...saturation.keys(), ...known]);
  const since = Math.max(buckets.start, traffic.oldest);
  const all = Array.from(names, (name) =>
    signalsOf(name, traffic.services.get(name), saturation.get(name), buckets, since),
  );
  return all.sort((a, b) => b.health.score - a.health.score || (a.service < b.service ? -1 : 1));
}

interface Found {
  readonly traffic: Traffic;
  readonly metric: TrafficMetric | undefined;
}

/** Of each service by the first source that knows it: series made of spans, stored spans, its own metrics. */
async function trafficOf(
  reader: StoreReader,
  buckets: TimeBuckets,
  service: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ services: Map<string, Found>; oldest: number }> {
  const { metrics } = reader;
  const names = new Set(await metrics.labelValues(METRIC_NAME, { selections: [], range: buckets, limit: 0 }, signal));
  const found = new Map<string, Found>();
  let oldest = Infinity;
  const readMetrics = async (source: Traffic["source"]) => {
    for (const metric of TRAFFIC_METRICS) {
      if (metric.source !== source || !names.has(`${metric.histogram}_bucket`)) continue;
      const { services, ...rest } = await trafficOfMetric(metrics, metric, buckets, service, signal);
      oldest = Math.min(oldest, rest.oldest);
      for (const [name, traffic] of services) if (!found.has(name)) found.set(name, { traffic, metric });
    }
  };
  await readMetrics("span_metrics");
  const spans = await trafficOfSpans(reader, buckets, service, signal);
  for (const [name, traffic] of spans.services) {
    const known = found.get(name);
    if (!known) found.set(name, { traffic, metric: undefined });
    // Its series began only now.
    else if (sum(known.traffic.requests) === 0) found.set(name, { traffic, metric: known.metric });
    else if (known.traffic.latencies === NO_LATENCIES && isComplete(traffic, known.traffic))
      found.set(name, { ...known, traffic: { ...known.traffic, latencies: traffic.latencies } });
  }
  // Too many series to read all at once, and the stored spans are a sample: one service after the other.
  for (const [name, { metric, traffic }] of found) {
    if (!metric || traffic.latencies !== NO_LATENCIES || service !== undefined) continue;
    const own = (await trafficOfMetric(metrics, metric, buckets, name, signal)).services.get(name);
    if (own) found.set(name, { metric, traffic: own });
  }
  await readMetrics("server_metrics");
  return { services: found, oldest: Math.min(oldest, spans.oldest) };
}

/** Whether stored spans are all that the series counted: then their latencies are those of all requests, and finer. */
function isComplete(spans: Traffic, series: Traffic): boolean {
  const [stored, counted] = [sum(spans.requests), sum(series.requests)];
  return Math.abs(stored - counted) <= counted * COMPLETE_WITHIN;
}

function signalsOf(
  service: string,
  found: Found | undefined,
  saturation: ServiceSaturation | undefined,
  buckets: TimeBuckets,
  since: number,
): GoldenSignals {
  const none = () => new Array<null>(buckets.count).fill(null);
  const saturationSeries = saturation?.series ?? none();
  if (!found) {
    const health = healthOf({
      requests: [],
      ratePerSecond: [],
      errorRatio: null,
      p95Millis: { before: null, recent: null },
      saturation,
    });
    const series = { ratePerSecond: none(), errorsPerSecond: none(), errorRatio: none(), saturation: saturationSeries };
    const nothing = { traffic: undefined, metric: undefined, requests: 0, ratePerSecond: null, errorRatio: null };
    return {
      service,
      ...nothing,
      saturation,
      health,
      quantileMillis: () => null,
      series: { ...series, quantileMillis: none },
    };
  }
  const { traffic, metric } = found;
  const { boundsMillis, counts } = traffic.latencies;
  const covered = coveredSeconds(buckets, { oldest: since, newest: traffic.newest });
  const perSecond = (values: Float64Array) =>
    covered.map((seconds, i) => (seconds === undefined ? null : values[i] / seconds));
  const [requests, errors] = [sum(traffic.requests), sum(traffic.errors)];
  const total = totalOf(traffic.latencies);
  const quantiles = (q: number) =>
    Array.from({ length: buckets.count }, (_, i) => quantileMillis(boundsMillis, counts[i] ?? [], q));
  const series = {
    ratePerSecond: perSecond(traffic.requests),
    errorsPerSecond: perSecond(traffic.errors),
    errorRatio: Array.from(traffic.requests, (count, i) => (count > 0 ? traffic.errors[i] / count : null)),
    saturation: saturationSeries,
    quantileMillis: quantiles,
  };
  const errorRatio = requests > 0 ? errors / requests : null;
  const recent = recentBuckets(buckets.count);
  const health = healthOf({
    requests: [...traffic.requests],
    ratePerSecond: series.ratePerSecond,
    errorRatio,
    p95Millis: {
      before: quantileMillis(boundsMillis, totalOf({ boundsMillis, counts: counts.slice(0, -recent) }), 0.95),
      recent: quantileMillis(boundsMillis, totalOf({ boundsMillis, counts: counts.slice(-recent) }), 0.95),
    },
    saturation,
  });
  return {
    service,
    traffic,
    metric,
    requests,
    ratePerSecond: requests / Math.max(1, (traffic.newest - since) / 1000),
    errorRatio,
    quantileMillis: (q) => quantileMillis(boundsMillis, total, q),
    saturation,
    health,
    series,
  };
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
