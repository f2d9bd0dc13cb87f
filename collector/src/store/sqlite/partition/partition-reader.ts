/** Reads one partition file: which blocks may hold what is looked for, and their sections. Read-only, in short statements. */
import Database from "better-sqlite3";
import { CorruptionError, decodeSection } from "../block/section.ts";
import { SECTION } from "../block/section-kinds.ts";
import type { FetchSection } from "../block/sealed-span-block.ts";
import { mayHoldTrace, traceHash } from "../trace-index.ts";
import { SIGNAL_NUMBER, sectionId, type BlockRow } from "./schema.ts";

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
}

export interface OperationRow {
  service: string;
  kind: number;
  name: string | null;
  record_count: number;
  error_count: number;
  min_time_micros: number;
  max_time_micros: number;
  latency: Buffer;
}

export class PartitionReader {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #hashSeed: number;
  readonly #section: Database.Statement;
  readonly #window: Database.Statement;

  constructor(path: string) {
    this.path = path;
    this.#db = new Database(path, { readonly: true, fileMustExist: true });
    this.#db.pragma("cache_size = -1024");
    this.#hashSeed = this.#db.prepare("SELECT value FROM meta WHERE key = 'hash_seed'").pluck().get() as number;
    this.#section = this.#db.prepare("SELECT data FROM section WHERE id = ?").pluck();
    this.#window = this.#db.prepare("SELECT substr(hashes, ?, ?) FROM trace_index WHERE block_id = ?").pluck();
  }

  /** Blocks that may hold what is asked for, newest data first. */
  findBlocks(query: BlockQuery): BlockRow[] {
    const conditions = [
      "signal = @signal",
      "id <= @lastBlockId",
      "max_time_micros >= @minTimeMicros",
      "min_time_micros <= @maxTimeMicros",
    ];
    if (query.errorsOnly) conditions.push("error_count > 0");
    if (query.minDurationMicros !== undefined) conditions.push("max_duration_micros >= @minDurationMicros");
    const operation: string[] = [];
    if (query.service !== undefined) operation.push("o.service = @service");
    if (query.operation !== undefined) operation.push("(o.name = @operation OR o.name IS NULL)");
    if (query.kind !== undefined) operation.push("o.kind = @kind");
    if (operation.length > 0) {
      operation.push("ob.max_time_micros >= @minTimeMicros", "ob.min_time_micros <= @maxTimeMicros");
      conditions.push(
        `id IN (SELECT ob.block_id FROM operation o JOIN operation_block ob ON ob.operation_id = o.id WHERE ${operation.join(" AND ")})`,
      );
    }
    const sql = `SELECT id, record_count, trace_count, error_count, min_time_micros, max_time_micros, max_duration_micros
      FROM block WHERE ${conditions.join(" AND ")} ORDER BY max_time_micros DESC`;
    return this.#db.prepare(sql).all({ ...query, signal: SIGNAL_NUMBER[query.signal] }) as BlockRow[];
  }

  /** Ids of the blocks that may hold a trace; a hash may claim one wrongly. */
  findTraceBlocks(signal: "traces" | "logs", lastBlockId: number, traceId: Uint8Array): number[] {
    const hash = traceHash(traceId, 0, this.#hashSeed);
    const blocks = this.#db
      .prepare("SELECT id, trace_count FROM block WHERE signal = ? AND id <= ? AND trace_count > 0")
      .all(SIGNAL_NUMBER[signal], lastBlockId) as { id: number; trace_count: number }[];
    return blocks
      .filter(({ id, trace_count }) =>
        mayHoldTrace(hash, trace_count, (offset, length) => this.#window.get(offset + 1, length, id) as Buffer),
      )
      .map(({ id }) => id);
  }

  /** Operation rows of all blocks that meet the range; `kinds` below 0 are logs. */
  operationRows(query: {
    lastBlockId: number;
    minTimeMicros: number;
    maxTimeMicros: number;
    service?: string;
  }): IterableIterator<OperationRow> {
    const service = query.service === undefined ? "" : "AND o.service = @service";
    return this.#db
      .prepare(
        `SELECT o.service, o.kind, o.name, ob.record_count, ob.error_count, ob.min_time_micros, ob.max_time_micros, ob.latency
         FROM operation_block ob JOIN operation o ON o.id = ob.operation_id
         WHERE ob.block_id <= @lastBlockId AND ob.max_time_micros >= @minTimeMicros AND ob.min_time_micros <= @maxTimeMicros AND o.kind >= 0 ${service}`,
      )
      .iterate(query) as IterableIterator<OperationRow>;
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

  versions(): { service: string; version: string; last_seen_millis: number }[] {
    return this.#db.prepare("SELECT service, version, last_seen_millis FROM service_version").all() as {
      service: string;
      version: string;
      last_seen_millis: number;
    }[];
  }

  /** Fetches and checks sections of a block. */
  sections(block: number): FetchSection {
    return (name) => {
      const data = this.#section.get(sectionId(block, SECTION[name])) as Buffer | undefined;
      if (data === undefined) throw new CorruptionError(`block ${block} has no section "${name}"`);
      return decodeSection(data);
    };
  }

  close(): void {
    this.#db.close();
  }
}
