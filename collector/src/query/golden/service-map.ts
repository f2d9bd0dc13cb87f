/**
 * Who calls whom, how often, how well and how fast: from the series that service_graph makes of spans at ingest, with nodes for what
 * sends no spans (users, databases, queues); without such series from the newest stored spans, which know services and counts only.
 */
import { labelValue, type Labels } from "../../model/labels.ts";
import type { LabelMatcher, MetricReader, Series, StoreReader } from "../../store/store.ts";
import { ofCumulative, quantileMillis } from "./latency-counts.ts";
import { addIncreases, timeBuckets, type TimeBuckets } from "./time-buckets.ts";

export interface MapEdge {
  readonly client: string;
  readonly server: string;
  readonly kind: "call" | "queue" | "database" | "virtual";
  readonly ratePerSecond: number;
  readonly errorRatio: number;
  /** As the server measured it; null where it doesn't. */
  readonly p95Millis: number | null;
  readonly clientP95Millis: number | null;
}

export type MapNodeKind = "service" | "user" | "database" | "queue" | "external";

export interface ServiceMap {
  readonly source: "service_graph" | "spans";
  /** By client, then server. */
  readonly edges: readonly MapEdge[];
  /** Of every name at an edge's end. */
  readonly kinds: ReadonlyMap<string, MapNodeKind>;
}

const REQUESTS = "traces_service_graph_request_total";
const FAILED = "traces_service_graph_request_failed_total";
const SERVER_SECONDS = "traces_service_graph_request_server_seconds_bucket";
const CLIENT_SECONDS = "traces_service_graph_request_client_seconds_bucket";
/** Read before the range, for the first increase. */
const BEFORE_MILLIS = 60_000;
/** What a client is called that no span tells of. */
const USER = "user";
const KINDS = { messaging_system: "queue", database: "database", virtual_node: "virtual" } as const;

/** @param service only its edges */
export async function serviceMap(
  reader: StoreReader,
  range: { readonly start: number; readonly end: number },
  service?: string,
  signal?: AbortSignal,
): Promise<ServiceMap> {
  const edges = await edgesOfSeries(reader.metrics, timeBuckets(range.start, range.end, 1), service, signal);
  if (edges.length > 0) return { source: "service_graph", edges, kinds: kindsOf(edges) };
  const nanos = (millis: number) => BigInt(Math.round(millis)) * 1_000_000n;
  const calls = await reader.summarizeDependencies({ start: nanos(range.start), end: nanos(range.end) }, signal);
  const data = await reader.dataRange("traces");
  const since = Math.max(range.start, data ? Number(data.start / 1_000_000n) : range.start);
  const seconds = Math.max(1, (range.end - since) / 1000);
  const counted = calls
    .filter(({ parent, child }) => service === undefined || parent === service || child === service)
    .map(({ parent, child, callCount, errorCount }): MapEdge => ({
      client: parent,
      server: child,
      kind: "call",
      ratePerSecond: callCount / seconds,
      errorRatio: callCount > 0 ? errorCount / callCount : 0,
      p95Millis: null,
      clientP95Millis: null,
    }));
  const sorted = counted.sort(byEnds);
  return { source: "spans", edges: sorted, kinds: kindsOf(sorted) };
}

interface Sums {
  readonly client: string;
  readonly server: string;
  readonly type: string;
  readonly requests: Float64Array;
  readonly failed: Float64Array;
  readonly byServer: Map<number, Float64Array>;
  readonly byClient: Map<number, Float64Array>;
}

