/** Error share, latency and traffic of services and operations. */
import type { BaselineSource } from "../../rules/rule-source.ts";
import { ofCumulative, quantileMillis } from "../../../query/golden/latency-counts.ts";
import { timeBuckets } from "../../../query/golden/time-buckets.ts";
import type { KindTools } from "../kind-tools.ts";
import { readRequests, recentRequests, type RequestCount, type RequestGroup, type Requests } from "./read-requests.ts";
import {
  FEWEST_REQUESTS,
  median,
  signalKey,
  WINDOW_MILLIS,
  WINDOWS,
  type HourValues,
  type Reading,
  type SignalReader,
} from "./signal.ts";

/** Samples held at a time: 16 bytes each, and some 90 ns. */
const MOST_SAMPLES = 1_500_000;
const MILLIS_BETWEEN_SAMPLES = 5000;
/** Names in a matcher. */
const MOST_NAMES = 300;
/** Windows of an hour that are read where there are very many series. */
const FEWEST_WINDOWS = 4;

type Settings = Pick<
  BaselineSource,
  "by" | "quantile" | "windowMillis" | "maxWindowMillis" | "minCount" | "deviations"
>;

/** How a window's counts become the signal's value; undefined = there are too few. */
type Measure = (count: Counted, seconds: number) => number | undefined;

interface Counted {
  readonly requests: number;
  readonly errors: number;
  /** Of its latencies, not cumulative; empty without. */
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
}

abstract class RequestSignal implements SignalReader {
  abstract readonly name: string;
  abstract readonly unit: SignalReader["unit"];
  protected abstract readonly detail: "counts" | "latencies";
  protected readonly tools: KindTools;
  protected readonly settings: Settings;

  constructor(tools: KindTools, settings: Settings) {
    this.tools = tools;
    this.settings = settings;
  }

  get labelNames(): readonly string[] {
    return this.settings.by === "operation" ? ["service_name", "span_name"] : ["service_name"];
  }

  abstract now(timeMillis: number): Promise<ReadonlyMap<string, Reading> | undefined>;
  protected abstract readonly measure: Measure;

  /** Reads piece by piece where there are many series. */
  async hour(startMillis: number): Promise<ReadonlyMap<string, HourValues>> {
    const windows = new Map<string, Counted[]>();
    const wide = this.detail === "latencies" ? await this.#seriesBetween(startMillis) : 0;
    const perWindow = (wide * WINDOW_MILLIS) / MILLIS_BETWEEN_SAMPLES;
    const at = perWindow * WINDOWS <= MOST_SAMPLES ? WINDOWS : Math.max(1, Math.floor(MOST_SAMPLES / perWindow));
    const step = perWindow * WINDOWS > 4 * MOST_SAMPLES ? WINDOWS / FEWEST_WINDOWS : 1;
    for (let from = 0; from < WINDOWS; from += step > 1 ? step : at) {
      const count = step > 1 ? 1 : Math.min(at, WINDOWS - from);
      const start = startMillis + from * WINDOW_MILLIS;
      const end = start + count * WINDOW_MILLIS;
      const requests = await this.#read(start, end);
      const covered = coverOf(requests, start, end);
      for (const [key, counts] of this.#countAll(requests, start, end, count)) {
        const list = windows.get(key) ?? [];
        for (const [i, one] of counts.entries()) if (covered(i)) list.push(one);
        windows.set(key, list);
      }
    }
    const values = new Map<string, HourValues>();
    for (const [key, counts] of windows) {
      const found = this.summarize(counts);
      if (found) values.set(key, found);
    }
    return values;
  }

  /** Windows with too few requests are joined with those behind them. */
  protected summarize(windows: readonly Counted[]): HourValues | undefined {
    const values: number[] = [];
    let sum: Counted | undefined;
    let joined = 0;
    for (const window of windows) {
      sum = sum ? addCounts(sum, window) : window;
      joined++;
      const value = this.measure(sum, (joined * WINDOW_MILLIS) / 1000);
      if (value === undefined) continue;
      values.push(value);
      [sum, joined] = [undefined, 0];
    }
    if (values.length === 0) return undefined;
    return { values, count: median(windows.map(({ requests }) => requests)) };
  }

