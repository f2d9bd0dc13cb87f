/**
 * Spans and log records -> the exceptions they tell of, by fingerprint: a counter for each in the metrics pipelines, and a document in the
 * store that says since when it is known. It counts what everything else its pipelines feed has taken (`follows`).
 */
import { formatHex } from "../../base/hex.ts";
import { nanosToBigInt } from "../../base/nanos.ts";
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { NONE } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import type { FoundException } from "../../wire/exceptions/found-exception.ts";
import { decodeExceptionLog, eachExceptionLog } from "../../wire/exceptions/log-exceptions.ts";
import { decodeExceptionEvent, eachExceptionEvent } from "../../wire/exceptions/span-exceptions.ts";
import { resourceNames, type ResourceNames } from "../../wire/otlp/resource-names.ts";
import { MetricFlusher } from "../series/metric-flusher.ts";
import type { Config } from "./config.ts";
import { ExceptionMemory } from "./exception-memory.ts";
import { ExceptionSeries, type Counted } from "./exception-series.ts";
import { ExceptionTable } from "./exception-table.ts";

/** Services with a series for what has no place. */
const MOST_OVERFLOWS = 1000;

export class Exceptions implements ConsumingComponent {
  readonly traces: Consumer<SpanBatch>;
  readonly logs: Consumer<LogBatch>;
  readonly #config: Config;
  readonly #table: ExceptionTable;
  readonly #series: ExceptionSeries;
  readonly #memory: ExceptionMemory;
  readonly #flusher: MetricFlusher;
  readonly #overflows = new Map<string, Counted>();
  readonly #fresh: { add(amount: number): void };

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#config = config;
    this.#table = new ExceptionTable(
      { groups: config.max_fingerprints, perService: config.max_fingerprints_per_service },
      (group) => {
        this.#series.end(group);
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
    const names = namesOf(batch);
    eachExceptionEvent(batch, (index, start, end) =>
      this.#count(batch, decodeExceptionEvent(batch, index, start, end), names(batch.group[index])),
    );
  }

  countLogs(batch: LogBatch): void {
    const names = namesOf(batch);
    const { error_logs: withErrors } = this.#config;
    eachExceptionLog(batch, withErrors, (index) =>
      this.#count(batch, decodeExceptionLog(batch, index), names(batch.group[index])),
    );
  }

  #count(batch: SpanBatch | LogBatch, found: FoundException, { service, version }: ResourceNames): void {
    const now = this.#series.nowMillis();
    const { index, source, timeLow, timeHigh, type, message, stacktrace } = found;
    const [traceId, spanId] = [batch.traceId[index], batch.spanId[index]];
    const hasIds = traceId !== NONE && spanId !== NONE;
    const time = nanosToBigInt(timeLow, timeHigh);
    const sighting = {
      service,
      version,
      source,
      time: time === 0n ? BigInt(now) * 1_000_000n : time,
      type,
      message,
      stacktrace,
      traceId: traceId === NONE ? undefined : formatHex(batch.bytes, traceId, 16),
      spanId: spanId === NONE ? undefined : formatHex(batch.bytes, spanId, 8),
    };
    const noted = this.#table.note(sighting, now);
    this.#series.count(
      noted?.group ?? this.#overflowOf(service),
      now,
      hasIds ? { bytes: batch.bytes, traceId, spanId } : undefined,
    );
    if (!noted) return;
    if (noted.isNew) this.#fresh.add(1);
    if (noted.isNew) this.#memory.addStack(noted.group.fingerprint, stacktrace);
    this.#memory.changed(noted.isNews);
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

/** Read when a record asks for them, once for each resource of the batch. */
function namesOf({ groups }: SpanBatch | LogBatch): (group: number) => ResourceNames {
  const names: (ResourceNames | undefined)[] = [];
  return (group) => (names[group] ??= resourceNames(groups[group].resource));
}
