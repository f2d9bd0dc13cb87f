/**
 * Searching log records: the open block's hits from the ingest thread, then sealed blocks up to the state it named, in the order of
 * their times. Blocks that cannot hold a hit are not opened, and no more than it takes when there is a limit.
 */
import { LimitError, runWithin, scopeOf, type WorkScope } from "../../../base/work-scope.ts";
import { selectRecords } from "../../../model/edit-select.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { LogPiece } from "../../../model/log-piece.ts";
import type { LogScan, LogSearch, ScanStep, SearchProgress, TimeRange } from "../../store.ts";
import { logBatchOf } from "../block/batch-of-records.ts";
import { OpenLogBlock } from "../block/open-log-block.ts";
import type { BlockRef, Catalogue } from "../catalogue.ts";
import type { AskHead, HeadAnswer } from "../head.ts";
import { FirstLogs, OPEN_BLOCK, type LogHit } from "../logs/first-logs.ts";
import { LogView } from "../logs/log-view.ts";
import { LogMatcher } from "../logs/match-condition.ts";
import { compilePruning, mayMeetWithService, type MayMeet } from "../logs/prune-blocks.ts";
import { recordsOf, type Selection } from "../logs/selection.ts";
import { StoredLogPiece } from "../logs/stored-log-piece.ts";
import { withoutPatterns } from "../logs/without-patterns.ts";
import type { PartitionReader } from "../partition/partition-reader.ts";
import { microsOf } from "./micros-of.ts";

const PROGRESS_MILLIS = 50;
/** A block that has so few of the hits is read at once, while it is open; else when it is known which ones stay. */
const FEW_HITS = 32;
const FEW_BYTES = 1024 * 1024;
/** Of all records of an answer: lines may be of megabytes each, and a thousand of them asked for. */
const MOST_BYTES = 256 * 1024 * 1024;

export interface LogSearchesOptions {
  readonly ask: AskHead;
  readonly catalogue: Catalogue;
  readonly jsonBodies: boolean;
  /** How often a search tells how far it is. */
  readonly progressMillis?: number;
}

/** Where hits are to be read from, and what was read of them. */
interface Source {
  readonly what: string;
  readonly read: (records: readonly number[]) => LogBatch;
  /** Record -> its place in `batch`. */
  places?: Map<number, number>;
  batch?: LogBatch;
}

type OnPiece = (piece: LogPiece | undefined, step: ScanStep) => boolean | void;

export class LogSearches {
  readonly #ask: AskHead;
  readonly #catalogue: Catalogue;
  readonly #jsonBodies: boolean;
  readonly #progressMillis: number;

  constructor(options: LogSearchesOptions) {
    this.#ask = options.ask;
    this.#catalogue = options.catalogue;
    this.#jsonBodies = options.jsonBodies;
    this.#progressMillis = options.progressMillis ?? PROGRESS_MILLIS;
  }

