/**
 * A shop of services over weeks of simulated time, as the series it would have sent: requests with a day's and a week's rhythm and
 * chance, latencies, errors, calls between services, event loops and memory. Samples are made when they are asked for, so that two weeks
 * cost no memory. Faults change rates, errors and latencies from a moment on.
 */
import { labelsOf, type Labels } from "../../src/model/labels.ts";
import { compileMatcher } from "../../src/model/label-matcher.ts";
import { labelValue } from "../../src/model/labels.ts";
import { MemoryDocumentStore } from "../../src/store/memory/memory-documents.ts";
import type { LabelMatcher, MillisRange, Series, SeriesRequest, StoreReader } from "../../src/store/store.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const BOUNDS = [0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1.4, 2, 5, 10, 15, Infinity];

export interface SimulatedOperation {
  readonly service: string;
  readonly operation: string;
  /** Requests a second on average. */
  readonly rate: number;
  /** Seconds; lengths are log-normal. */
  readonly medianSeconds: number;
  readonly errorShare: number;
}

/** What a fault makes of an operation from its begin on; absent = as before. */
export interface SimulatedFault {
  readonly fromMillis: number;
  readonly untilMillis?: number;
  readonly operations?: (operation: SimulatedOperation) => Partial<SimulatedOperation> | undefined;
  /** Calls for each request of the client, and the share of them that fails. */
  readonly edges?: (client: string, server: string) => { calls?: number; failed?: number } | undefined;
  readonly lagSeconds?: (service: string) => number | undefined;
  /** Bytes more, by seconds since the fault's begin. */
  readonly memory?: (service: string, seconds: number) => number;
  /** Services that are gone: no series of theirs has a sample. */
  readonly gone?: readonly string[];
}

export interface ShopSettings {
  readonly startMillis: number;
  readonly endMillis: number;
  readonly faults?: readonly SimulatedFault[];
  readonly operations?: readonly SimulatedOperation[];
  /** Between samples. */
  readonly stepMillis?: number;
  readonly seed?: number;
  /** 0 = the rate is the same all day. */
  readonly rhythm?: number;
}

export const SHOP_OPERATIONS: readonly SimulatedOperation[] = [
  { service: "gateway", operation: "GET /products", rate: 2, medianSeconds: 0.012, errorShare: 0.001 },
  { service: "gateway", operation: "GET /products/:sku", rate: 1.2, medianSeconds: 0.018, errorShare: 0.001 },
  { service: "gateway", operation: "POST /orders", rate: 1.2, medianSeconds: 0.09, errorShare: 0.004 },
  { service: "orders", operation: "POST /orders", rate: 1.2, medianSeconds: 0.07, errorShare: 0.003 },
  { service: "orders", operation: "GET /orders/:id", rate: 0.5, medianSeconds: 0.008, errorShare: 0.001 },
  { service: "inventory", operation: "GET /items/:sku", rate: 3, medianSeconds: 0.006, errorShare: 0.0005 },
  { service: "inventory", operation: "POST /reservations", rate: 1.2, medianSeconds: 0.009, errorShare: 0.001 },
  { service: "payments", operation: "POST /charges", rate: 1.2, medianSeconds: 0.045, errorShare: 0.005 },
  { service: "mailer", operation: "POST /mails", rate: 0.02, medianSeconds: 0.03, errorShare: 0.02 },
];

/** Whoever asks the first service, as the service graph names them. */
const USER = "user";
const EDGES: readonly (readonly [client: string, server: string, calls: number])[] = [
  ["gateway", "orders", 0.35],
  ["gateway", "inventory", 0.7],
  ["orders", "inventory", 1.4],
  ["orders", "payments", 0.7],
  [USER, "gateway", 1],
];

interface SimulatedSeries {
  readonly labels: Labels;
  readonly at: (millis: number) => number;
  readonly isThere: (millis: number) => boolean;
}

