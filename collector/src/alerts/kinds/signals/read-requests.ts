/**
 * Requests, errors and durations of every service and operation from series, read once for a range and counted over any windows in it.
 * As query/golden counts them: server and consumer spans; a service without any by all its spans; services without spans by their own
 * metrics. Sample by sample, so that the first error of a series and a restart count right.
 */
import { labelValue, METRIC_NAME, type Labels } from "../../../model/labels.ts";
import { escapeRe2, SERVICE_LABEL, serviceOfSeries } from "../../../query/golden/service-of-series.ts";
import { addIncreases, type TimeBuckets } from "../../../query/golden/time-buckets.ts";
import { ENTRY_KINDS, errorTest, TRAFFIC_METRICS, type TrafficMetric } from "../../../query/golden/traffic-metrics.ts";
import type { LabelMatcher, MetricReader, MillisRange, Series } from "../../../store/store.ts";
import type { KindTools, Share } from "../kind-tools.ts";

/** Read before the range, so that the first increase has something to be taken from. */
const BEFORE_MILLIS = 60_000;
/** Who has no server spans is looked up so often. */
const KINDS_SLOT_MILLIS = 300_000;
/** Of a series that is scraped rarely; what is older is no longer now. */
const NOW_MILLIS = 90_000;

const LEAST_SPAN_MILLIS = 600_000;
const LEAST_GAP_MILLIS = 20_000;
const MOST_LOOKED_AT = 200;

export type RequestDetail = "counts" | "latencies";

export interface RequestGroup {
  readonly service: string;
  /** Span name, or route. */
  readonly operation: string;
  readonly parts: RequestPart[];
}

interface RequestPart {
  readonly series: Series;
  readonly isError: boolean;
  /** Upper bound of a bucket in seconds; undefined = a counter. */
  readonly bound: number | undefined;
}

export interface RequestCount {
  readonly requests: Float64Array;
  readonly errors: Float64Array;
  /** By upper bound in seconds; empty for counts. */
  readonly cumulative: Map<number, Float64Array>;
}

export interface RequestsOf {
  readonly metrics: MetricReader;
  readonly share: Share;
  /** Absent = all. */
  readonly services?: readonly string[];
  readonly operations?: readonly string[];
  /** Labels `le` of buckets that are read; absent = all. */
  readonly bounds?: readonly string[];
}

export class Requests {
  readonly groups: ReadonlyMap<string, RequestGroup>;
  readonly #first: ReadonlyMap<string, number>;
  readonly #newest: ReadonlyMap<string, number>;
  readonly #ofSpans = new Set<string>();
  /** Newest and oldest sample of all; infinite when there is none. */
  readonly newest: number;
  readonly oldest: number;

  constructor(series: readonly { readonly part: RequestPart; readonly operation: string }[]) {
    const groups = new Map<string, RequestGroup>();
    const [first, newest] = [new Map<string, number>(), new Map<string, number>()];
    for (const { part, operation } of series) {
      const { timestamps, labels } = part.series;
      const service = serviceOfSeries(labels);
      const key = requestKey(service, operation);
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { service, operation, parts: [] }));
      group.parts.push(part);
      if (labelValue(labels, SERVICE_LABEL) !== "") this.#ofSpans.add(service);
      first.set(service, Math.min(first.get(service) ?? Infinity, timestamps[0]));
      newest.set(service, Math.max(newest.get(service) ?? -Infinity, timestamps[timestamps.length - 1]));
    }
    this.groups = groups;
    this.#first = first;
    this.#newest = newest;
    this.newest = Math.max(-Infinity, ...newest.values());
    this.oldest = Math.min(Infinity, ...first.values());
  }

  /** Up to when a service is counted: its series end with their last flush, which was a moment ago. */
  endOf(service: string, timeMillis: number): number {
    const own = this.#newest.get(service) ?? -Infinity;
    // Series of spans are flushed all at once, targets are scraped each at its own moment.
    const ofSpans = this.#ofSpans.has(service);
    const end = ofSpans || own < this.newest - NOW_MILLIS ? this.newest : own;
    return timeMillis - end <= NOW_MILLIS ? end : timeMillis;
  }

  /** Whether there was a while in which nobody counted, as a restart makes it. */
  hasGap(from: number, to: number): boolean {
    const times = new Set<number>();
    let looked = 0;
    for (const { parts } of this.groups.values()) {
      if (looked++ > MOST_LOOKED_AT) break;
      for (const time of parts[0].series.timestamps) if (time >= from && time <= to) times.add(time);
    }
    const sorted = Float64Array.from(times).sort();
    const gaps = Array.from(sorted.subarray(1), (time, i) => time - sorted[i]);
    if (gaps.length === 0) return true;
    const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1];
    return Math.max(...gaps) > Math.max(LEAST_GAP_MILLIS, 3 * usual);
  }

  count({ service, parts }: RequestGroup, buckets: TimeBuckets): RequestCount {
    const firstOfTarget = this.#first.get(service) ?? -Infinity;
    const [requests, errors] = [new Float64Array(buckets.count), new Float64Array(buckets.count)];
    const cumulative = new Map<number, Float64Array>();
    for (const { series, isError, bound } of parts) {
      const increases = new Float64Array(buckets.count);
      addIncreases(increases, series, buckets, { firstOfTarget });
      if (bound !== undefined) {
        const sum = cumulative.get(bound);
        if (sum) add(sum, increases);
        else cumulative.set(bound, increases);
      }
      // A histogram's last bucket counts everything.
      if (bound !== undefined && bound !== Infinity) continue;
      add(requests, increases);
      if (isError) add(errors, increases);
    }
    return { requests, errors, cumulative };
  }
}

