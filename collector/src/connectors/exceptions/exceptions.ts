/**
 * Spans and log records -> the exceptions they tell of, by fingerprint: a counter for each in the metrics pipelines, and a document in the
 * store that says since when it is known. It counts what everything else its pipelines feed has taken (`follows`).
 */
import { nanosToBigInt } from "../../base/nanos.ts";
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import type { FoundException } from "../../wire/exceptions/found-exception.ts";
import { decodeExceptionLog, eachExceptionLog } from "../../wire/exceptions/log-exceptions.ts";
import { decodeExceptionEvent, eachExceptionEvent } from "../../wire/exceptions/span-exceptions.ts";
import { resourceNames, type ResourceNames } from "../../wire/otlp/resource-names.ts";
import { MetricFlusher } from "../series/metric-flusher.ts";
import { ResourceFacts } from "../series/resource-facts.ts";
import type { Config } from "./config.ts";
import type { ExceptionGroup } from "./exception-group.ts";
import { ExceptionMemory } from "./exception-memory.ts";
import { ExceptionSeries, type Counted } from "./exception-series.ts";
import { ExceptionTable } from "./exception-table.ts";
import { KnownEvents } from "./known-events.ts";

/** Services with a series for what has no place. */
const MOST_OVERFLOWS = 1000;

/** What an event's bytes tell, once they were decoded. */
interface KnownException {
  readonly group: ExceptionGroup;
  readonly message: string;
}

export class Exceptions implements ConsumingComponent {
  readonly traces: Consumer<SpanBatch>;
  readonly logs: Consumer<LogBatch>;
  readonly #config: Config;
  readonly #table: ExceptionTable;
  readonly #series: ExceptionSeries;
  readonly #memory: ExceptionMemory;
  readonly #flusher: MetricFlusher;
  readonly #resources = new ResourceFacts(resourceNames);
  readonly #events = new KnownEvents<ResourceNames, KnownException>();
  readonly #overflows = new Map<string, Counted>();
  readonly #fresh: { add(amount: number): void };

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#config = config;
    this.#table = new ExceptionTable(
      { groups: config.max_fingerprints, perService: config.max_fingerprints_per_service },
      (group) => {
        this.#series.end(group);
        this.#events.clear();
        this.#memory.forget(group.fingerprint);
      },
    );
    this.#series = new ExceptionSeries(config.metrics_expiration);
    this.#memory = new ExceptionMemory(settings, this.#table);
    this.#flusher = new MetricFlusher({
      settings,
      next: next.metrics,
      intervalMillis: config.metrics_flush_interval,
      temporality: "cumulative",
      collect: () => this.#series.collect(),
    });
    const { telemetry } = settings;
    this.#fresh = telemetry.counter(
      "goldspan_exceptions_new_fingerprints_total",
      "Fingerprints of exceptions that were never seen before.",
    );
    telemetry.observedGauge(
      "goldspan_exceptions_fingerprints",
      "Fingerprints that the exceptions connector remembers.",
      () => this.#table.size,
    );
    telemetry.observedGauge(
      "goldspan_exceptions_overflowing_services",
      "Services with more fingerprints than max_fingerprints_per_service.",
      () => this.#overflows.size,
    );
    const after = async () => {
      await this.#flusher.counted();
      return undefined;
    };
    this.traces = {
      consume: async (batch) => {
        this.countSpans(batch);
        return after();
      },
    };
    this.logs = {
      consume: async (batch) => {
        this.countLogs(batch);
        return after();
      },
    };
  }

  async start(): Promise<void> {
    await this.#memory.open(this.#config.storage);
    this.#flusher.start();
  }

  async shutdown(): Promise<void> {
    await this.#flusher.shutdown();
    await this.#memory.write();
  }

  countSpans(batch: SpanBatch): void {
    const resources = this.#resources;
    resources.begin(batch.groups);
    eachExceptionEvent(batch, (index, start, end) => {
      const names = resources.of(batch.group[index]);
      const known = this.#events.find(names, batch.bytes, start, end);
      if (known) return this.#countKnown(batch, index, names, known);
      const found = decodeExceptionEvent(batch, index, start, end);
      const group = this.#count(batch, found, names);
      if (group) this.#events.remember(names, batch.bytes, start, end, found, { group, message: found.message });
    });
  }

  countLogs(batch: LogBatch): void {
    const resources = this.#resources;
    resources.begin(batch.groups);
    const { error_logs: withErrors } = this.#config;
    eachExceptionLog(batch, withErrors, (index) => {
      this.#count(batch, decodeExceptionLog(batch, index), resources.of(batch.group[index]));
    });
  }

  /** One that came before with another time. */
  #countKnown(batch: SpanBatch, index: number, { version }: ResourceNames, { group, message }: KnownException): void {
    const now = this.#series.nowMillis();
    const { timeLow, timeHigh } = this.#events;
    const isUntimed = (timeLow | timeHigh) === 0;
    const time = timeOf(
      isUntimed ? batch.startLow[index] : timeLow,
      isUntimed ? batch.startHigh[index] : timeHigh,
      now,
    );
    const isNews = group.add({ time, version, message, source: "span", batch, index });
    this.#series.count(group, now, batch, index);
    this.#memory.changed(isNews);
  }

  /** Its group; undefined = there is no place for it. */
  #count(
    batch: SpanBatch | LogBatch,
    found: FoundException,
    { service, version }: ResourceNames,
  ): ExceptionGroup | undefined {
    const now = this.#series.nowMillis();
    const { index, source, type, message, stacktrace } = found;
    const time = timeOf(found.timeLow, found.timeHigh, now);
    const noted = this.#table.note({ service, version, source, time, type, message, stacktrace, batch, index }, now);
    this.#series.count(noted?.group ?? this.#overflowOf(service), now, batch, index);
    if (!noted) return undefined;
    if (noted.isNew) this.#fresh.add(1);
    if (noted.isNew) this.#memory.addStack(noted.group.fingerprint, stacktrace);
    this.#memory.changed(noted.isNews);
    return noted.group;
  }

  #overflowOf(service: string): Counted {
    let overflow = this.#overflows.get(service);
    if (!overflow) {
      const name = this.#overflows.size < MOST_OVERFLOWS ? service : "";
      overflow = this.#overflows.get(name) ?? { series: undefined, service: name };
      this.#overflows.set(name, overflow);
    }
    return overflow;
  }
}

/** Unix nanoseconds; now where there are none. */
function timeOf(low: number, high: number, nowMillis: number): bigint {
  return (low | high) === 0 ? BigInt(nowMillis) * 1_000_000n : nanosToBigInt(low, high);
}