export class SimulatedShop {
  /** Of a shop that is like another one the same: they have one past. */
  readonly documents: MemoryDocumentStore;
  readonly #settings: Required<Pick<ShopSettings, "stepMillis" | "seed" | "rhythm" | "faults" | "operations">> &
    ShopSettings;
  readonly #minutes: number;
  readonly #series: SimulatedSeries[] = [];
  readonly #matched = new Map<string, SimulatedSeries[]>();
  readonly #sums: Map<string, Float64Array[]>;
  #state: number;

  /** @param like without faults, of the same times: what came before the faults is taken from it */
  constructor(settings: ShopSettings, like?: SimulatedShop) {
    this.documents = like?.documents ?? new MemoryDocumentStore();
    this.#sums = new Map(Array.from(like ? like.#sums : [], ([key, sums]) => [key, sums.map((each) => each.slice())]));
    this.#settings = {
      stepMillis: 5000,
      seed: 1,
      rhythm: 1,
      faults: [],
      operations: SHOP_OPERATIONS,
      ...settings,
    };
    this.#state = this.#settings.seed;
    this.#minutes = Math.ceil((settings.endMillis - settings.startMillis) / MINUTE) + 1;
    for (const operation of this.#settings.operations) this.#addOperation(operation);
    this.#addEdges();
    for (const service of new Set(this.#settings.operations.map((one) => one.service))) this.#addProcess(service);
  }

  get seriesCount(): number {
    return this.#series.length;
  }

  /** The same shop, whose past stays as it was. */
  withFaults(faults: readonly SimulatedFault[], stepMillis = this.#settings.stepMillis): SimulatedShop {
    return new SimulatedShop({ ...this.#settings, faults, stepMillis }, this);
  }

  /** Sums up to each minute; those before the first fault are there already, when there is a shop to be like. */
  #open(key: string, count: number): { sums: Float64Array[]; from: number } {
    const known = this.#sums.get(key);
    if (known) {
      const first = Math.min(Infinity, ...this.#settings.faults.map(({ fromMillis }) => fromMillis));
      return { sums: known, from: Math.floor((first - this.#settings.startMillis) / MINUTE) };
    }
    const sums = Array.from({ length: count }, () => new Float64Array(this.#minutes + 1));
    this.#sums.set(key, sums);
    return { sums, from: 0 };
  }

  get reader(): StoreReader {
    const metrics = {
      selectSeries: async (matchers: readonly LabelMatcher[], range: MillisRange) => this.#select(matchers, range),
      findSeries: async ({ selections, range }: SeriesRequest) =>
        selections.flatMap((matchers) => this.#select(matchers, range)).map(({ labels }) => labels),
      labelValues: async (name: string, { selections, range }: SeriesRequest) => {
        const lists = selections.length === 0 ? [[]] : selections;
        const values = lists.flatMap((matchers) =>
          this.#match(matchers)
            .filter(({ isThere }) => isThere(range.end))
            .map(({ labels }) => labelValue(labels, name)),
        );
        return [...new Set(values)].filter((value) => value !== "").sort();
      },
    };
    const { startMillis, endMillis } = this.#settings;
    const data = { start: BigInt(startMillis) * 1_000_000n, end: BigInt(endMillis) * 1_000_000n };
    const reader = {
      metrics,
      documents: this.documents,
      dataRange: async () => data,
      reportStorage: async () => ({ signals: [{ signal: "metrics", data }] }),
      listServices: async () => [],
      summarizeOperations: async () => [],
    };
    return reader as unknown as StoreReader;
  }

  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  #poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 30) {
      const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
    }
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.#random(); product > limit; product *= this.#random()) count++;
    return count;
  }

  #binomial(count: number, share: number): number {
    if (share >= 1) return count;
    if (count * share < 5) return Math.min(count, this.#poisson(count * share));
    if (count * (1 - share) < 5) return count - Math.min(count, this.#poisson(count * (1 - share)));
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    return Math.max(0, Math.min(count, Math.round(count * share + Math.sqrt(count * share * (1 - share)) * normal)));
  }

  /** Least at four in the morning, a third less on Sundays. */
  #rhythmAt(millis: number): number {
    const { rhythm } = this.#settings;
    const day = 1 - 0.6 * rhythm * Math.cos(((millis % DAY) / DAY) * 2 * Math.PI - (Math.PI / 12) * 4);
    const isSunday = new Date(millis).getUTCDay() === 0;
    return day * (isSunday ? 1 - 0.33 * rhythm : 1);
  }

  #faultsAt(millis: number): readonly SimulatedFault[] {
    return this.#settings.faults.filter(
      ({ fromMillis, untilMillis = Infinity }) => millis >= fromMillis && millis < untilMillis,
    );
  }

  /** Sums up to each minute, and in between in equal parts. */
  #counter(sums: Float64Array): (millis: number) => number {
    const { startMillis } = this.#settings;
    return (millis) => {
      const at = Math.max(0, (millis - startMillis) / MINUTE);
      const minute = Math.min(sums.length - 2, Math.floor(at));
      return Math.floor(sums[minute] + (sums[minute + 1] - sums[minute]) * Math.min(1, at - minute));
    };
  }

  #isThere(service: string): (millis: number) => boolean {
    return (millis) => !this.#faultsAt(millis).some(({ gone }) => gone?.includes(service));
  }

  #addOperation(operation: SimulatedOperation): void {
    const { startMillis } = this.#settings;
    const { sums, from } = this.#open(`${operation.service} ${operation.operation}`, 2 + BOUNDS.length);
    const [good, bad, ...lengths] = sums;
    const usual = sharesOf(operation.medianSeconds);
    for (let minute = from; minute < this.#minutes; minute++) {
      const millis = startMillis + minute * MINUTE;
      const now = this.#faultsAt(millis).reduce((one, { operations }) => ({ ...one, ...operations?.(one) }), operation);
      const shares = now === operation ? usual : sharesOf(now.medianSeconds);
      const count = this.#poisson(now.rate * 60 * this.#rhythmAt(millis));
      const errors = Math.min(count, this.#poisson(count * now.errorShare));
      good[minute + 1] = good[minute] + count - errors;
      bad[minute + 1] = bad[minute] + errors;
      let [left, leftShare] = [count - errors, 1];
      for (const [i, share] of shares.entries()) {
        const own = this.#binomial(left, i === shares.length - 1 ? 1 : Math.min(1, share / leftShare));
        left -= own;
        leftShare = Math.max(1e-12, leftShare - share);
        lengths[i][minute + 1] = lengths[i][minute] + own;
      }
    }
    const { service } = operation;
    const labels = { service_name: service, span_name: operation.operation, span_kind: "SPAN_KIND_SERVER" };
    const isThere = this.#isThere(service);
    for (const [status, own] of [
      ["STATUS_CODE_UNSET", good],
      ["STATUS_CODE_ERROR", bad],
    ] as const)
      this.#add(
        { ...labels, __name__: "traces_span_metrics_calls_total", status_code: status },
        this.#counter(own),
        isThere,
      );
    const upTo = new Float64Array(this.#minutes + 1);
    for (const [i, length] of lengths.entries()) {
      for (let minute = 0; minute < upTo.length; minute++) upTo[minute] += length[minute];
      const le = BOUNDS[i] === Infinity ? "+Inf" : String(BOUNDS[i]);
      const name = "traces_span_metrics_duration_seconds_bucket";
      const own = { ...labels, __name__: name, status_code: "STATUS_CODE_UNSET", le };
      this.#add(own, this.#counter(upTo.slice()), isThere);
    }
  }

  #addEdges(): void {
    const { startMillis, operations } = this.#settings;
    for (const [client, server, calls] of EDGES) {
      const own = operations.filter(({ service }) => service === (client === USER ? server : client));
      const { sums, from } = this.#open(`${client} to ${server}`, 2);
      const [all, failed] = sums;
      for (let minute = from; minute < this.#minutes; minute++) {
        const millis = startMillis + minute * MINUTE;
        const faults = this.#faultsAt(millis).map(({ edges }) => edges?.(client, server));
        const now = faults.reduce((one, each) => ({ ...one, ...each }), { calls, failed: 0.002 });
        const changed = own.map((one) =>
          this.#faultsAt(millis).reduce((each, { operations: fault }) => ({ ...each, ...fault?.(each) }), one),
        );
        const rate = changed.reduce((sum, each) => sum + each.rate, 0);
        const count = this.#poisson(rate * 60 * this.#rhythmAt(millis) * (now?.calls ?? calls));
        all[minute + 1] = all[minute] + count;
        failed[minute + 1] = failed[minute] + Math.min(count, this.#poisson(count * (now?.failed ?? 0)));
      }
      for (const [name, own] of [
        ["traces_service_graph_request_total", all],
        ["traces_service_graph_request_failed_total", failed],
      ] as const)
        this.#add(
          { __name__: name, client, server, ...(client === USER && { connection_type: "virtual_node" }) },
          this.#counter(own),
          this.#isThere(client === USER ? server : client),
        );
    }
  }

  #addProcess(service: string): void {
    const isThere = this.#isThere(service);
    const noise = (millis: number) => {
      const x = Math.sin(millis * 0.00001 + service.length) * 43758.5453;
      return x - Math.floor(x);
    };
    const job = { job: service, instance: `${service}:9464` };
    const lag = (millis: number) => {
      const found = this.#faultsAt(millis).map(({ lagSeconds }) => lagSeconds?.(service));
      return found.find((each) => each !== undefined) ?? 0.011 + 0.004 * noise(millis);
    };
    this.#add({ ...job, __name__: "nodejs_eventloop_lag_p99_seconds" }, lag, isThere);
    this.#add({ ...job, __name__: "nodejs_eventloop_lag_min_seconds" }, () => 0.009, isThere);
    const memory = (millis: number) => {
      const more = this.#faultsAt(millis).map(
        (fault) => fault.memory?.(service, (millis - fault.fromMillis) / 1000) ?? 0,
      );
      return 2 ** 20 * (85 + 12 * noise(millis)) + more.reduce((sum, each) => sum + each, 0);
    };
    this.#add({ ...job, __name__: "process_resident_memory_bytes" }, memory, isThere);
    this.#add({ ...job, __name__: "up" }, () => 1, isThere);
    this.#add({ ...job, __name__: "target_info", service_version: "1.0.0" }, () => 1, isThere);
  }

  #add(labels: Record<string, string>, at: SimulatedSeries["at"], isThere: SimulatedSeries["isThere"]): void {
    this.#series.push({ labels: labelsOf(labels), at, isThere });
  }