/** Names of services and operations hold no line feeds. */
export function requestKey(service: string, operation: string): string {
  return `${service}\n${operation}`;
}

export async function readRequests(
  { metrics, share, services, operations, bounds }: RequestsOf,
  range: MillisRange,
  detail: RequestDetail,
): Promise<Requests> {
  const wide = { start: range.start - BEFORE_MILLIS, end: range.end };
  const isEntry = (metric: TrafficMetric) => metric.source === "span_metrics";
  const [spans, servers] = [TRAFFIC_METRICS.filter(isEntry), TRAFFIC_METRICS.filter((metric) => !isEntry(metric))];
  const ofBounds = bounds ? [oneOf("le", bounds)] : [];
  const ofOperations = [...(operations ? [oneOf("span_name", operations)] : []), ...ofBounds];
  const ofServices = services ? [oneOf(SERVICE_LABEL, services)] : [];
  const found = await select(metrics, spans, detail, [ENTRY_KINDS, ...ofServices, ...ofOperations], wide);
  const without = await withoutEntry(metrics, share, range.end);
  const others = services ? without.filter((name) => services.includes(name)) : without;
  if (others.length > 0)
    found.push(...(await select(metrics, spans, detail, [oneOf(SERVICE_LABEL, others), ...ofOperations], wide)));
  const known = new Set(found.map(({ part }) => serviceOfSeries(part.series.labels)));
  const ofJobs = services ? [oneOf("job", services, "(.+/)?")] : [];
  const own = await select(metrics, servers, detail, [...ofJobs, ...ofBounds], wide);
  // Of several metrics of a service the first one that is listed counts.
  const first = new Map<string, string>();
  for (const metric of servers)
    for (const { part } of own) {
      const service = serviceOfSeries(part.series.labels);
      if (nameOf(part.series.labels).startsWith(metric.histogram) && !first.has(service))
        first.set(service, metric.histogram);
    }
  const counted = own.filter(({ part: { series } }) => {
    const service = serviceOfSeries(series.labels);
    return service !== "" && !known.has(service) && nameOf(series.labels).startsWith(first.get(service) ?? "\n");
  });
  return new Requests([...found, ...counted]);
}

/** Counters of all services up to now, read once for all that ask at that time and for no more than so long back. */
export function recentRequests(
  { reader, share }: Pick<KindTools, "reader" | "share">,
  spanMillis: number,
  timeMillis: number,
): Promise<Requests> {
  const span = Math.max(spanMillis, LEAST_SPAN_MILLIS);
  const range = { start: timeMillis - span - 30_000, end: timeMillis };
  return share(`requests ${span}`, timeMillis, () => readRequests({ metrics: reader.metrics, share }, range, "counts"));
}

async function select(
  metrics: MetricReader,
  sources: readonly TrafficMetric[],
  detail: RequestDetail,
  matchers: readonly LabelMatcher[],
  range: MillisRange,
): Promise<{ part: RequestPart; operation: string }[]> {
  const byName = new Map<string, { metric: TrafficMetric; isError: (labels: Labels) => boolean }>();
  for (const metric of sources) {
    const name =
      detail === "latencies" ? `${metric.histogram}_bucket` : (metric.counter ?? `${metric.histogram}_count`);
    if (!byName.has(name)) byName.set(name, { metric, isError: errorTest(metric) });
  }
  const name: LabelMatcher = { name: METRIC_NAME, operator: "=~", value: [...byName.keys()].join("|") };
  const series = await metrics.selectSeries([name, ...matchers], range);
  return series.flatMap((one) => {
    const source = byName.get(nameOf(one.labels));
    if (!source || serviceOfSeries(one.labels) === "") return [];
    const le = labelValue(one.labels, "le");
    const bound = le === "" ? undefined : le === "+Inf" ? Infinity : (Number(le) * source.metric.unitMillis) / 1000;
    const part: RequestPart = { series: one, isError: source.isError(one.labels), bound };
    return [{ part, operation: operationOf(one.labels) }];
  });
}

/** Services of which no span is a server's or a consumer's. */
async function withoutEntry(metrics: MetricReader, share: Share, timeMillis: number): Promise<readonly string[]> {
  const slot = Math.floor(timeMillis / KINDS_SLOT_MILLIS);
  return share("services without entry spans", slot, async () => {
    const counter: LabelMatcher = { name: METRIC_NAME, operator: "=", value: TRAFFIC_METRICS[0].counter ?? "" };
    const range = { start: timeMillis - 2 * KINDS_SLOT_MILLIS, end: timeMillis };
    const [all, entry] = await Promise.all(
      [[counter], [counter, ENTRY_KINDS]].map((selection) =>
        metrics.labelValues(SERVICE_LABEL, { selections: [selection], range, limit: 0 }),
      ),
    );
    const served = new Set(entry);
    return all.filter((name) => !served.has(name));
  });
}

function oneOf(name: string, values: readonly string[], prefix = ""): LabelMatcher {
  return { name, operator: "=~", value: values.map((value) => prefix + escapeRe2(value)).join("|") };
}

function operationOf(labels: Labels): string {
  const span = labelValue(labels, "span_name");
  if (span !== "") return span;
  const route = labelValue(labels, "http_route") || labelValue(labels, "rpc_method");
  const method = labelValue(labels, "http_request_method");
  return method !== "" && route !== "" ? `${method} ${route}` : route;
}

function nameOf(labels: Labels): string {
  return labelValue(labels, METRIC_NAME);
}

function add(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] += from[i];
}