  async scanLogs(scan: LogScan, visit: OnPiece, signal?: AbortSignal): Promise<void> {
    const matcher = new LogMatcher(scan.condition, this.#jsonBodies);
    const head = await this.#askOpen(scan);
    const open = openBlockOf(head.logs as LogBatch);
    const scope = scopeOf(signal);
    await hinted(async () => {
      const blocks = this.#candidates(head, scan, signal);
      const step = (done: number): ScanStep => ({
        share: blocks.length === 0 ? 1 : done / blocks.length,
        edge: edgeOf(blocks[done], scan),
      });
      const goesOn = runWithin(scope, () => {
        const records = this.#matchOpen(open, scan, matcher);
        if (records.length === 0) return undefined;
        return visit(new StoredLogPiece(new LogView(open), records, this.#jsonBodies), step(0));
      });
      if (goesOn === false) return;
      let told = performance.now();
      let done = 0;
      let isEnded = false;
      await this.#eachMatch(head, scan, blocks, matcher, signal, (_, view, selection) => {
        done++;
        if (selection.count === 0 && performance.now() - told < this.#progressMillis) return undefined;
        const piece =
          view && selection.count > 0 ? new StoredLogPiece(view, recordsOf(selection), this.#jsonBodies) : undefined;
        isEnded = visit(piece, step(done)) === false;
        told = performance.now();
        return !isEnded;
      });
      if (!isEnded) visit(undefined, step(blocks.length));
    });
  }

  async findLogs(
    search: LogSearch,
    signal?: AbortSignal,
    onProgress: (progress: SearchProgress<LogBatch>) => void = () => {},
  ): Promise<LogBatch[]> {
    const { order, condition, after } = search;
    const range = after ? cutRange(search.range, order, after.timeUnixNano) : search.range;
    const scan: LogScan = { range, condition, order };
    const scope = scopeOf(signal);
    // They are held until it is known which ones they are.
    scope.addRows(after?.skip ?? 0);
    const hits = new FirstLogs<Source>(order, search.limit + (after?.skip ?? 0));
    const matcher = new LogMatcher(condition, this.#jsonBodies);
    const head = await this.#askOpen(scan, search.limit + (after?.skip ?? 0));
    const found: LogBatch[] = [];
    let taken = 0;
    const take = (end: number): LogBatch[] => {
      // Hits of the cursor's time that were given before; they are the first.
      if (after && taken === 0)
        while (taken < Math.min(end, after.skip) && timeOf(hits.all[taken]) === after.timeUnixNano) taken++;
      const batches = this.#read(hits.all.slice(taken, end), scope, MOST_BYTES - bytesOf(found));
      taken = Math.max(taken, end);
      found.push(...batches);
      return batches;
    };
    await hinted(async () => {
      runWithin(scope, () => this.#addOpen(hits, head.logs as LogBatch, scan, matcher));
      const blocks = this.#candidates(head, scan, signal);
      let told = performance.now();
      let done = 0;
      await this.#eachMatch(head, scan, blocks, matcher, signal, (block, view, selection) => {
        done++;
        if (selection.count > 0) this.#addBlock(hits, block, view as LogView, recordsOf(selection));
        const edge = edgeOf(blocks[done], scan);
        if (hits.isDone(edge)) return false;
        if (performance.now() - told < this.#progressMillis) return undefined;
        onProgress({ settled: take(hits.settledBefore(edge)), share: done / blocks.length });
        told = performance.now();
        return undefined;
      });
      onProgress({ settled: take(hits.all.length), share: 1 });
    });
    return found;
  }

  /** Blocks that may hold a hit, in the order of the scan. */
  #candidates(head: HeadAnswer, { range, condition, order }: LogScan, signal: AbortSignal | undefined): BlockRef[] {
    const meets = mayMeetWithService(condition);
    const operationsOf =
      meets && ((partition: PartitionReader) => partition.logServices().filter(({ service }) => meets(service)));
    const blocks = this.#catalogue.findBlocks(head, { signal: "logs", ...microsOf(range) }, signal, (partition) =>
      operationsOf?.(partition).map(({ id }) => id),
    );
    if (order === "oldest") blocks.sort((a, b) => a.row.min_time_micros - b.row.min_time_micros);
    return blocks;
  }

  /** Calls `visit` for each block in turn, with no view where it was not opened. */
  async #eachMatch(
    head: HeadAnswer,
    scan: LogScan,
    blocks: readonly BlockRef[],
    matcher: LogMatcher,
    signal: AbortSignal | undefined,
    visit: (block: BlockRef, view: LogView | undefined, selection: Selection) => boolean | void,
  ): Promise<void> {
    const mayMeet = this.#pruning(scan, head.lastBlockId);
    await this.#catalogue.each(blocks, signal, (block) => {
      let result: { view: LogView; selection: Selection } | undefined;
      if (this.#catalogue.mayMeetBy(block, mayMeet)) {
        this.#catalogue.guard(`block ${block.row.id}`, () => {
          const view = new LogView(this.#catalogue.cache.logs(block.partition, block.row.id));
          result = { view, selection: matcher.match(view, scan.range, isWithin(block, scan.range)) };
        });
      }
      // Columns that a visitor asks for may be damaged as well.
      let goesOn: boolean | void = undefined;
      this.#catalogue.guard(`block ${block.row.id}`, () => {
        goesOn = visit(block, result?.view, result?.selection ?? NOTHING);
      });
      return goesOn;
    });
  }

  #pruning({ condition }: LogScan, lastBlockId: number): MayMeet {
    return compilePruning(condition, (partition, traceId) => {
      let isWhole = true;
      const found = partition.findTraceBlocks("logs", lastBlockId, [traceId], () => (isWhole = false));
      return isWhole ? new Set(found.keys()) : undefined;
    });
  }

  /** Records of the open block: the first `limit` hits, or what may be hits where the condition has expressions. */
  async #askOpen(scan: LogScan, limit?: number): Promise<HeadAnswer> {
    const asked = { ...scan, condition: withoutPatterns(scan.condition) };
    const jsonBodies = this.#jsonBodies;
    if (limit === undefined || asked.condition !== scan.condition)
      return this.#ask({ kind: "scanLogs", scan: asked, jsonBodies });
    return this.#ask({ kind: "findLogs", scan, limit, jsonBodies });
  }

  #matchOpen(open: OpenLogBlock, scan: LogScan, matcher: LogMatcher): Uint32Array {
    if (open.count === 0 || withoutPatterns(scan.condition) === scan.condition) return allOf(open.count);
    return recordsOf(matcher.match(new LogView(open), scan.range, true));
  }

  #addOpen(hits: FirstLogs<Source>, batch: LogBatch, scan: LogScan, matcher: LogMatcher): void {
    const source: Source = { what: "the open block", read: (records) => selectRecords(batch, records) };
    const open = openBlockOf(batch);
    hits.add(open, this.#matchOpen(open, scan, matcher), OPEN_BLOCK, source);
  }

  #addBlock(hits: FirstLogs<Source>, { partition, row }: BlockRef, view: LogView, records: Uint32Array): void {
    const { cache } = this.#catalogue;
    // Opened again in the end, so that a search holds rows and no blocks.
    const source: Source = {
      what: `block ${row.id}`,
      read: (chosen) => logBatchOf(cache.logs(partition, row.id), chosen),
    };
    // A merged block has the sequence of the last one in it.
    const count = hits.add(view.columns, records, row.journal_sequence, source);
    if (count === 0 || count > FEW_HITS) return;
    const chosen = hits.all.flatMap((hit) => (hit.source === source ? [hit.record] : []));
    const { bodyStarts, bodyEnds } = view.columns;
    if (chosen.reduce((sum, i) => sum + bodyEnds[i] - bodyStarts[i], 0) > FEW_BYTES) return;
    source.batch = logBatchOf(view.columns, chosen);
    source.places = new Map(chosen.map((record, place) => [record, place]));
  }

  /** Hits as batches, in their order. @param most bytes. Throws LimitError. */
  #read(hits: readonly LogHit<Source>[], scope: WorkScope, most: number): LogBatch[] {
    let left = most;
    scope.addRows(hits.length);
    const bySource = new Map<Source, { batch: LogBatch; places: Map<number, number> }>();
    for (const [source, own] of Map.groupBy(hits, (hit) => hit.source)) {
      const read = () => {
        const records = own.map(({ record }) => record);
        const { batch, places } = source;
        bySource.set(source, {
          batch: batch && places ? batch : source.read(records),
          places: places ?? new Map(records.map((record, place) => [record, place])),
        });
      };
      this.#catalogue.guard(source.what, read, scope);
      left -= bySource.get(source)?.batch.bytes.length ?? 0;
      if (left < 0) throw new LimitError("size", `its answer needs more than ${MOST_BYTES / 1024 / 1024} MiB`);
    }
    return inOrder(hits, bySource);
  }
}

