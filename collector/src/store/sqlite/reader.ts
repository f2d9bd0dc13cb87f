/**
 * The embedded engine's reading side, on a query thread: every read first asks the ingest thread for the open blocks' part and the
 * catalogue's state, then reads sealed blocks up to that state, so that a seal in between neither hides nor doubles a record.
 */
import { scopeOf, type WorkScope } from "../../base/work-scope.ts";
import { selectRecords } from "../../model/edit-select.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { SpanIdentities } from "../../model/span-identity.ts";
import * as store from "../store.ts";
import { logBatchOf, spanBatchOf, type Detail } from "./block/batch-of-records.ts";
import { matchLogs } from "./block/match-logs.ts";
import { matchSpans } from "./block/match-spans.ts";
import { Catalogue } from "./catalogue.ts";
import { SqliteDocumentStore } from "./document-store.ts";
import { logsOfTrace, newestLogs, newestTraces, spansOfTraces, type AskHead, type HeadAnswer } from "./head.ts";
import { mergeSuggestions, suggestFrom } from "./suggest.ts";
import { summarizeDependencies, DEPENDENCY_SPANS } from "./dependencies.ts";
import { OperationSums } from "./operation-sums.ts";
import { PinReader } from "./pins/pin-reader.ts";
import { createPinStore, type PinCalls } from "./pins/pin-store.ts";
import { sumUsage, type PartitionUsage } from "./storage-report.ts";
import { NewestFirst } from "./newest-first.ts";

export interface SqliteReaderOptions {
  readonly ask: AskHead;
  readonly log: store.StoreLog;
  readonly documentsPath: string;
  readonly pinsPath: string;
  /** To the thread that writes. */
  readonly pinCalls: PinCalls;
  /** Budget for decoded blocks. */
  readonly cacheBytes?: number;
  /** How often a search tells how far it is. */
  readonly progressMillis?: number;
  /** Called once for each part of the store that cannot be read. */
  readonly onDamage?: () => void;
}

const CACHE_BYTES = 48 * 1024 * 1024;
/** Suggestions look at this many of the newest blocks. */
const SUGGESTION_BLOCKS = 3;
const PROGRESS_MILLIS = 50;
/** Index rows summed up between two looks at the clock: some 5 ms. */
const ROWS_BETWEEN_CHECKS = 1024;

export class SqliteStoreReader implements store.StoreReader {
  readonly metrics = store.NO_METRICS;
  readonly documents: SqliteDocumentStore;
  readonly pins: store.PinStore;
  readonly #pinReader: PinReader;
  readonly #progressMillis: number;
  readonly #ask: AskHead;
  readonly #catalogue: Catalogue;

