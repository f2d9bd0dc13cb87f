/** What services make of each other, from the series of the service graph: calls that fail, and calls for each request that came in. */
import { labelValue, METRIC_NAME } from "../../../model/labels.ts";
import { addIncreases, timeBuckets, type TimeBuckets } from "../../../query/golden/time-buckets.ts";
import type { BaselineSource } from "../../rules/rule-source.ts";
import type { LabelMatcher } from "../../../store/store.ts";
import type { KindTools } from "../kind-tools.ts";
import { readRequests } from "./read-requests.ts";
import {
  FEWEST_REQUESTS,
  HOUR_MILLIS,
  median,
  signalKey,
  WINDOWS,
  type HourValues,
  type Reading,
  type SignalReader,
} from "./signal.ts";

const BEFORE_MILLIS = 60_000;
/** Requests of a client in the window; of fewer the calls are no multiple. */
const LEAST_REQUESTS = 20;
const REQUESTS = "traces_service_graph_request_total";
const FAILED = "traces_service_graph_request_failed_total";
/** Whoever calls and sends no spans, as the service graph names them: what fails there is the service's own failing. */
const USER = "user";
const EDGES: LabelMatcher = { name: METRIC_NAME, operator: "=~", value: `${REQUESTS}|${FAILED}` };

type Settings = Pick<BaselineSource, "windowMillis" | "minCount">;

interface Edge {
  readonly requests: Float64Array;
  readonly failed: Float64Array;
}

async function readEdges({ reader }: KindTools, buckets: TimeBuckets): Promise<Map<string, Edge>> {
  const range = { start: buckets.start - BEFORE_MILLIS, end: buckets.end };
  const series = await reader.metrics.selectSeries([EDGES], range);
  const first = Math.min(Infinity, ...series.map(({ timestamps }) => timestamps[0]));
  const edges = new Map<string, Edge>();
  for (const one of series) {
    const [client, server] = [labelValue(one.labels, "client"), labelValue(one.labels, "server")];
    if (client === "" || server === "") continue;
    const type = labelValue(one.labels, "connection_type");
    if (client === USER && type === "virtual_node") continue;
    const key = signalKey(client, client, server, type);
    let edge = edges.get(key);
    if (!edge)
      edges.set(key, (edge = { requests: new Float64Array(buckets.count), failed: new Float64Array(buckets.count) }));
    const into = labelValue(one.labels, METRIC_NAME) === FAILED ? edge.failed : edge.requests;
    addIncreases(into, one, buckets, { firstOfTarget: first });
  }
  return edges;
}

/** As long as a window of baselines in an hour; counts of now end with the newest flush, at most 5 s ago. */
abstract class EdgeSignal implements SignalReader {
  abstract readonly name: string;
  abstract readonly unit: SignalReader["unit"];
  /** The client is the service whose spans show it. */
  readonly labelNames = ["service_name", "client", "server", "connection_type"];
  protected readonly tools: KindTools;
  protected readonly settings: Settings;

  constructor(tools: KindTools, settings: Settings) {
    this.tools = tools;
    this.settings = settings;
  }

  async now(timeMillis: number): Promise<ReadonlyMap<string, Reading>> {
    const { windowMillis } = this.settings;
    const buckets = timeBuckets(timeMillis - windowMillis, timeMillis, 1);
    const edges = await this.tools.share(`edges ${windowMillis}`, timeMillis, () => readEdges(this.tools, buckets));
    const measured = await this.measure(edges, buckets);
    const readings = new Map<string, Reading>();
    for (const [key, [value]] of measured)
      if (value !== undefined) readings.set(key, { value, count: edges.get(key)?.requests[0] ?? 0, windowMillis });
    return readings;
  }

  async hour(startMillis: number): Promise<ReadonlyMap<string, HourValues>> {
    const buckets = timeBuckets(startMillis, startMillis + HOUR_MILLIS, WINDOWS);
    const edges = await readEdges(this.tools, buckets);
    const found = new Map<string, HourValues>();
    for (const [key, all] of await this.measure(edges, buckets)) {
      const values = all.filter((value) => value !== undefined);
      if (values.length > 0) found.set(key, { values, count: median([...(edges.get(key)?.requests ?? [])]) });
    }
    return found;
  }

  protected abstract measure(
    edges: ReadonlyMap<string, Edge>,
    buckets: TimeBuckets,
  ): Promise<Map<string, (number | undefined)[]>>;
}

export class DependencyErrors extends EdgeSignal {
  readonly name = "dependency_errors";
  readonly unit = "ratio";

  protected async measure(edges: ReadonlyMap<string, Edge>, buckets: TimeBuckets) {
    const least = buckets.count > 1 ? FEWEST_REQUESTS / 2 : this.settings.minCount;
    return new Map(
      Array.from(edges, ([key, { requests, failed }]) => [
        key,
        Array.from(requests, (count, i) => (count >= least ? Math.min(1, failed[i] / count) : undefined)),
      ]),
    );
  }
}

/** A service that repeats what fails calls more often for each request that it gets. */
export class CallsPerRequest extends EdgeSignal {
  readonly name = "calls_per_request";
  readonly unit = "count";

  protected async measure(edges: ReadonlyMap<string, Edge>, buckets: TimeBuckets) {
    const { reader, share } = this.tools;
    const { start, end, count } = buckets;
    const requests = await share(`requests of clients ${count} ${end - start}`, end, () =>
      readRequests({ metrics: reader.metrics, share }, { start, end }, "counts"),
    );
    const received = new Map<string, Float64Array>();
    for (const group of requests.groups.values()) {
      const counts = requests.count(group, buckets).requests;
      const sum = received.get(group.service);
      if (sum) for (let i = 0; i < count; i++) sum[i] += counts[i];
      else received.set(group.service, counts);
    }
    const found = new Map<string, (number | undefined)[]>();
    for (const [key, edge] of edges) {
      const own = received.get(key.split("\n")[0]);
      // Without requests of its own it works by itself: nothing to hold its calls against.
      if (own)
        found.set(
          key,
          Array.from(edge.requests, (calls, i) => (own[i] >= LEAST_REQUESTS ? calls / own[i] : undefined)),
        );
    }
    return found;
  }
}
