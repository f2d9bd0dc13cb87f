/**
 * The embedded engine's writing side: one per data directory, on the ingest thread. Opens the directory, replays the journals,
 * takes batches, seals blocks, and answers readers from the open blocks.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { decodeBody } from "../../wire/decode-body.ts";
import { type AppendOutcome, type MetricAppendOutcome, type StoreLog, type StoreWriter } from "../store.ts";
import { OpenLogBlock } from "./block/open-log-block.ts";
import { OpenSpanBlock } from "./block/open-span-block.ts";
import { sealLogs } from "./block/seal-logs.ts";
import type { SealedBlock } from "./block/seal-records.ts";
import { sealSpans } from "./block/seal-spans.ts";
import { storedBytesOf, usageOfBlock, type UsageSource } from "./block/usage-of-block.ts";
import { logUsageSource, spanUsageSource } from "./block/usage-sources.ts";
import { isDamage } from "./damage.ts";
import { DataDirectory } from "./data-directory.ts";
import { SqliteDocumentStore } from "./document-store.ts";
import { answerFromHead, type HeadAnswer, type HeadRequest } from "./head.ts";
import type { SealLimits } from "./group-commit.ts";
import { HeadBlock, type HeadBlockParts } from "./head-block.ts";
import { LogTails } from "./logs/log-tails.ts";
import { Maintenance, type OnMerge } from "./merge/maintenance.ts";
import { runMergeTask, type RunMergeTask } from "./merge/merge-task.ts";
import { MetricHead } from "./metrics/metric-head.ts";
import type { MetricIntake } from "./metrics/metric-intake.ts";
import { METRIC_SEAL, openMetrics } from "./metrics/open-metrics.ts";
import type { SeriesLimits } from "./metrics/series-places.ts";
import type { RejectionReason } from "../../wire/metrics/sample-rejections.ts";
import type { JournalFiles } from "./journal/journal-files.ts";
import type { JournalOptions } from "./journal/journal.ts";
import { refuseNewerSegments } from "./journal/newer-segment.ts";
import { recover } from "./journal/recover.ts";
import { Partitions } from "./partitions.ts";
import { PinFile } from "./pins/pin-file.ts";
import { holdsTrace, logsToPin, spansToPin, type PieceToPin } from "./pins/pin-at-seal.ts";
import type { PinCalls } from "./pins/pin-store.ts";
import { ResendWindow } from "./resend-window.ts";
import { randomInt } from "node:crypto";

export interface SqliteStoreOptions {
  readonly directory: string;
  readonly log: StoreLog;
  /** Epoch milliseconds; injectable for tests. */
  readonly now?: () => number;
  readonly seal?: Partial<SealLimits>;
  /** Of metrics, where they differ from `seal`. */
  readonly sealMetrics?: Partial<SealLimits>;
  /** None when absent. */
  readonly seriesLimits?: SeriesLimits;
  readonly retention?: Retention;
  /** Blocks of up to half so many records are merged; as many as a block is sealed at when absent. */
  readonly mergeUpToRecords?: number;
  /** Where merging runs; the writer's own thread when absent. */
  readonly runMergeTask?: RunMergeTask;
  readonly onMerge?: OnMerge;
  /** Budget for pinned traces; 0 = no limit. */
  readonly maxPinnedBytes?: number;
  /** Only to be told in the storage report. */
  readonly maxMemoryBytes?: number;
  /** What writes and syncs; injectable for tests. */
  readonly journalFiles?: JournalFiles;
  /** A segment of a journal is closed at this size; injectable for tests. */
  readonly segmentBytes?: number;
  /** Called for each file, or part of one, that cannot be read. */
  readonly onDamage?: () => void;
  readonly onSeal?: (signal: "traces" | "logs" | "metrics", records: number, bytes: number, millis: number) => void;
  readonly onRejectedSamples?: (reason: RejectionReason, count: number) => void;
}

/** 0 = no limit. */
export interface Retention {
  /** By arrival. */
  readonly maxAgeMillis: number;
  /** Of all files together. */
  readonly maxBytes: number;
}