  constructor(options: SqliteReaderOptions) {
    this.#ask = options.ask;
    this.#progressMillis = options.progressMillis ?? PROGRESS_MILLIS;
    this.#catalogue = new Catalogue(options.log, options.cacheBytes ?? CACHE_BYTES, options.onDamage);
    this.documents = new SqliteDocumentStore(options.documentsPath, { readonly: true });
    this.#pinReader = new PinReader(options.pinsPath);
    this.pins = createPinStore(
      {
        sealedSpans: async (head, id, signal) => {
          const seen = new SpanIdentities();
          const sealed = await this.#sealedSpans(head, [id], "full", seen, signal);
          return [...sealed, ...this.#pinnedSpans([id], head.lastBlockId, seen, scopeOf(signal))];
        },
        sealedLogs: async (head, id, signal) => {
          const sealed = await this.#sealedLogs(head, id, signal);
          return [...sealed, ...this.#pinnedLogs(id, head.lastBlockId, sealed, scopeOf(signal))];
        },
      },
      options.pinCalls,
      this.#pinReader,
    );
  }

  readTrace(traceId: Uint8Array, signal?: AbortSignal): Promise<SpanBatch[]> {
    return this.readTraces([traceId], "full", signal);
  }

  async readTraces(traceIds: readonly Uint8Array[], detail: Detail, signal?: AbortSignal): Promise<SpanBatch[]> {
    if (traceIds.length === 0) return [];
    const scope = scopeOf(signal);
    const head = await this.#ask({ kind: "spans", traceIds, detail });
    const batches: SpanBatch[] = [];
    const seen = new SpanIdentities();
    const open = head.spans as SpanBatch;
    for (let i = 0; i < open.count; i++) {
      seen.add(
        open.bytes,
        open.traceId[i],
        open.bytes,
        open.spanId[i],
        open.kind[i],
        open.startLow[i],
        open.startHigh[i],
      );
    }
    if (open.count > 0) batches.push(open);
    scope.addRows(open.count);
    batches.push(...(await this.#sealedSpans(head, traceIds, detail, seen, signal)));
    for (const batch of this.#pinnedSpans(traceIds, head.lastBlockId, seen, scope)) {
      scope.addRows(batch.count);
      batches.push(batch);
    }
    return batches;
  }

  async readTraceLogs(traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    const scope = scopeOf(signal);
    const head = await this.#ask({ kind: "logs", traceId });
    const open = head.logs as LogBatch;
    scope.addRows(open.count);
    const sealed = await this.#sealedLogs(head, traceId, signal);
    const pinned = this.#pinnedLogs(traceId, head.lastBlockId, sealed, scope);
    scope.addRows(pinned.reduce((sum, { count }) => sum + count, 0));
    return [...(open.count > 0 ? [open] : []), ...sealed, ...pinned];
  }

  /** What pinned copies have beyond the blocks; damage there costs no more than the copies. */
  #pinnedSpans(traceIds: readonly Uint8Array[], lastBlockId: number, seen: SpanIdentities, scope: WorkScope) {
    let batches: SpanBatch[] = [];
    this.#catalogue.guard(
      "pinned spans",
      () => void (batches = this.#pinReader.spans(traceIds, lastBlockId, seen)),
      scope,
    );
    return batches;
  }

  #pinnedLogs(traceId: Uint8Array, lastBlockId: number, sealed: readonly LogBatch[], scope: WorkScope) {
    let batches: LogBatch[] = [];
    this.#catalogue.guard(
      "pinned logs",
      () => void (batches = this.#pinReader.logs(traceId, lastBlockId, sealed)),
      scope,
    );
    return batches;
  }

  async #sealedSpans(
    head: HeadAnswer,
    traceIds: readonly Uint8Array[],
    detail: Detail,
    seen: SpanIdentities,
    signal?: AbortSignal,
  ): Promise<SpanBatch[]> {
    const scope = scopeOf(signal);
    const batches: SpanBatch[] = [];
    const blocks = this.#catalogue.findTraceBlocks(head, "traces", traceIds, scope);
    await this.#catalogue.each(blocks, signal, ({ partition, id }) => {
      this.#catalogue.guard(`block ${id}`, () => {
        const block = this.#catalogue.cache.spans(partition, id);
        const records = spansOfTraces(block, traceIds, seen);
        scope.addRows(records.length);
        if (records.length > 0) batches.push(spanBatchOf(block, records, detail));
      });
    });
    return batches;
  }

  async #sealedLogs(head: HeadAnswer, traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]> {
    const scope = scopeOf(signal);
    const batches: LogBatch[] = [];
    const blocks = this.#catalogue.findTraceBlocks(head, "logs", [traceId], scope);
    await this.#catalogue.each(blocks, signal, ({ partition, id }) => {
      this.#catalogue.guard(`block ${id}`, () => {
        const block = this.#catalogue.cache.logs(partition, id);
        const records = logsOfTrace(block, traceId);
        scope.addRows(records.length);
        if (records.length > 0) batches.push(logBatchOf(block, records));
      });
    });
    return batches;
  }

  async findTraces(
    filter: store.SpanFilter,
    limit: number,
    signal?: AbortSignal,
    onProgress: (progress: store.SearchProgress<store.TraceMatch>) => void = () => {},
  ): Promise<store.TraceMatch[]> {
    const head = await this.#ask({ kind: "findTraces", filter, limit });
    const newest = new NewestFirst<store.TraceMatch>(
      limit,
      (match) => Buffer.from(match.traceId).toString("hex"),
      (match) => match.startUnixNano,
    );
    newest.add(head.traces ?? []);
    const blocks = this.#catalogue.findBlocks(
      head,
      {
        signal: "traces",
        ...microsOf(filter.range),
        service: filter.service,
        operation: filter.operation,
        kind: filter.kind,
        errorsOnly: filter.errorsOnly,
        minDurationMicros: filter.minDurationNanos === undefined ? undefined : Number(filter.minDurationNanos / 1000n),
      },
      signal,
    );
    let done = 0;
    let told = performance.now();
    await this.#catalogue.each(blocks, signal, (block) => {
      // Blocks come newest first: when the worst hit is newer than all of a block, no later one can help.
      if (newest.isDone(block.row.max_time_micros)) return false;
      if (performance.now() - told >= this.#progressMillis) {
        onProgress({ settled: newest.takeSettled(block.row.max_time_micros), share: done / blocks.length });
        told = performance.now();
      }
      done++;
      this.#catalogue.guard(`block ${block.row.id}`, () => {
        if (!this.#catalogue.mayMeet(block, filter.attributes ?? [])) return;
        const columns = this.#catalogue.cache.spans(block.partition, block.row.id);
        newest.add(newestTraces(columns, matchSpans(columns, filter), limit));
      });
    });
    onProgress({ settled: newest.takeSettled(), share: 1 });
    return newest.result();
  }

  async findLogs(filter: store.LogFilter, limit: number, signal?: AbortSignal): Promise<LogBatch[]> {
    const head = await this.#ask({ kind: "findLogs", filter, limit });
    const newest = new NewestFirst<{ time: bigint; from: number; record: number }>(limit, undefined, (hit) => hit.time);
    const sources: { what: string; batch: (records: number[]) => LogBatch }[] = [];
    const add = (
      what: string,
      times: { low: Uint32Array; high: Uint32Array },
      records: readonly number[],
      batch: (records: number[]) => LogBatch,
    ) => {
      const from = sources.push({ what, batch }) - 1;
      newest.add(
        records.map((record) => ({
          time: (BigInt(times.high[record]) << 32n) | BigInt(times.low[record]),
          from,
          record,
        })),
      );
    };
    const open = head.logs as LogBatch;
    const untimed = (i: number) => (open.timeLow[i] | open.timeHigh[i]) === 0;
    const low = open.timeLow.map((value, i) => (untimed(i) ? open.observedLow[i] : value));
    const high = open.timeHigh.map((value, i) => (untimed(i) ? open.observedHigh[i] : value));
    add(
      "the open block",
      { low, high },
      Array.from({ length: open.count }, (_, i) => i),
      (records) => selectRecords(open, (i) => records.includes(i)),
    );
    const blocks = this.#catalogue.findBlocks(
      head,
      {
        signal: "logs",
        ...microsOf(filter.range),
        service: filter.service,
      },
      signal,
    );
    await this.#catalogue.each(blocks, signal, (block) => {
      if (newest.isDone(block.row.max_time_micros)) return false;
      this.#catalogue.guard(`block ${block.row.id}`, () => {
        if (!this.#catalogue.mayMeet(block, filter.attributes ?? [], filter.words ?? [])) return;
        const { cache } = this.#catalogue;
        const { partition, row } = block;
        const columns = cache.logs(partition, row.id);
        const records = newestLogs(columns, matchLogs(columns, filter), limit);
        if (records.length === 0) return;
        const times = { low: columns.effectiveLow, high: columns.effectiveHigh };
        // Opened again in the end, so that a search holds rows and no blocks.
        add(`block ${row.id}`, times, records, (chosen) => logBatchOf(cache.logs(partition, row.id), chosen));
      });
    });
    const hits = newest.result();
    const scope = scopeOf(signal);
    scope.addRows(hits.length);
    const bySource = new Map<number, LogBatch>();
    for (const [from, chosen] of Map.groupBy(hits, (hit) => hit.from)) {
      const { what, batch } = sources[from];
      this.#catalogue.guard(what, () => void bySource.set(from, batch(chosen.map(({ record }) => record))), scope);
    }
    return inOrder(hits, bySource);
  }

  async summarizeOperations(
    range: store.TimeRange,
    options: store.SummaryOptions,
    signal?: AbortSignal,
  ): Promise<store.OperationSummary[]> {
    const head = await this.#ask({ kind: "facts", signal: "traces" });
    const { minTimeMicros, maxTimeMicros } = microsOf(range);
    const sums = new OperationSums(minTimeMicros, maxTimeMicros, options);
    for (const operation of head.facts?.operations ?? []) sums.addFacts(operation);
    const scope = scopeOf(signal);
    await this.#catalogue.each(this.#catalogue.partitions(head, scope), signal, (partition) => {
      this.#catalogue.guard(`index of ${partition.path}`, () => {
        const rows = partition.operationRows({ lastBlockId: head.lastBlockId, minTimeMicros, maxTimeMicros });
        sums.addRows(checked(rows, scope), partition.operations(options.service));
      });
    });
    return sums.result();
  }

  async listServices(range: store.TimeRange, signal?: AbortSignal): Promise<store.ServiceInfo[]> {
    const head = await this.#ask({ kind: "facts", signal: "traces" });
    const { minTimeMicros, maxTimeMicros } = microsOf(range);
    const services = new Set<string>();
    for (const operation of head.facts?.operations ?? [])
      if (operation.maxTimeMicros >= minTimeMicros && operation.minTimeMicros <= maxTimeMicros)
        services.add(operation.service);
    const seen = new Map<string, Map<string, number>>();
    const see = (service: string, version: string, at: number) => {
      const versions = seen.get(service) ?? new Map<string, number>();
      if (version !== "") versions.set(version, Math.max(at, versions.get(version) ?? 0));
      seen.set(service, versions);
    };
    await this.#catalogue.each(this.#catalogue.partitions(head), signal, (partition) => {
      this.#catalogue.guard(`index of ${partition.path}`, () => {
        const range = { lastBlockId: head.lastBlockId, minTimeMicros, maxTimeMicros };
        for (const service of partition.services(range)) services.add(service);
        for (const { service, version, last_seen_millis } of partition.versions())
          see(service, version, last_seen_millis);
      });
    });
    for (const [service, version] of head.facts?.versions ?? []) see(service, version, Number.MAX_SAFE_INTEGER);
    return [...services].sort().map((name) => {
      const versions = [...(seen.get(name) ?? [])].sort((a, b) => b[1] - a[1]).map(([version]) => version);
      return { name, versions };
    });
  }

  async suggestAttributes(
    request: store.AttributeSuggestionRequest,
    signal?: AbortSignal,
  ): Promise<store.AttributeSuggestion[]> {
    const head = await this.#ask({ kind: "suggest", request });
    const lists = [head.suggestions ?? []];
    const blocks = this.#catalogue.findBlocks(
      head,
      {
        signal: request.signal,
        minTimeMicros: 0,
        maxTimeMicros: Number.MAX_SAFE_INTEGER,
      },
      signal,
    );
    await this.#catalogue.each(blocks.slice(0, SUGGESTION_BLOCKS), signal, ({ partition, row }) => {
      this.#catalogue.guard(`block ${row.id}`, () => {
        const { cache } = this.#catalogue;
        lists.push(
          suggestFrom(
            [request.signal === "traces" ? cache.spans(partition, row.id) : cache.logs(partition, row.id)],
            request,
          ),
        );
      });
    });
    return mergeSuggestions(lists, request.limit);
  }

  async summarizeDependencies(range: store.TimeRange, signal?: AbortSignal): Promise<store.DependencySummary[]> {
    const filter = { range };
    const head = await this.#ask({ kind: "findSpans", filter, limit: DEPENDENCY_SPANS });
    const batches = [head.spans as SpanBatch];
    let left = DEPENDENCY_SPANS - batches[0].count;
    await this.#catalogue.each(
      this.#catalogue.findBlocks(head, { signal: "traces", ...microsOf(range) }, signal),
      signal,
      ({ partition, row }) => {
        if (left <= 0) {
          scopeOf(signal).miss(`only the newest ${DEPENDENCY_SPANS} spans of the range were looked at`);
          return false;
        }
        this.#catalogue.guard(`block ${row.id}`, () => {
          const columns = this.#catalogue.cache.spans(partition, row.id);
          const records = matchSpans(columns, filter).slice(0, left);
          left -= records.length;
          batches.push(spanBatchOf(columns, records, "skeleton"));
        });
      },
    );
    return summarizeDependencies(batches);
  }

  async dataRange(of: "traces" | "logs"): Promise<store.TimeRange | undefined> {
    const head = await this.#ask({ kind: "facts", signal: of });
    const ranges = head.facts ? [[head.facts.minTimeMicros, head.facts.maxTimeMicros]] : [];
    for (const partition of this.#catalogue.partitions(head)) {
      this.#catalogue.guard(`index of ${partition.path}`, () => {
        const range = partition.timeRange(of, head.lastBlockId);
        if (range) ranges.push(range);
      });
    }
    if (ranges.length === 0) return undefined;
    const min = Math.min(...ranges.map(([first]) => first));
    const max = Math.max(...ranges.map(([, last]) => last));
    return { start: BigInt(min) * 1000n, end: BigInt(max) * 1000n + 999n };
  }

  async reportStorage(request: store.StorageRequest, signal?: AbortSignal): Promise<store.StorageReport> {
    const head = await this.#ask({ kind: "storage" });
    const parts: PartitionUsage[] = [];
    await this.#catalogue.each(this.#catalogue.partitions(head, scopeOf(signal)), signal, (partition) => {
      this.#catalogue.guard(`index of ${partition.path}`, () => void parts.push(partition.usage(head.lastBlockId)));
    });
    const { disk, budgets, open } = head.storage as NonNullable<typeof head.storage>;
    return { ...sumUsage(parts, request), disk, budgets, open };
  }

  async close(): Promise<void> {
    this.#catalogue.close();
    this.#pinReader.close();
    this.documents.close();
  }
}