  async #seriesBetween(startMillis: number): Promise<number> {
    const { reader } = this.tools;
    const name = {
      name: "__name__",
      operator: "=~",
      value: "traces_span_metrics_duration_(milli)?seconds_bucket",
    } as const;
    const range = { start: startMillis, end: startMillis + WINDOW_MILLIS };
    return (await reader.metrics.findSeries({ selections: [[name]], range, limit: 0 })).length;
  }

  #read(start: number, end: number): Promise<Requests> {
    const { reader, share } = this.tools;
    return readRequests({ metrics: reader.metrics, share }, { start, end }, this.detail);
  }

  #countAll(requests: Requests, start: number, end: number, count: number): Map<string, Counted[]> {
    const found = new Map<string, Counted[]>();
    for (const group of requests.groups.values()) {
      const counts = countedOf(requests.count(group, timeBuckets(start, end, count)), count);
      const key = this.keyOf(group);
      const known = found.get(key);
      found.set(key, known ? known.map((one, i) => addCounts(one, counts[i])) : counts);
    }
    return found;
  }

  protected keyOf({ service, operation }: RequestGroup): string {
    return this.settings.by === "operation" ? signalKey(service, operation) : service;
  }

  /** Counts of the window up to each service's end, or of a longer one where there were too few. */
  protected countNow(requests: Requests, timeMillis: number): Map<string, Counted & { readonly windowMillis: number }> {
    const { windowMillis, maxWindowMillis, minCount } = this.settings;
    const lengths = [1, 2, 5, 10].map((times) => times * windowMillis).filter((each) => each <= maxWindowMillis);
    const groups = Map.groupBy(requests.groups.values(), (group) => this.keyOf(group));
    const found = new Map<string, Counted & { readonly windowMillis: number }>();
    for (const [key, members] of groups) {
      for (const length of lengths) {
        const counts = members.map((group) => {
          const end = requests.endOf(group.service, timeMillis);
          return countedOf(requests.count(group, timeBuckets(end - length, end, 1)), 1)[0];
        });
        const sum = counts.reduce(addCounts);
        found.set(key, { ...sum, windowMillis: length });
        if (sum.requests >= minCount) break;
      }
    }
    return found;
  }

  protected recent(timeMillis: number): Promise<Requests> {
    return recentRequests(this.tools, this.settings.maxWindowMillis, timeMillis);
  }
}

export class ErrorRatio extends RequestSignal {
  readonly unit = "ratio";
  protected readonly detail = "counts";

  get name(): string {
    return `error_ratio ${this.settings.by}`;
  }

  async now(timeMillis: number): Promise<ReadonlyMap<string, Reading> | undefined> {
    const counts = this.countNow(await this.recent(timeMillis), timeMillis);
    const readings = new Map<string, Reading>();
    for (const [key, { requests, errors, windowMillis }] of counts)
      if (requests >= 1) readings.set(key, { value: Math.min(1, errors / requests), count: requests, windowMillis });
    return readings;
  }

  protected readonly measure: Measure = ({ requests, errors }) =>
    requests >= FEWEST_REQUESTS ? Math.min(1, errors / requests) : undefined;

  /** One error in a thousand is seen in few windows: the middle is that of all the hour's requests. */
  protected override summarize(windows: readonly Counted[]): HourValues | undefined {
    const found = super.summarize(windows);
    const sum = windows.reduce(addCounts, NOTHING);
    return found && { ...found, center: Math.min(1, sum.errors / Math.max(1, sum.requests)) };
  }
}

export class Traffic extends RequestSignal {
  readonly unit = "per_second";
  protected readonly detail = "counts";

  get name(): string {
    return `traffic ${this.settings.by}`;
  }

  /** Undefined when nothing at all was counted lately: it is the counting that stopped. */
  async now(timeMillis: number): Promise<ReadonlyMap<string, Reading> | undefined> {
    const { windowMillis } = this.settings;
    const requests = await this.recent(timeMillis);
    const { newest, oldest } = requests;
    const isCounted = newest > timeMillis - 90_000 && oldest <= newest - windowMillis;
    if (!isCounted || requests.hasGap(newest - windowMillis, newest)) return undefined;
    const readings = new Map<string, Reading>();
    for (const [key, members] of Map.groupBy(requests.groups.values(), (group) => this.keyOf(group))) {
      let sum = 0;
      for (const group of members) {
        const end = requests.endOf(group.service, timeMillis);
        sum += requests.count(group, timeBuckets(end - windowMillis, end, 1)).requests[0];
      }
      readings.set(key, { value: (sum * 1000) / windowMillis, count: sum, windowMillis });
    }
    return readings;
  }

  protected readonly measure: Measure = ({ requests }, seconds) => requests / seconds;
}

export class Latency extends RequestSignal {
  readonly unit = "seconds";
  protected readonly detail = "latencies";

  get name(): string {
    return `latency ${this.settings.by} ${this.settings.quantile}`;
  }