async function edgesOfSeries(
  metrics: MetricReader,
  buckets: TimeBuckets,
  service: string | undefined,
  signal: AbortSignal | undefined,
): Promise<MapEdge[]> {
  const sums = new Map<string, Sums>();
  let [oldest, newest] = [Infinity, -Infinity];
  const seen = new Set<string>();
  for (const matchers of selections(service)) {
    const series = await metrics.selectSeries(
      matchers,
      { start: buckets.start - BEFORE_MILLIS, end: buckets.end },
      signal,
    );
    const starts = firstOfTargets(series);
    for (const one of series) {
      // A service that calls itself is found by both selections.
      const key = one.labels.join("\0");
      if (seen.has(key)) continue;
      seen.add(key);
      oldest = Math.min(oldest, one.timestamps[0]);
      newest = Math.max(newest, one.timestamps[one.timestamps.length - 1]);
      const increases = new Float64Array(1);
      addIncreases(increases, one, buckets, { firstOfTarget: starts.get(targetOf(one.labels)) ?? -Infinity });
      put(sumOf(sums, one.labels), one.labels, increases);
    }
  }
  const seconds = Math.max(1, (Math.min(buckets.end, newest) - Math.max(buckets.start, oldest)) / 1000);
  const edges = Array.from(sums.values(), (sum): MapEdge => {
    const [requests, failed] = [sum.requests[0], sum.failed[0]];
    return {
      client: sum.client,
      server: sum.server,
      kind: Object.hasOwn(KINDS, sum.type) ? KINDS[sum.type as keyof typeof KINDS] : "call",
      ratePerSecond: requests / seconds,
      errorRatio: requests > 0 ? Math.min(1, failed / requests) : 0,
      p95Millis: p95(sum.byServer),
      clientP95Millis: p95(sum.byClient),
    };
  });
  return edges.filter(({ ratePerSecond }) => ratePerSecond > 0).sort(byEnds);
}

function selections(service: string | undefined): LabelMatcher[][] {
  const name: LabelMatcher = {
    name: "__name__",
    operator: "=~",
    value: [REQUESTS, FAILED, SERVER_SECONDS, CLIENT_SECONDS].join("|"),
  };
  if (service === undefined) return [[name]];
  return (["client", "server"] as const).map((side) => [name, { name: side, operator: "=", value: service }]);
}

function sumOf(sums: Map<string, Sums>, labels: Labels): Sums {
  const [client, server, type] = ["client", "server", "connection_type"].map((name) => labelValue(labels, name));
  const key = `${client}\0${server}\0${type}`;
  let sum = sums.get(key);
  if (!sum) {
    const [requests, failed] = [new Float64Array(1), new Float64Array(1)];
    sum = { client, server, type, requests, failed, byServer: new Map(), byClient: new Map() };
    sums.set(key, sum);
  }
  return sum;
}

function put(sum: Sums, labels: Labels, [increase]: Float64Array): void {
  const name = labelValue(labels, "__name__");
  if (name === REQUESTS) sum.requests[0] += increase;
  else if (name === FAILED) sum.failed[0] += increase;
  else {
    const le = labelValue(labels, "le");
    const bound = le === "+Inf" ? Infinity : Number(le) * 1000;
    const side = name === SERVER_SECONDS ? sum.byServer : sum.byClient;
    const known = side.get(bound);
    if (known) known[0] += increase;
    else side.set(bound, Float64Array.of(increase));
  }
}

function p95(cumulative: ReadonlyMap<number, Float64Array>): number | null {
  const { boundsMillis, counts } = ofCumulative(cumulative, 1);
  return quantileMillis(boundsMillis, counts[0], 0.95);
}

/** What sends spans is a service: every client but the user, and every server of a plain call or a queue. */
function kindsOf(edges: readonly MapEdge[]): Map<string, MapNodeKind> {
  const kinds = new Map<string, MapNodeKind>();
  for (const { server, kind } of edges) if (kind === "call" || kind === "queue") kinds.set(server, "service");
  for (const { client, kind } of edges)
    if (!kinds.has(client)) kinds.set(client, kind === "virtual" && client === USER ? "user" : "service");
  for (const { server, kind } of edges)
    if (!kinds.has(server)) kinds.set(server, kind === "database" ? "database" : "external");
  return kinds;
}

function firstOfTargets(series: readonly Series[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { labels, timestamps } of series) {
    const target = targetOf(labels);
    first.set(target, Math.min(first.get(target) ?? Infinity, timestamps[0]));
  }
  return first;
}

function targetOf(labels: Labels): string {
  return `${labelValue(labels, "job")}\0${labelValue(labels, "instance")}`;
}

function byEnds(a: MapEdge, b: MapEdge): number {
  return compare(a.client, b.client) || compare(a.server, b.server) || compare(a.kind, b.kind);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
