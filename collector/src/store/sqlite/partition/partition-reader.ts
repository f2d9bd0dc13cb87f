/** Reads one partition file: which blocks may hold what is looked for, and their sections. Read-only, in short statements. */
import type Database from "better-sqlite3";
import { release } from "../../../base/release.ts";
import { CorruptionError, decodeOwnSection, decodeSection } from "../block/section.ts";
import { SECTION, type SectionName } from "../block/section-kinds.ts";
import type { FetchChunk, FetchSection } from "../block/sealed-span-block.ts";
import { LOG_OPERATION_KIND } from "../block/seal-logs.ts";
import { isDamage } from "../damage.ts";
import { MetricPartition } from "../metrics/metric-partition.ts";
import { openReadOnly } from "./open-read-only.ts";
import { SignatureReader } from "./signature-reader.ts";
import { SIGNAL_NUMBER, sectionId, spanChunkId, tracePageId, type BlockRow, type TraceRunRow } from "./schema.ts";
import { TracePages } from "./trace-pages.ts";
import { eachEntry, findInPage, pageOf, traceHash } from "./trace-run.ts";
import { readUsage, type UsageRow } from "./usage-table.ts";

export interface BlockQuery {
  readonly signal: "traces" | "logs";
  /** The catalogue's state to read: blocks with larger ids don't exist yet. */
  readonly lastBlockId: number;
  readonly minTimeMicros: number;
  readonly maxTimeMicros: number;
  readonly service?: string;
  readonly operation?: string;
  readonly kind?: number;
  readonly errorsOnly?: boolean;
  readonly minDurationMicros?: number;
  /** Ids of operations of which the block has one; undefined = of any. */
  readonly operations?: readonly number[];
}

/** Blocks up to an id, with data within a time range. */
export interface BlockRange {
  readonly lastBlockId: number;
  readonly minTimeMicros: number;
  readonly maxTimeMicros: number;
}

export interface OperationKey {
  readonly service: string;
  readonly kind: number;
  /** null = operations that a block had too many of. */
  readonly name: string | null;
}

/** Counts are of one operation in one block. */
export type OperationRow = [
  operationId: number,
  count: number,
  errorCount: number,
  minTimeMicros: number,
  maxTimeMicros: number,
  latency: Buffer,
];

/** A block counts unless it came later, or a merged one that did not come later holds its records. */
const VISIBLE = "id <= @lastBlockId AND (replaced_by IS NULL OR replaced_by > @lastBlockId)";

const SPANS_IN_RANGE = `signal = ${SIGNAL_NUMBER.traces} AND ${VISIBLE} AND max_time_micros >= @minTimeMicros AND min_time_micros <= @maxTimeMicros`;

export interface SignalRow {
  readonly signal: number;
  readonly blocks: number;
  readonly records: number;
  readonly stored_bytes: number;
  readonly first_arrival_millis: number;
  readonly last_arrival_millis: number;
  readonly min_time_micros: number;
  readonly max_time_micros: number;
}

export class PartitionReader {
  readonly path: string;
  readonly #db: Database.Database;
  readonly hashSeed: number;
  readonly signatures: SignatureReader;
  readonly metrics: MetricPartition;
  readonly #section: Database.Statement;
  readonly #chunk: Database.Statement;
  readonly #recordCount: Database.Statement;
  readonly #runs: Database.Statement;
  readonly #page: Database.Statement;
  readonly #isVisible: Database.Statement;
  readonly #blocksBetween: Database.Statement;
  /** By their text: one for each set of conditions, of which there are 32. */
  readonly #blockQueries = new Map<string, Database.Statement>();

  readonly #pages: TracePages;

