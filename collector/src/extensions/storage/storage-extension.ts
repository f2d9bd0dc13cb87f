/** Opens the embedded store on the ingest thread, and shows how it does. */
import type { WorkLimits } from "../../base/work-scope.ts";
import type { ExtensionInstance, Settings } from "../../component/component.ts";
import { messageOf } from "../../base/errors.ts";
import { DAMAGE_METRIC } from "../../store/sqlite/damage.ts";
import { DataDirectoryError } from "../../store/sqlite/data-directory-error.ts";
import type { HeadAnswer, HeadRequest } from "../../store/sqlite/head.ts";
import type { RunMergeTask } from "../../store/sqlite/merge/merge-task.ts";
import type { PinCalls } from "../../store/sqlite/pins/pin-store.ts";
import { SqliteStoreWriter } from "../../store/sqlite/writer.ts";
import type { StoreProvider } from "../../store/store.ts";
import type { Config } from "./config.ts";
import { defaultMaxMemory } from "../../component/memory-limit.ts";
import { sharesOf, type MemoryShares } from "./memory-shares.ts";

const SEAL_SECONDS = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 1];

/** What readers on other threads need. */
export interface StorageCapability extends StoreProvider {
  answer(request: HeadRequest): HeadAnswer;
  /** Says what is called within longer pieces of work, where {@link answer} can be asked. */
  betweenSteps(call: () => void): void;
  /** Says where merging runs from now on. */
  mergeBy(run: RunMergeTask): void;
  readonly pinCalls: PinCalls;
  readonly reading: {
    readonly documentsPath: string;
    readonly pinsPath: string;
    readonly bulletin: SharedArrayBuffer;
    readonly jsonBodies: boolean;
    readonly limits: WorkLimits;
    readonly cacheBytes: number;
  };
}

/** @throws DataDirectoryError also for what the disk refuses while the store is opened */
function openWriter(options: ConstructorParameters<typeof SqliteStoreWriter>[0]): SqliteStoreWriter {
  try {
    return new SqliteStoreWriter(options);
  } catch (error) {
    const { code = "" } = error as { code?: string };
    if (!/^(?:SQLITE_|E[A-Z]+$)/.test(code)) throw error;
    throw new DataDirectoryError(
      `cannot open the store in ${options.directory}: ${messageOf(error)} (${code}); is the disk full, read-only or failing? goldspan doctor looks into it`,
    );
  }
}

export class StorageExtension implements ExtensionInstance {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #shares: MemoryShares;
  #writer: SqliteStoreWriter | undefined;

  constructor(settings: Settings, config: Config) {
    this.#settings = settings;
    this.#config = { ...config, max_memory: config.max_memory || defaultMaxMemory() };
    this.#shares = sharesOf(this.#config.max_memory);
  }

  get admissionBytes(): number {
    return this.#shares.admissionBytes;
  }

  get capability(): StorageCapability {
    const writer = this.#writer;
    const { query, json_bodies } = this.#config;
    if (!writer) throw new Error("cannot use the store before it is open");
    return {
      writer: writer,
      answer: (request) => writer.answer(request),
      betweenSteps: (call) => void (writer.betweenSteps = call),
      mergeBy: (run) => void (writer.maintenance.run = run),
      pinCalls: writer.pinCalls,
      reading: {
        cacheBytes: this.#shares.cacheBytes,
        documentsPath: writer.directory.documents,
        pinsPath: writer.directory.pins,
        bulletin: writer.bulletin,
        jsonBodies: json_bodies,
        limits: { timeoutMillis: query.timeout, maxBytes: query.max_bytes_scanned, maxRows: query.max_rows },
      },
    };
  }

  async start(): Promise<void> {
    const { logger, telemetry } = this.#settings;
    const { directory, retention, max_disk } = this.#config;
    const labels = ["signal"];
    const records = telemetry.counter(
      "goldspan_store_sealed_records_total",
      "Spans, log records and samples in sealed blocks.",
      labels,
    );
    const bytes = telemetry.counter("goldspan_store_sealed_bytes_total", "Bytes of sealed blocks.", labels);
    const blocks = telemetry.counter("goldspan_store_sealed_blocks_total", "Blocks sealed.", labels);
    const seconds = telemetry.histogram(
      "goldspan_store_seal_duration_seconds",
      "Time to seal a block and commit it.",
      SEAL_SECONDS,
      labels,
    );
    const merges = telemetry.counter(
      "goldspan_store_merges_total",
      "Merges of small blocks (kind blocks, metrics) and of runs of the trace index (runs), and moves from SQLite's log into the file (checkpoint).",
      ["kind", "signal"],
    );
    const mergeSeconds = telemetry.histogram(
      "goldspan_store_merge_duration_seconds",
      "Time of a merge, most of it on a thread of its own.",
      SEAL_SECONDS,
      ["kind"],
    );
    const rejected = telemetry.counter(
      "goldspan_store_rejected_samples_total",
      "Data points and samples of metrics that were not taken: out_of_order, duplicate, overlap (of deltas), limit (of series), invalid.",
      ["reason"],
    );
    const damaged = telemetry.counter(DAMAGE_METRIC.name, DAMAGE_METRIC.help);
    this.#writer = openWriter({
      directory,
      retention: { maxAgeMillis: retention, maxBytes: max_disk },
      maxPinnedBytes: this.#config.max_pinned,
      maxMemoryBytes: this.#config.max_memory,
      seal: { bytes: this.#shares.sealBytes },
      seriesLimits: { maxSeries: this.#config.max_series, maxSeriesPerJob: this.#config.max_series_per_job },
      onRejectedSamples: (reason, count) => rejected.add(count, { reason }),
      log: logger,
      onMerge: (kind, signal, millis) => {
        merges.add(1, signal === undefined ? { kind } : { kind, signal });
        mergeSeconds.record(millis / 1000, { kind });
      },
      onDamage: () => damaged.add(1),
      onSeal: (signal, count, size, millis) => {
        records.add(count, { signal });
        bytes.add(size, { signal });
        blocks.add(1, { signal });
        seconds.record(millis / 1000, { signal });
      },
    });
    const writer = this.#writer;
    telemetry.observedGauge(
      "goldspan_store_open_records",
      "Spans, log records and samples in open blocks.",
      () => writer.openRecords,
    );
    telemetry.observedGauge("goldspan_store_open_bytes", "Bytes of open blocks.", () => writer.openBytes);
    telemetry.observedGauge("goldspan_store_open_series", "Series of metrics in use.", () => writer.openSeries);
    telemetry.observedGauge(
      "goldspan_store_refused_series",
      "Series of metrics turned away by a limit since the start; one that comes again after it was forgotten counts again.",
      () => writer.refusedSeries,
    );
    telemetry.observedGauge("goldspan_store_disk_bytes", "Bytes of all files of the store.", () => writer.diskBytes);
  }

  async shutdown(): Promise<void> {
    await this.#writer?.close();
  }
}