function microsOf(range: store.TimeRange): { minTimeMicros: number; maxTimeMicros: number } {
  const micros = (nanos: bigint) => Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Number(nanos / 1000n)));
  return { minTimeMicros: micros(range.start), maxTimeMicros: micros(range.end) };
}

/** The same rows; looks at the clock now and then. */
function* checked<T>(rows: Iterable<T>, scope: WorkScope): Generator<T> {
  let count = 0;
  for (const row of rows) {
    if (++count % ROWS_BETWEEN_CHECKS === 0) scope.check();
    yield row;
  }
}

/** Batches that hold the hits of a source each, cut into runs so that all hits come in their order. */
function inOrder(hits: readonly { from: number }[], bySource: ReadonlyMap<number, LogBatch>): LogBatch[] {
  const batches: LogBatch[] = [];
  const taken = new Map<number, number>();
  for (let n = 0; n < hits.length;) {
    const { from } = hits[n];
    const first = taken.get(from) ?? 0;
    let end = first;
    for (; n < hits.length && hits[n].from === from; n++) end++;
    taken.set(from, end);
    const batch = bySource.get(from);
    if (!batch) continue;
    if (first === 0 && end === batch.count) batches.push(batch);
    else batches.push(selectRecords(batch, (i) => i >= first && i < end));
  }
  return batches;
}