  #match(matchers: readonly LabelMatcher[]): SimulatedSeries[] {
    const key = JSON.stringify(matchers);
    const known = this.#matched.get(key);
    if (known) return known;
    const compiled = matchers.map(compileMatcher);
    const found = this.#series.filter(({ labels }) =>
      compiled.every(({ name, test }) => test(labelValue(labels, name))),
    );
    this.#matched.set(key, found);
    return found;
  }

  #select(matchers: readonly LabelMatcher[], { start, end }: MillisRange): Series[] {
    const { stepMillis, startMillis, endMillis } = this.#settings;
    const first = Math.ceil(Math.max(start, startMillis) / stepMillis) * stepMillis;
    const last = Math.floor(Math.min(end, endMillis) / stepMillis) * stepMillis;
    if (last < first) return [];
    const times = Float64Array.from({ length: (last - first) / stepMillis + 1 }, (_, i) => first + i * stepMillis);
    const hasGone = this.#settings.faults.some(({ gone }) => gone !== undefined);
    return this.#match(matchers).flatMap(({ labels, at, isThere }) => {
      const timestamps = hasGone ? times.filter(isThere) : times;
      if (timestamps.length === 0) return [];
      return [{ labels, timestamps, values: Float64Array.from(timestamps, at) }];
    });
  }
}

/** Of a log-normal length with a deviation of a half. */
function sharesOf(medianSeconds: number): number[] {
  let before = 0;
  return BOUNDS.map((bound) => {
    const upTo = bound === Infinity ? 1 : normalShare(Math.log(bound / medianSeconds) / 0.5);
    const own = upTo - before;
    before = upTo;
    return own;
  });
}

/** Of the standard normal distribution below x. */
function normalShare(x: number): number {
  return 1 / (1 + Math.exp(-1.702 * x));
}