  /** @param pages kept of the trace index, of all partitions that are read together */
  constructor(path: string, pages = new TracePages()) {
    this.path = path;
    this.#pages = pages;
    this.#db = openReadOnly(path);
    this.#db.pragma("cache_size = -1024");
    this.hashSeed = this.#db.prepare("SELECT value FROM meta WHERE key = 'hash_seed'").pluck().get() as number;
    this.#section = this.#db.prepare("SELECT data FROM section WHERE id = ?").pluck();
    this.#chunk = this.#db.prepare("SELECT data FROM span_chunk WHERE id = ?").pluck();
    this.signatures = new SignatureReader(this.#db, this.hashSeed, (block) => this.sections(block)("signature"));
    this.metrics = new MetricPartition(this.#db, path);
    this.#recordCount = this.#db.prepare("SELECT record_count FROM block WHERE id = ?").pluck();
    this.#runs = this.#db.prepare(
      "SELECT id, level, first_block, last_block, entry_count, page_count FROM trace_run WHERE signal = ? AND first_block <= ?",
    );
    this.#page = this.#db.prepare("SELECT data FROM trace_page WHERE id = ?").pluck();
    this.#blocksBetween = this.#db.prepare("SELECT id FROM block WHERE signal = ? AND id BETWEEN ? AND ?").pluck();
    this.#isVisible = this.#db.prepare(`SELECT 1 FROM block WHERE id = @id AND ${VISIBLE}`).pluck();
  }

  /** Blocks that may hold what is asked for, newest data first. */
  findBlocks(query: BlockQuery): BlockRow[] {
    const conditions = [
      "signal = @signal",
      VISIBLE,
      "max_time_micros >= @minTimeMicros",
      "min_time_micros <= @maxTimeMicros",
    ];
    if (query.errorsOnly) conditions.push("error_count > 0");
    if (query.minDurationMicros !== undefined) conditions.push("max_duration_micros >= @minDurationMicros");
    const operation: string[] = [];
    if (query.service !== undefined) operation.push("o.service = @service");
    if (query.operation !== undefined) operation.push("(o.name = @operation OR o.name IS NULL)");
    if (query.kind !== undefined) operation.push("o.kind = @kind");
    if (query.operations) operation.push("o.id IN (SELECT value FROM json_each(@operations))");
    if (operation.length > 0) {
      operation.push("ob.max_time_micros >= @minTimeMicros", "ob.min_time_micros <= @maxTimeMicros");
      conditions.push(
        `id IN (SELECT ob.block_id FROM operation o JOIN operation_block ob ON ob.operation_id = o.id WHERE ${operation.join(" AND ")})`,
      );
    }
    const sql = `SELECT id, record_count, trace_count, error_count, min_time_micros, max_time_micros, max_duration_micros,
        journal_sequence, attribute_parts, token_parts
      FROM block WHERE ${conditions.join(" AND ")} ORDER BY max_time_micros DESC`;
    let statement = this.#blockQueries.get(sql);
    if (!statement) this.#blockQueries.set(sql, (statement = this.#db.prepare(sql)));
    const operations = query.operations && JSON.stringify(query.operations);
    return statement.all({ ...query, operations, signal: SIGNAL_NUMBER[query.signal] }) as BlockRow[];
  }

  /**
   * Blocks that may hold one of some traces, with those that each may hold; a hash may claim one wrongly, once in some 10,000 lookups.
   * A run that is damaged is reported, and each of its blocks may hold those of the page that cannot be read.
   */
  findTraceBlocks(
    signal: "traces" | "logs",
    lastBlockId: number,
    traceIds: readonly Uint8Array[],
    onDamage: (run: number, error: unknown) => void,
  ): Map<number, Uint8Array[]> {
    const byHash = Map.groupBy(traceIds, (traceId) => traceHash(traceId, 0, this.hashSeed));
    const hashes = [...byHash.keys()];
    const found = new Map<number, Uint8Array[]>();
    const add = (block: number, traceId: Uint8Array) => {
      const others = found.get(block);
      if (!others) found.set(block, [traceId]);
      else if (!others.includes(traceId)) others.push(traceId);
    };
    // One transaction: a merge may put a new run in the place of one that is about to be read.
    this.#db.transaction(() => {
      for (const run of this.#runs.all(SIGNAL_NUMBER[signal], lastBlockId) as TraceRunRow[]) {
        const addAll = (hash: number, id: number) => byHash.get(hash)?.forEach((traceId) => add(id, traceId));
        this.#findInRun(run, hashes, addAll, (own, error) => {
          onDamage(run.id, error);
          for (const id of this.#blocksBetween.all(SIGNAL_NUMBER[signal], run.first_block, run.last_block))
            for (const hash of own) addAll(hash, id as number);
        });
      }
      for (const id of found.keys()) if (this.#isVisible.get({ id, lastBlockId }) === undefined) found.delete(id);
    })();
    return found;
  }

  /**
   * Each page is read once, however many of the hashes it may have: all of them, in a run of one block.
   * @param onDamage called with the hashes that a page which cannot be read may have
   */
  #findInRun(
    run: TraceRunRow,
    hashes: readonly number[],
    visit: (hash: number, block: number) => void,
    onDamage: (hashes: readonly number[], error: unknown) => void,
  ): void {
    for (const [number, own] of Map.groupBy(hashes, (hash) => pageOf(hash, run.page_count))) {
      try {
        const page = this.#pages.get(this.path, run, number, () => {
          const stored = this.#page.get(tracePageId(run.id, number)) as Buffer | undefined;
          if (!stored) throw new CorruptionError(`run ${run.id} of the trace index lacks a page`);
          return decodeSection(stored);
        });
        findInPage(page, own, (hash, distance) => visit(hash, run.first_block + distance));
      } catch (error) {
        if (!isDamage(error)) throw error;
        onDamage(own, error);
      }
    }
  }

  /** Calls `visit` for every entry of some runs of the trace index: what merging them reads. */
  eachTraceEntry(runs: readonly TraceRunRow[], visit: (hash: number, block: number) => void): void {
    for (const run of runs) {
      for (let page = 0; page < run.page_count; page++) {
        const data = this.#page.get(tracePageId(run.id, page)) as Buffer | undefined;
        if (!data) throw new CorruptionError(`run ${run.id} of the trace index lacks page ${page}`);
        eachEntry(data, (hash, distance) => visit(hash, run.first_block + distance));
        release(data);
      }
    }
  }

  /** Ids of all blocks that have rows, replaced ones included. */
  blockIds(): Set<number> {
    return new Set(this.#db.prepare("SELECT id FROM block").pluck().all() as number[]);
  }

  /** Operations of spans that have rows, by id. */
  operations(service?: string): Map<number, OperationKey> {
    const rows = this.#db
      .prepare(
        "SELECT id, service, kind, name FROM operation WHERE kind >= 0 AND (@service IS NULL OR service = @service)",
      )
      .all({ service: service ?? null }) as (OperationKey & { id: number })[];
    return new Map(rows.map(({ id, ...key }) => [id, key]));
  }

  /** Services with logs, by the id of the operation that their logs are filed under. */
  logServices(): { readonly id: number; readonly service: string }[] {
    return this.#db.prepare(`SELECT id, service FROM operation WHERE kind = ${LOG_OPERATION_KIND}`).all() as {
      id: number;
      service: string;
    }[];
  }

  /** Packed operation rows of the blocks of spans that meet the range, by block. */
  operationPacks(range: BlockRange): IterableIterator<[block: number, pack: Buffer]> {
    if (!this.#hasPacks()) return [].values();
    return this.#db
      .prepare(`SELECT id, data FROM block JOIN operation_pack USING (id) WHERE ${SPANS_IN_RANGE}`)
      .raw()
      .iterate(range) as IterableIterator<[number, Buffer]>;
  }

  /** Operation rows, as arrays, of those blocks that have no pack, and of those whose packs are damaged. */
  unpackedOperationRows(range: BlockRange, damaged: readonly number[]): IterableIterator<OperationRow> {
    const without = this.#hasPacks() ? "AND id NOT IN (SELECT id FROM operation_pack)" : "";
    const unpacked = this.#db.prepare(`SELECT id FROM block WHERE ${SPANS_IN_RANGE} ${without}`).pluck().all(range);
    const blocks = [...unpacked, ...damaged];
    if (blocks.length === 0) return [].values();
    return this.#db
      .prepare(
        `SELECT operation_id, record_count, error_count, min_time_micros, max_time_micros, latency FROM operation_block
         WHERE block_id IN (SELECT value FROM json_each(@blocks))
           AND max_time_micros >= @minTimeMicros AND min_time_micros <= @maxTimeMicros`,
      )
      .raw()
      .iterate({ ...range, blocks: JSON.stringify(blocks) }) as IterableIterator<OperationRow>;
  }

  #hasPacks(): boolean {
    return this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'operation_pack'").get() !== undefined;
  }

  /** Services with spans in the range, by the blocks' operations: no row is summed. */
  services(range: BlockRange): string[] {
    return this.#db
      .prepare(
        `SELECT DISTINCT service FROM operation o WHERE kind >= 0 AND EXISTS (SELECT 1 FROM operation_block
           WHERE operation_id = o.id AND block_id <= @lastBlockId
             AND block_id >= (SELECT min(id) FROM block WHERE signal = ${SIGNAL_NUMBER.traces} AND max_time_micros >= @minTimeMicros)
             AND max_time_micros >= @minTimeMicros AND min_time_micros <= @maxTimeMicros)`,
      )
      .pluck()
      .all(range) as string[];
  }

  /** Earliest and latest time of a signal's blocks, in microseconds. */
  timeRange(signal: "traces" | "logs", lastBlockId: number): [number, number] | undefined {
    const row = this.#db
      .prepare(
        "SELECT min(min_time_micros) AS first, max(max_time_micros) AS last FROM block WHERE signal = ? AND id <= ?",
      )
      .get(SIGNAL_NUMBER[signal], lastBlockId) as { first: number | null; last: number | null };
    return row.first === null || row.last === null ? undefined : [row.first, row.last];
  }

  /** What each signal's blocks hold together, and whose it is. */
  usage(lastBlockId: number): { signals: SignalRow[]; names: UsageRow[] } {
    const signals = this.#db
      .prepare(
        `SELECT signal, count(*) AS blocks, sum(record_count) AS records, sum(stored_bytes) AS stored_bytes,
           min(sealed_at_millis) AS first_arrival_millis, max(sealed_at_millis) AS last_arrival_millis,
           min(min_time_micros) AS min_time_micros, max(max_time_micros) AS max_time_micros
         FROM block WHERE ${VISIBLE} GROUP BY signal`,
      )
      .all({ lastBlockId }) as SignalRow[];
    return { signals, names: readUsage(this.#db) };
  }

  versions(): { service: string; version: string; last_seen_millis: number }[] {
    return this.#db.prepare("SELECT service, version, last_seen_millis FROM service_version").all() as {
      service: string;
      version: string;
      last_seen_millis: number;
    }[];
  }

  recordCount(block: number): number {
    const count = this.#recordCount.get(block) as number | undefined;
    if (count === undefined) throw new CorruptionError(`block ${block} has no row`);
    return count;
  }

  /** Fetches and checks sections of a block. */
  sections(block: number): FetchSection {
    const fetch = (name: SectionName, isOptional?: true) => {
      const data = this.#section.get(sectionId(block, SECTION[name])) as Buffer | undefined;
      if (data === undefined && isOptional) return undefined;
      if (data === undefined) throw new CorruptionError(`block ${block} has no section "${name}"`);
      return decodeOwnSection(data);
    };
    return fetch as FetchSection;
  }

  /** Fetches chunks of a block of spans. */
  chunks(block: number): FetchChunk {
    return (chunk) => {
      const data = this.#chunk.get(spanChunkId(block, chunk)) as Buffer | undefined;
      if (data === undefined) throw new CorruptionError(`block ${block} has no chunk ${chunk}`);
      return data;
    };
  }

  close(): void {
    this.#db.close();
  }
}
