/**
 * The embedded engine's reading side, on a query thread: every read begins with the open blocks' part and the catalogue's state, which the
 * ingest thread answers where its bulletin does not, then reads sealed blocks up to that state, so that a seal in between neither hides
 * nor doubles a record.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import * as store from "../store.ts";
import { Catalogue } from "./catalogue.ts";
import { SqliteDocumentStore } from "./document-store.ts";
import type { AskHead } from "./head.ts";
import { BulletinReader } from "./head-bulletin.ts";
import { MetricReads } from "./metrics/metric-reads.ts";
import { PinReader } from "./pins/pin-reader.ts";
import { createPinStore, type PinCalls } from "./pins/pin-store.ts";
import { IndexSums } from "./read/index-sums.ts";
import { LogReads } from "./read/log-reads.ts";
import { LogSearches } from "./read/log-search.ts";
import { LogTail } from "./read/log-tail.ts";
import { TraceReads } from "./read/trace-reads.ts";

export interface SqliteReaderOptions {
  readonly ask: AskHead;
  /** Of the writer, to ask less; everything is asked without. */
  readonly bulletin?: SharedArrayBuffer;
  readonly log: store.StoreLog;
  readonly documentsPath: string;
  readonly pinsPath: string;
  /** To the thread that writes. */
  readonly pinCalls: PinCalls;
  /** Budget for decoded blocks. */
  readonly cacheBytes?: number;
  /** Of these for metrics; the rest is for spans and logs. Default 0.3. */
  readonly metricsShare?: number;
  /** Whether members of bodies that are the text of a JSON object are searched; true when absent. */
  readonly jsonBodies?: boolean;
  /** How often a tail asks for what came. */
  readonly tailPollMillis?: number;
  /** How often a search tells how far it is. */
  readonly progressMillis?: number;
  /** Called once for each part of the store that cannot be read. */
  readonly onDamage?: () => void;
}

const CACHE_BYTES = 48 * 1024 * 1024;
const METRICS_SHARE = 0.3;

export class SqliteStoreReader implements store.StoreReader {
  readonly metrics: MetricReads;
  readonly documents: SqliteDocumentStore;
  readonly pins: store.PinStore;
  readonly #pinReader: PinReader;
  readonly #catalogue: Catalogue;
  readonly #traces: TraceReads;
  readonly #logs: LogReads;
  readonly #logSearches: LogSearches;
  readonly #tail: LogTail;
  readonly #sums: IndexSums;

  constructor(options: SqliteReaderOptions) {
    const { bulletin, progressMillis } = options;
    const ask = bulletin ? new BulletinReader(bulletin, options.ask).ask : options.ask;
    const { cacheBytes = CACHE_BYTES, metricsShare = METRICS_SHARE, jsonBodies = true } = options;
    const catalogue = new Catalogue(options.log, cacheBytes * (1 - metricsShare), options.onDamage);
    const pins = new PinReader(options.pinsPath);
    const traces = new TraceReads({ ask, catalogue, pins, progressMillis });
    const logs = new LogReads({ ask, catalogue, pins });
    this.#catalogue = catalogue;
    this.#pinReader = pins;
    this.#traces = traces;
    this.#logs = logs;
    this.#logSearches = new LogSearches({ ask, catalogue, jsonBodies, progressMillis });
    this.#tail = new LogTail({ ask, jsonBodies, pollMillis: options.tailPollMillis });
    this.metrics = new MetricReads(ask, catalogue, cacheBytes * metricsShare);
    this.#sums = new IndexSums(ask, catalogue);
    this.documents = new SqliteDocumentStore(options.documentsPath, { readonly: true });
    this.pins = createPinStore(
      {
        sealedSpans: (head, id, signal) => traces.readSealed(head, id, signal),
        sealedLogs: (head, id, signal) => logs.readSealed(head, id, signal),
      },
      options.pinCalls,
      pins,
    );
  }

  readTrace(traceId: Uint8Array, signal?: AbortSignal): Promise<SpanBatch[]> {
    return this.#traces.readTraces([traceId], "full", signal);
  }

  readTraces(traceIds: readonly Uint8Array[], detail: "skeleton" | "full", signal?: AbortSignal): Promise<SpanBatch[]> {
    return this.#traces.readTraces(traceIds, detail, signal);
  }

  findTraces(...request: Parameters<store.StoreReader["findTraces"]>): Promise<store.TraceMatch[]> {
    return this.#traces.findTraces(...request);
  }

  summarizeDependencies(range: store.TimeRange, signal?: AbortSignal): Promise<store.DependencySummary[]> {
    return this.#traces.summarizeDependencies(range, signal);
  }

  readTraceLogs(traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    return this.#logs.readTraceLogs(traceId, signal);
  }

  scanLogs(...request: Parameters<store.StoreReader["scanLogs"]>): Promise<void> {
    return this.#logSearches.scanLogs(...request);
  }

  findLogs(...request: Parameters<store.StoreReader["findLogs"]>): Promise<LogBatch[]> {
    return this.#logSearches.findLogs(...request);
  }

  tailLogs(...request: Parameters<store.StoreReader["tailLogs"]>): Promise<void> {
    return this.#tail.tailLogs(...request);
  }

  summarizeOperations(
    range: store.TimeRange,
    options: store.SummaryOptions,
    signal?: AbortSignal,
  ): Promise<store.OperationSummary[]> {
    return this.#sums.summarizeOperations(range, options, signal);
  }

  listServices(range: store.TimeRange, signal?: AbortSignal): Promise<store.ServiceInfo[]> {
    return this.#sums.listServices(range, signal);
  }

  suggestAttributes(
    request: store.AttributeSuggestionRequest,
    signal?: AbortSignal,
  ): Promise<store.AttributeSuggestion[]> {
    return this.#sums.suggestAttributes(request, signal);
  }

  dataRange(of: "traces" | "logs"): Promise<store.TimeRange | undefined> {
    return this.#sums.dataRange(of);
  }

  reportStorage(request: store.StorageRequest, signal?: AbortSignal): Promise<store.StorageReport> {
    return this.#sums.reportStorage(request, signal);
  }

  async close(): Promise<void> {
    this.#traces.close();
    this.#catalogue.close();
    this.#pinReader.close();
    this.documents.close();
  }
}