  /** Histograms have many series: of those alone that had enough requests, and no longer back than that takes. */
  async now(timeMillis: number): Promise<ReadonlyMap<string, Reading> | undefined> {
    const { windowMillis, minCount, by } = this.settings;
    const counts = this.countNow(await this.recent(timeMillis), timeMillis);
    const enough = [...counts].filter(([, { requests }]) => requests >= minCount);
    const readings = new Map<string, Reading>();
    for (const [length, chosen] of Map.groupBy(enough, ([, one]) => one.windowMillis)) {
      const services = [...new Set(chosen.map(([key]) => key.split("\n")[0]))];
      const operations = by === "operation" ? [...new Set(chosen.map(([key]) => key.split("\n")[1]))] : [];
      const isFew = length > windowMillis && Math.max(services.length, operations.length) <= MOST_NAMES;
      const requests = await this.tools.share(
        `latencies ${length} ${isFew ? [services.join("\n"), ...operations].join("\n\n") : "all"}`,
        timeMillis,
        () =>
          readRequests(
            {
              metrics: this.tools.reader.metrics,
              share: this.tools.share,
              ...(isFew && { services }),
              ...(isFew && by === "operation" && { operations }),
            },
            { start: timeMillis - length - 30_000, end: timeMillis },
            "latencies",
          ),
      );
      const wanted = new Set(chosen.map(([key]) => key));
      for (const [key, members] of Map.groupBy(requests.groups.values(), (group) => this.keyOf(group))) {
        if (!wanted.has(key)) continue;
        const sums = members.map((group) => {
          const end = requests.endOf(group.service, timeMillis);
          return countedOf(requests.count(group, timeBuckets(end - length, end, 1)), 1)[0];
        });
        const sum = sums.reduce(addCounts);
        const { quantile, deviations } = this.settings;
        const value = this.#quantileOf(sum, quantile);
        // So few requests may be slow for chance: a lower quantile is high only when more of them are than chance makes.
        const doubt = deviations * Math.sqrt((quantile * (1 - quantile)) / sum.requests);
        const [least, most] = [quantile - doubt, quantile + doubt].map((q) =>
          this.#quantileOf(sum, Math.min(0.999, Math.max(0.001, q))),
        );
        if (value !== undefined)
          readings.set(key, {
            value,
            sure: [least ?? value, most ?? value],
            count: sum.requests,
            windowMillis: length,
          });
      }
    }
    return readings;
  }

  protected readonly measure: Measure = (counted) =>
    counted.requests >= FEWEST_REQUESTS ? this.#quantileOf(counted, this.settings.quantile) : undefined;

  #quantileOf({ bounds, counts }: Counted, quantile: number): number | undefined {
    const millis = quantileMillis(
      bounds.map((bound) => bound * 1000),
      counts,
      quantile,
    );
    return millis === null ? undefined : millis / 1000;
  }
}

const NOTHING: Counted = { requests: 0, errors: 0, bounds: [], counts: new Float64Array(0) };

function countedOf({ requests, errors, cumulative }: RequestCount, buckets: number): Counted[] {
  const { boundsMillis: bounds, counts } = ofCumulative(cumulative, buckets);
  return Array.from(requests, (count, i) => ({ requests: count, errors: errors[i], bounds, counts: counts[i] }));
}

function addCounts(a: Counted, b: Counted): Counted {
  const [requests, errors] = [a.requests + b.requests, a.errors + b.errors];
  if (a.bounds.length === 0 || b.bounds.length === 0) {
    const { bounds, counts } = a.bounds.length === 0 ? b : a;
    return { requests, errors, bounds, counts };
  }
  if (a.bounds.length === b.bounds.length && a.bounds.every((bound, i) => bound === b.bounds[i]))
    return { requests, errors, bounds: a.bounds, counts: a.counts.map((count, i) => count + b.counts[i]) };
  const bounds = [...new Set([...a.bounds, ...b.bounds])].sort((x, y) => x - y);
  const counts = Float64Array.from(
    bounds,
    (bound) => (a.counts[a.bounds.indexOf(bound)] ?? 0) + (b.counts[b.bounds.indexOf(bound)] ?? 0),
  );
  return { requests, errors, bounds, counts };
}

/** Whether a window was counted from its begin to its end, by what all series have. */
function coverOf(requests: Requests, start: number, end: number): (window: number) => boolean {
  const [oldest, newest] = [requests.oldest, requests.newest];
  return (window) => {
    const from = start + window * WINDOW_MILLIS;
    return oldest <= from + 15_000 && newest >= Math.min(end, from + WINDOW_MILLIS) - 60_000;
  };
}