const SEAL_BYTES_AND_AGE = { bytes: 32 * 1024 * 1024, ageMillis: 30_000 };
/**
 * 8,192 spans take 9 ms to seal, twice as many save 5 % of the bytes. A log line is a fifth of a span: a block of more
 * wastes less of its last pages (1 byte a line).
 */
const SEAL: Readonly<Record<"traces" | "logs", SealLimits>> = {
  traces: { records: 8192, ...SEAL_BYTES_AND_AGE },
  logs: { records: 32_768, ...SEAL_BYTES_AND_AGE },
};
const NO_SERIES_LIMITS: SeriesLimits = { maxSeries: 0, maxSeriesPerJob: 0 };
/** How often the age of the open blocks is looked at. */
const TICK_MILLIS = 1000;
/** How often the oldest partition is looked at. */
const RETENTION_TICKS = 10;

export class SqliteStoreWriter implements StoreWriter {
  readonly directory: DataDirectory;
  readonly documents: SqliteDocumentStore;
  readonly #partitions: Partitions;
  readonly #pins: PinFile;
  /** What the block that is being sealed holds of pinned traces: written when the block is committed. */
  #toPin: readonly PieceToPin[] = [];
  readonly #spanBlock: OpenSpanBlock;
  readonly #logBlock: OpenLogBlock;
  readonly #tails: LogTails;
  readonly #spans: HeadBlock<SpanBatch>;
  readonly #logs: HeadBlock<LogBatch>;
  readonly #metricHead: MetricHead;
  readonly #metrics: MetricIntake;
  readonly maintenance: Maintenance;
  /** Called within longer pieces of work, where the open blocks and the catalogue can be asked: {@link answer}. */
  betweenSteps: () => void = () => {};
  readonly #options: SqliteStoreOptions;
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;