function bytesOf(batches: readonly LogBatch[]): number {
  return [...new Set(batches.map(({ bytes }) => bytes))].reduce((sum, { length }) => sum + length, 0);
}

const NOTHING: Selection = { marks: new Uint8Array(0), count: 0 };

/** Batches that hold the hits of a source each, cut into runs so that all hits come in their order. */
function inOrder(
  hits: readonly LogHit<Source>[],
  bySource: ReadonlyMap<Source, { batch: LogBatch; places: ReadonlyMap<number, number> }>,
): LogBatch[] {
  const batches: LogBatch[] = [];
  for (let n = 0; n < hits.length;) {
    const { source } = hits[n];
    const from = n;
    while (n < hits.length && hits[n].source === source) n++;
    const read = bySource.get(source);
    if (!read) continue;
    const places = hits.slice(from, n).map(({ record }) => read.places.get(record) as number);
    const isAll = places.length === read.batch.count && places.every((place, i) => place === i);
    batches.push(isAll ? read.batch : selectRecords(read.batch, places));
  }
  return batches;
}

function timeOf({ low, high }: LogHit<Source>): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** No record of this block, or of those after it, is beyond this time. */
function edgeOf(block: BlockRef | undefined, { order, range }: LogScan): bigint {
  if (!block) return order === "newest" ? range.start : range.end;
  if (order === "oldest") return max(range.start, BigInt(block.row.min_time_micros) * 1000n);
  // Beyond what a double holds exactly, the catalogue's time says only: that late or later.
  if (block.row.max_time_micros >= Number.MAX_SAFE_INTEGER) return range.end;
  const last = BigInt(block.row.max_time_micros) * 1000n + 999n;
  return last < range.end ? last : range.end;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** Whether all times of a block lie in a range. */
function isWithin({ row }: BlockRef, range: TimeRange): boolean {
  const { min_time_micros: first, max_time_micros: last } = row;
  if (last >= Number.MAX_SAFE_INTEGER) return false;
  return BigInt(first) * 1000n >= range.start && BigInt(last) * 1000n + 999n <= range.end;
}

function cutRange(range: TimeRange, order: LogScan["order"], time: bigint): TimeRange {
  if (order === "newest") return { start: range.start, end: time < range.end ? time : range.end };
  return { start: max(range.start, time), end: range.end };
}

/** More would make a small block grow again and again. */
const FEW_RECORDS = 1000;

function openBlockOf(batch: LogBatch): OpenLogBlock {
  const block = new OpenLogBlock(1, batch.count > FEW_RECORDS ? "open block" : "few records");
  block.appendLogs(batch);
  return block;
}

function allOf(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** Whoever asks for too much is told how to ask for less. */
async function hinted(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LimitError) || error.limit === "rows" || error.limit === "size") throw error;
    throw new LimitError(
      error.limit,
      `${error.message}; narrow the time, name a service, or add a whole word or an attribute that is rare`,
    );
  }
}
