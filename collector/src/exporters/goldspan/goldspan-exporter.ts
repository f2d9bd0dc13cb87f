/** Hands batches to the store and answers when they are durable; of metrics with what their series would not take. */
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import { RESENT, type Consumer } from "../../component/consumer.ts";
import { RetryableError } from "../../component/errors.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { StoreUnavailableError, type StoreProvider, type StoreWriter } from "../../store/store.ts";
import type { Config } from "./config.ts";

/** Disks fill and empty in seconds at best. */
const RETRY_AFTER_MILLIS = 5000;

export class GoldspanExporter implements ConsumingComponent {
  readonly traces: Consumer<SpanBatch>;
  readonly logs: Consumer<LogBatch>;
  readonly metrics: Consumer<MetricBatch>;
  readonly #settings: Settings;
  readonly #config: Config;
  #store: StoreWriter | undefined;

  constructor(settings: Settings, config: Config) {
    this.#settings = settings;
    this.#config = config;
    const duplicates = settings.telemetry.counter(
      "goldspan_store_resent_requests_total",
      "Requests that were stored before and acknowledged again.",
      ["signal"],
    );
    const append = async (batch: SpanBatch | LogBatch) => {
      const outcome = await orRetry((this.#store as StoreWriter).append(batch));
      if (outcome === "stored") return undefined;
      duplicates.add(1, { signal: batch.signal });
      return RESENT;
    };
    this.traces = { consume: append };
    this.logs = { consume: append };
    this.metrics = {
      consume: async (batch) => {
        const { outcome, rejected, message } = await orRetry((this.#store as StoreWriter).appendMetrics(batch));
        if (outcome === "stored") return rejected > 0 ? { rejected, message } : undefined;
        duplicates.add(1, { signal: "metrics" });
        return RESENT;
      },
    };
  }

  async start(): Promise<void> {
    const { storage } = this.#config;
    const provider = this.#settings.host.extension(storage)?.capability as StoreProvider | undefined;
    if (!provider?.writer)
      throw new Error(
        `cannot find the store "${storage}": list it in service.extensions, or name another in exporters.${this.#settings.id.text}.storage`,
      );
    this.#store = provider.writer;
  }
}

/** A store that cannot take data now is a reason to try again. */
async function orRetry<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof StoreUnavailableError ? new RetryableError(error.message, RETRY_AFTER_MILLIS) : error;
  }
}