  /** Opens the store and recovers what a crash left. @throws DataDirectoryError when the directory can't be used */
  constructor(options: SqliteStoreOptions) {
    this.#options = options;
    const now = options.now ?? Date.now;
    this.directory = new DataDirectory(options.directory);
    this.directory.open();
    try {
      refuseNewerSegments(this.directory);
      this.documents = this.#openDocuments();
      this.#partitions = new Partitions(
        this.directory,
        now,
        options.retention?.maxBytes ?? 0,
        options.onDamage,
        options.journalFiles,
      );
      const { bulletin } = this.#partitions;
      const window = new ResendWindow();
      this.#partitions.open(window, options.log);
      this.#pins = this.#openPins();
      // Where the newest partition was lost: a block id must not come again.
      this.#partitions.lastBlockId = Math.max(this.#partitions.lastBlockId, this.#pins.lastBlockId);
      const seed = randomInt(2 ** 31);
      this.#spanBlock = new OpenSpanBlock(seed);
      this.#logBlock = new OpenLogBlock(seed);
      this.#tails = new LogTails(this.#logBlock);
      this.#spans = this.#openHead<SpanBatch>({
        signal: "traces",
        block: this.#spanBlock,
        publish: (batch) => {
          this.#spanBlock.appendSpans(batch);
          bulletin.addTraces("traces", this.#spanBlock);
          bulletin.addTimes(batch);
        },
        seal: (hashSeed) => this.#sealSpans(hashSeed),
        beforeClear: () => bulletin.restart("traces"),
        window,
        now,
      });
      this.#logs = this.#openHead<LogBatch>({
        signal: "logs",
        block: this.#logBlock,
        publish: (batch) => {
          this.#logBlock.appendLogs(batch);
          bulletin.addTraces("logs", this.#logBlock);
        },
        seal: (hashSeed) => this.#sealLogs(hashSeed),
        beforeClear: () => {
          this.#tails.beforeClear();
          bulletin.restart("logs");
        },
        window,
        now,
      });
      this.#metricHead = new MetricHead(seed, options.seriesLimits ?? NO_SERIES_LIMITS);
      this.#metrics = openMetrics({
        head: this.#metricHead,
        directory: this.directory,
        partitions: this.#partitions,
        window,
        now,
        log: options.log,
        betweenSteps: () => this.betweenSteps(),
        limits: { ...METRIC_SEAL, ...options.seal, ...options.sealMetrics },
        journal: this.#journalOptions,
        onDamage: options.onDamage,
        onSeal: (samples, bytes, millis) => options.onSeal?.("metrics", samples, bytes, millis),
        onRejected: options.onRejectedSamples ?? (() => {}),
      });
    } catch (error) {
      this.directory.close();
      throw error;
    }
    this.maintenance = new Maintenance(
      {
        partitions: this.#partitions,
        fullRecords: (signal) => options.mergeUpToRecords ?? { ...SEAL[signal], ...options.seal }.records,
        now,
        log: options.log,
        onMerge: options.onMerge,
        onDamage: options.onDamage,
      },
      options.runMergeTask ?? (async (task) => runMergeTask(task)),
    );
    this.#timer = setInterval(() => this.tick(), TICK_MILLIS);
    this.#timer.unref();
  }

  append(batch: SpanBatch | LogBatch): Promise<AppendOutcome> {
    return batch.signal === "traces" ? this.#spans.append(batch) : this.#logs.append(batch);
  }

  appendMetrics(batch: MetricBatch): Promise<MetricAppendOutcome> {
    return this.#metrics.append(batch);
  }

  /** Readers' questions; synchronous, so that the answer and the catalogue's state are of one moment. */
  answer(request: HeadRequest): HeadAnswer {
    const storage = request.kind === "storage" ? this.#storage() : undefined;
    const tail = request.kind === "tailLogs" ? this.#tails.answer(request.request) : undefined;
    return {
      ...this.#partitions.state,
      storage,
      tail,
      ...answerFromHead(request, this.#spanBlock, this.#logBlock, this.#metricHead),
    };
  }

  /** Seals blocks that are old enough, and now and then drops partitions that are over their time or the disk budget. */
  tick(): void {
    this.#spans.tick();
    this.#logs.tick();
    this.#metrics.tick();
    this.maintenance.tick();
    if (this.#ticks++ % RETENTION_TICKS === 0) this.dropExpired();
  }

  dropExpired(): void {
    const { retention, log } = this.#options;
    if (!retention) return;
    try {
      for (const { path, reason } of this.#partitions.dropExpired(retention, this.diskBytes))
        log.info("dropped the oldest partition", { file: path, reason });
    } catch (error) {
      log.error("cannot drop the oldest partition; it is tried again", { error });
    }
  }

  /** What readers may look at instead of asking {@link answer}: see head-bulletin.ts. */
  get bulletin(): SharedArrayBuffer {
    return this.#partitions.bulletin.buffer;
  }

  /** Records in the open blocks. */
  get openRecords(): number {
    return this.#spanBlock.count + this.#logBlock.count + this.#metricHead.count;
  }

  /** Series of metrics in use. */
  get openSeries(): number {
    return this.#metricHead.seriesCount;
  }

  /** Series turned away by a limit. */
  get refusedSeries(): number {
    return this.#metricHead.refusedCount;
  }

  /** Bytes of the open blocks. */
  get openBytes(): number {
    return this.#spanBlock.sizeBytes + this.#logBlock.sizeBytes + this.#metricHead.sizeBytes;
  }

  /** Bytes of all files of the store. */
  get diskBytes(): number {
    return this.directory.sizeBytes();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.maintenance.stop();
      const ends = await Promise.allSettled([this.#spans.close(), this.#logs.close(), this.#metrics.close()]);
      // Also where one fails, the files stay until the others are done with them.
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    } finally {
      this.#partitions.close();
      this.#pins.close();
      this.documents.close();
      this.directory.close();
    }
  }

  /** What a reader that pins a trace asks of this thread. */
  readonly pinCalls: PinCalls = {
    begin: async (traceId, reason) => {
      const known = this.#pins.begin(traceId, reason, (this.#options.now ?? Date.now)());
      const isOpen = [this.#spanBlock, this.#logBlock].some((block) => holdsTrace(block, traceId));
      return { head: this.#partitions.state, budget: this.#pins.budget, known, isOpen };
    },
    finish: async (traceId, lastBlockId, pieces) => {
      // The copies know the blocks by their numbers: see onSeal.
      await this.#partitions.sync();
      return this.#pins.finish(traceId, lastBlockId, pieces);
    },
    remove: async (traceId) => this.#pins.remove(traceId),
  };

  #sealSpans(hashSeed: number): SealedBlock {
    const block = this.#spanBlock;
    const sealed = this.#counted(
      sealSpans(block, hashSeed, () => this.betweenSteps()),
      spanUsageSource(block),
    );
    this.#toPin = spansToPin(this.#pins, block, this.#partitions.lastBlockId + 1);
    return sealed;
  }

  #sealLogs(hashSeed: number): SealedBlock {
    const block = this.#logBlock;
    const sealed = this.#counted(
      sealLogs(block, hashSeed, () => this.betweenSteps()),
      logUsageSource(block),
    );
    this.#toPin = logsToPin(this.#pins, block, this.#partitions.lastBlockId + 1);
    return sealed;
  }

  #counted(sealed: SealedBlock, source: UsageSource): SealedBlock {
    this.betweenSteps();
    return { ...sealed, usage: usageOfBlock(source, sealed) };
  }

  get #journalOptions(): JournalOptions {
    return { files: this.#options.journalFiles, segmentBytes: this.#options.segmentBytes };
  }

  #openPins(): PinFile {
    const { log, maxPinnedBytes = 0 } = this.#options;
    const path = this.directory.pins;
    return this.#openOrSetAside(path, () => new PinFile(path, maxPinnedBytes, log));
  }

  #openDocuments(): SqliteDocumentStore {
    const path = this.directory.documents;
    return this.#openOrSetAside(path, () => new SqliteDocumentStore(path));
  }

  #openOrSetAside<T>(path: string, open: () => T): T {
    try {
      return open();
    } catch (error) {
      if (!isDamage(error)) throw error;
      const { log, onDamage } = this.#options;
      onDamage?.();
      const movedTo = this.directory.quarantine(path);
      log.error("cannot read a store file: it was set aside and a new one begun", {
        file: path,
        moved_to: movedTo,
        error,
      });
      return open();
    }
  }

  #storage(): HeadAnswer["storage"] {
    const { retention, maxMemoryBytes = 0 } = this.#options;
    return {
      open: { records: this.openRecords, bytes: this.openBytes, series: this.openSeries },
      disk: { ...this.directory.usage(), pinnedBytes: this.#pins.budget.usedBytes, pinnedTraces: this.#pins.count },
      budgets: {
        retentionMillis: retention?.maxAgeMillis ?? 0,
        maxDiskBytes: retention?.maxBytes ?? 0,
        maxMemoryBytes,
        maxPinnedBytes: this.#pins.budget.maxBytes,
      },
    };
  }

  #openHead<B extends SpanBatch | LogBatch>(
    parts: Pick<HeadBlockParts<B>, "signal" | "block" | "publish" | "seal" | "beforeClear" | "window" | "now">,
  ): HeadBlock<B> {
    const { signal } = parts;
    const { log, onSeal, onDamage, seal } = this.#options;
    const [directory, partitions] = [this.directory, this.#partitions];
    return recover({
      signal,
      directory,
      partitions,
      log,
      journal: this.#journalOptions,
      onDamage,
      decode: ({ body }) => {
        const { batch } = decodeBody(signal, body, Number.MAX_SAFE_INTEGER);
        return { ...batch, received: undefined } as unknown as B;
      },
      open: (journal) =>
        new HeadBlock<B>({
          ...parts,
          journal,
          log,
          betweenSteps: () => this.betweenSteps(),
          partitions,
          limits: { ...SEAL[signal], ...seal },
          onSeal: (sealed, millis) => {
            // The copies know the block by its number: it must not be given out again.
            if (this.#toPin.length > 0) partitions.syncNow();
            for (const { traceId, piece } of this.#toPin) this.#pins.add(traceId, piece);
            partitions.bulletin.clear(signal);
            onSeal?.(signal, sealed.facts.recordCount, storedBytesOf(sealed), millis);
          },
        }),
    });
  }
}
