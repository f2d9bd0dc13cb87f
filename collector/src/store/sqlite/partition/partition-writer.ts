/** Writes sealed blocks into one partition file: a block, its index entries and the journal position commit together. */
import Database from "better-sqlite3";
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import type { JournalSignal } from "../journal/journal-record.ts";
import type { OperationFacts, SealedBlock } from "../block/seal-records.ts";
import type { BlockUsage } from "../block/usage-of-block.ts";
import { storedBytesOf } from "../block/usage-of-block.ts";
import { CorruptionError } from "../block/section.ts";
import { reach } from "../fault-points.ts";
import { DISK, type JournalFiles } from "../journal/journal-files.ts";
import type { MetricAdditions, SealedMetricBlock } from "../metrics/block/metric-block.ts";
import { METRIC_SIGNAL, MetricTables } from "../metrics/metric-tables.ts";
import { waitingPages } from "./checkpoint.ts";
import { readCoverage, type Coverage } from "./glance.ts";
import { encodeLatency } from "./latency-codec.ts";
import { isNewerFormat, newerFormat } from "./newer-format.ts";
import { packOperations } from "./operation-pack.ts";
import {
  OPERATION_PACK_SCHEMA,
  PARTITION_FORMAT,
  PARTITION_SCHEMA,
  SIGNAL_NUMBER,
  sectionId,
  spanChunkId,
  signaturePartId,
  type StoredSignal,
} from "./schema.ts";
import { TraceRunWriter } from "./trace-run-writer.ts";
import { runOfBlock } from "./trace-run.ts";
import { upgradePartition } from "./upgrade.ts";
import { UsageTable } from "./usage-table.ts";
import { WriteAheadLog } from "./write-ahead-log.ts";

/** Operations of one block beyond this many share one row a service and kind: a sender with ids in span names can't flood the index. */
const MOST_OPERATION_ROWS = 4096;
/** Resends are recognised by digests of the blocks sealed in the last quarter of an hour. */
export const RESEND_MEMORY_MILLIS = 15 * 60_000;

/** A block that holds the records of some smaller ones. */
export interface MergedBlock {
  readonly id: number;
  readonly signal: StoredSignal;
  readonly sealed: SealedBlock;
  readonly replaces: readonly number[];
  readonly nowMillis: number;
}

export interface BlockToWrite {
  readonly id: number;
  readonly signal: "traces" | "logs";
  readonly sealed: SealedBlock;
  readonly sealedAtMillis: number;
  readonly journalSequence: number;
  /** 16 bytes each: of the requests in the block. */
  readonly digests: Uint8Array;
}

export interface MetricBlockToWrite {
  readonly id: number;
  readonly block: SealedMetricBlock;
  readonly additions: MetricAdditions;
  readonly usage: BlockUsage;
  readonly sealedAtMillis: number;
  readonly journalSequence: number;
  /** 16 bytes each: of the requests in the block. */
  readonly digests: Uint8Array;
}

export interface MergedMetricBlock {
  readonly id: number;
  readonly block: SealedMetricBlock;
  readonly replaces: readonly number[];
  readonly nowMillis: number;
}

const SHRINK_PAGES = 256;
/** Pages in the write-ahead log, 64 MiB: then SQLite moves them with the next commit, as nobody else has come to it. */
const MOST_WAL_PAGES = 8192;

type BlockEntry = Omit<BlockToWrite, "digests">;

export class PartitionWriter {
  readonly path: string;
  readonly createdAtMillis: number;
  readonly hashSeed: number;
  readonly #db: Database.Database;
  readonly wal: WriteAheadLog;
  readonly runs: TraceRunWriter;
  readonly metrics: MetricTables;
  readonly #insert: (block: BlockToWrite) => void;
  readonly #replace: (block: MergedBlock) => void;
  readonly #usage: UsageTable;
  readonly #operationIds = new Map<string, number>();
  /** Of the transaction under way. */
  readonly #freshOperations: string[] = [];
  readonly #statements = new Map<string, Database.Statement>();

  /** Opens a partition, or begins one where there is no file. @throws CorruptionError when the file is none or newer than we know */
  constructor(path: string, nowMillis: number, files: JournalFiles = DISK) {
    this.path = path;
    this.#db = new Database(path);
    try {
      this.#db.pragma("page_size = 8192");
      // Of a new file: so that what merges leave free can be cut off (shrink).
      this.#db.pragma("auto_vacuum = INCREMENTAL");
      this.#db.pragma("journal_mode = WAL");
      // The journal holds what is in no durable commit: see write-ahead-log.ts.
      this.#db.pragma("synchronous = NORMAL");
      this.#db.pragma(`wal_autocheckpoint = ${MOST_WAL_PAGES}`);
      this.#db.pragma("cache_size = -2048");
      const isNew = this.#db.pragma("schema_version", { simple: true }) === 0;
      if (isNew) this.#create(nowMillis);
      upgradePartition(this.#db);
      const format = this.#meta("format");
      if (isNewerFormat(format)) throw newerFormat(path, format);
      if (format !== PARTITION_FORMAT)
        throw new CorruptionError(`partition format ${String(format)} is unknown to this version of Goldspan`);
      this.createdAtMillis = this.#meta("created_at_millis") as number;
      this.hashSeed = this.#meta("hash_seed") as number;
      this.runs = new TraceRunWriter(this.#db);
      this.metrics = new MetricTables(this.#db);
      this.#usage = new UsageTable(this.#db);
      this.#db.exec(OPERATION_PACK_SCHEMA);
      const insertBlock = this.#prepareBlock();
      this.#insert = this.#transaction((block: BlockToWrite) => this.#insertSealed(block, insertBlock));
      this.#replace = this.#transaction((block: MergedBlock) => this.#replaceBlocks(block, insertBlock));
      this.wal = new WriteAheadLog(path, files, () => waitingPages(this.#db));
    } catch (error) {
      this.#db.close();
      const { code, message } = error as { code?: string; message: string };
      throw code === "SQLITE_ERROR" ? new CorruptionError(`the file is no partition: ${message}`) : error;
    }
  }

  /** With its write-ahead log, which grows while a reader holds a long transaction. */
  get sizeBytes(): number {
    return statSync(this.path).size + (statSync(this.wal.path, { throwIfNoEntry: false })?.size ?? 0);
  }

  coverage(): Coverage {
    return readCoverage(this.#db);
  }

  /** One transaction; durable when the write-ahead log is synced. */
  insert(block: BlockToWrite): void {
    this.#insert(block);
  }

  /** The same for a block of metrics, with the labels and metadata that are new with it. */
  insertMetrics(entry: MetricBlockToWrite): void {
    this.#db
      .transaction(() => {
        const { id, block, additions, usage, sealedAtMillis, journalSequence, digests } = entry;
        this.metrics.insertAdditions(additions);
        // Of a request that was refused as a whole nothing is there to write.
        if (block.sampleCount > 0 || block.exemplars)
          this.metrics.insertBlock(id, block, sealedAtMillis, journalSequence);
        this.#usage.add(METRIC_SIGNAL, usage, sealedAtMillis);
        this.#noteCovered("metrics", id, sealedAtMillis, journalSequence, digests);
      })
      .immediate();
  }

  /** Commits a merged block in place of the ones it was made of. */
  replace(block: MergedBlock): void {
    this.#replace(block);
  }

  /** The same for metrics. */
  replaceMetrics({ id, block, replaces, nowMillis }: MergedMetricBlock): void {
    this.#db
      .transaction(() => {
        const { at, sequence } = this.#arrivalOf(replaces);
        this.metrics.insertBlock(id, block, at, sequence);
        this.#markReplaced(id, replaces, nowMillis);
      })
      .immediate();
  }

  /** Blocks of at most so many records that were not merged yet, oldest first. */
  smallBlocks(signal: StoredSignal, mostRecords: number): { id: number; recordCount: number; storedBytes: number }[] {
    return this.#prepare(
      "SELECT id, record_count AS recordCount, stored_bytes AS storedBytes FROM block WHERE signal = ? AND replaced_by IS NULL AND record_count <= ? ORDER BY id",
    ).all(SIGNAL_NUMBER[signal], mostRecords) as { id: number; recordCount: number; storedBytes: number }[];
  }

  /** Deletes blocks that were replaced before a time: no reader can still be at them. Returns how many. */
  forgetReplaced(beforeMillis: number): number {
    const ids = this.#prepare("SELECT id FROM block WHERE replaced_at_millis < ?")
      .pluck()
      .all(beforeMillis) as number[];
    if (ids.length === 0) return 0;
    this.#db.transaction(() => this.#deleteBlocks(ids)).immediate();
    reach("merge.after-forget");
    return ids.length;
  }

  /** Gives free pages back to the file system, a step of 2 MB. False = there are more. A file begun by an older version keeps them. */
  shrink(): boolean {
    const free = () => this.#db.pragma("freelist_count", { simple: true }) as number;
    const before = free();
    if (before === 0) return true;
    this.#db.pragma(`incremental_vacuum(${SHRINK_PAGES})`);
    const after = free();
    return after === 0 || after === before;
  }

  close(): void {
    this.wal.close();
    this.#db.close();
  }

  #create(nowMillis: number): void {
    this.#db.transaction(() => {
      this.#db.exec(PARTITION_SCHEMA);
      const set = this.#db.prepare("INSERT INTO meta VALUES (?, ?)");
      set.run("format", PARTITION_FORMAT);
      set.run("created_at_millis", nowMillis);
      set.run("hash_seed", randomInt(2 ** 31));
    })();
  }

  #meta(key: string): unknown {
    return (this.#db.prepare("SELECT value FROM meta WHERE key = ?").get(key) as { value: unknown } | undefined)?.value;
  }

  /** Inserts a block and its index entries: what sealing and merging share. Must run in a transaction. */
  #prepareBlock(): (block: BlockEntry) => void {
    const db = this.#db;
    const insertBlock = db.prepare(
      `INSERT INTO block(id, signal, record_count, trace_count, error_count, min_time_micros, max_time_micros, max_duration_micros,
         sealed_at_millis, journal_sequence, stored_bytes, attribute_parts, token_parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const insertSection = db.prepare("INSERT INTO section VALUES (?, ?)");
    const insertChunk = db.prepare("INSERT INTO span_chunk VALUES (?, ?)");
    const insertPart = db.prepare("INSERT INTO signature_part VALUES (?, ?)");
    const insertOperationBlock = db.prepare("INSERT INTO operation_block VALUES (?, ?, ?, ?, ?, ?, ?)");
    const insertPack = db.prepare("INSERT INTO operation_pack VALUES (?, ?)");
    const operationId = this.#prepareOperationId();
    return ({ id, signal, sealed, sealedAtMillis, journalSequence }) => {
      const { facts, sections, chunks, signatures } = sealed;
      const parts = [...signatures.attributes, ...signatures.tokens];
      insertBlock.run(
        id,
        SIGNAL_NUMBER[signal],
        facts.recordCount,
        facts.traceCount,
        facts.errorCount,
        facts.minTimeMicros,
        facts.maxTimeMicros,
        facts.maxDurationMicros,
        sealedAtMillis,
        journalSequence,
        storedBytesOf(sealed) + parts.reduce((sum, { length }) => sum + length, 0),
        signatures.attributes.length,
        signatures.tokens.length,
      );
      for (const { kind, data } of sections) insertSection.run(sectionId(id, kind), data);
      chunks.forEach(({ data }, n) => insertChunk.run(spanChunkId(id, n), data));
      signatures.attributes.forEach((data, part) => insertPart.run(signaturePartId(id, "attributes", part), data));
      signatures.tokens.forEach((data, part) => insertPart.run(signaturePartId(id, "tokens", part), data));
      if (sealed.traceIds.length > 0) this.runs.insert(signal, runOfBlock(id, sealed.traceIds, this.hashSeed));
      const rows = foldOperations(facts.operations).map(({ service, kind, name, ...row }) => ({
        ...row,
        id: operationId(service, kind, name),
        latency: encodeLatency(row.latency),
      }));
      for (const { id: operation, count, errorCount, minTimeMicros, maxTimeMicros, latency } of rows)
        insertOperationBlock.run(operation, id, count, errorCount, minTimeMicros, maxTimeMicros, latency);
      if (signal === "traces") insertPack.run(id, packOperations(rows));
    };
  }

  #insertSealed(block: BlockToWrite, insertBlock: (block: BlockEntry) => void): void {
    const { id, signal, sealed, sealedAtMillis, journalSequence, digests } = block;
    insertBlock(block);
    if (sealed.usage) this.#usage.add(SIGNAL_NUMBER[signal], sealed.usage, sealedAtMillis);
    for (const [service, version] of sealed.facts.versions)
      this.#prepare(
        "INSERT INTO service_version VALUES (?, ?, ?) ON CONFLICT(service, version) DO UPDATE SET last_seen_millis = excluded.last_seen_millis",
      ).run(service, version, sealedAtMillis);
    this.#noteCovered(signal, id, sealedAtMillis, journalSequence, digests);
  }

  /** Up to where the journal is covered from now on, and which requests a resend is recognised by. */
  #noteCovered(
    signal: JournalSignal,
    id: number,
    sealedAtMillis: number,
    journalSequence: number,
    digests: Uint8Array,
  ): void {
    if (digests.length > 0)
      this.#prepare("INSERT INTO resend_window VALUES (?, ?, ?)").run(id, sealedAtMillis, digests);
    this.#prepare("DELETE FROM resend_window WHERE sealed_at_millis < ?").run(sealedAtMillis - RESEND_MEMORY_MILLIS);
    this.#prepare("INSERT INTO meta VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value").run(
      `covered_${signal}`,
      journalSequence,
    );
    reach("seal.before-commit");
  }

  /** The replaced blocks stay readable for readers that began before; {@link forgetReplaced} deletes them. */
  #replaceBlocks({ id, signal, sealed, replaces, nowMillis }: MergedBlock, insertBlock: (block: BlockEntry) => void) {
    const { at, sequence } = this.#arrivalOf(replaces);
    insertBlock({ id, signal, sealed, sealedAtMillis: at, journalSequence: sequence });
    this.#markReplaced(id, replaces, nowMillis);
  }

  /** Of the newest of some blocks. */
  #arrivalOf(blocks: readonly number[]): { at: number; sequence: number } {
    const find = this.#prepare("SELECT sealed_at_millis AS at, journal_sequence AS sequence FROM block WHERE id = ?");
    const rows = blocks.map((block) => find.get(block) as { at: number; sequence: number });
    return { at: Math.max(...rows.map(({ at }) => at)), sequence: Math.max(...rows.map(({ sequence }) => sequence)) };
  }

  #markReplaced(by: number, blocks: readonly number[], nowMillis: number): void {
    const mark = this.#prepare("UPDATE block SET replaced_by = ?, replaced_at_millis = ? WHERE id = ?");
    for (const block of blocks) mark.run(by, nowMillis, block);
    reach("merge.before-commit");
  }

  #deleteBlocks(blocks: readonly number[]): void {
    for (const block of blocks) {
      this.#prepare("DELETE FROM section WHERE id BETWEEN ? AND ?").run(
        sectionId(block, 0),
        sectionId(block + 1, 0) - 1,
      );
      this.#prepare("DELETE FROM span_chunk WHERE id BETWEEN ? AND ?").run(
        spanChunkId(block, 0),
        spanChunkId(block + 1, 0) - 1,
      );
      this.#prepare("DELETE FROM signature_part WHERE id BETWEEN ? AND ?").run(
        signaturePartId(block, "attributes", 0),
        signaturePartId(block + 1, "attributes", 0) - 1,
      );
      this.#prepare("DELETE FROM operation_pack WHERE id = ?").run(block);
      this.metrics.deleteBlock(block);
      this.#prepare("DELETE FROM block WHERE id = ?").run(block);
    }
    this.#prepare(
      `DELETE FROM operation_block WHERE block_id IN (SELECT value FROM json_each(?)) AND operation_id IN (SELECT id FROM operation)`,
    ).run(JSON.stringify(blocks));
    reach("merge.before-forget");
  }

  #prepareOperationId(): (service: string, kind: number, name: string | null) => number {
    const insert = this.#db.prepare("INSERT INTO operation(service, kind, name) VALUES (?, ?, ?)");
    const find = this.#db.prepare("SELECT id FROM operation WHERE service = ? AND kind = ? AND name IS ?").pluck();
    return (service, kind, name) => {
      const key = `${kind}\0${service}\0${name ?? ""}\0${name === null}`;
      let id = this.#operationIds.get(key);
      if (id === undefined) {
        id =
          (find.get(service, kind, name) as number | undefined) ??
          Number(insert.run(service, kind, name).lastInsertRowid);
        this.#operationIds.set(key, id);
        this.#freshOperations.push(key);
      }
      return id;
    };
  }

  #transaction<T>(work: (argument: T) => void): (argument: T) => void {
    const transaction = this.#db.transaction(work);
    return (argument) => {
      this.#freshOperations.length = 0;
      try {
        transaction.immediate(argument);
      } catch (error) {
        // The rows these ids name were rolled back.
        for (const key of this.#freshOperations) this.#operationIds.delete(key);
        throw error;
      }
      if (this.#operationIds.size > 4 * MOST_OPERATION_ROWS) this.#operationIds.clear();
    };
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}

type OperationRow = Omit<OperationFacts, "name"> & { readonly name: string | null };

/** The most frequent operations as they are, the others summed up per service and kind under the name NULL. */
export function foldOperations(operations: readonly OperationFacts[]): readonly OperationRow[] {
  // Distinct bytes may be the same text once invalid UTF-8 is replaced.
  const merged = mergeBy(operations, ({ service, kind, name }) => `${kind}\0${service}\0${name}`);
  if (merged.length <= MOST_OPERATION_ROWS) return merged;
  const sorted = [...merged].sort((a, b) => b.count - a.count);
  const others = sorted.slice(MOST_OPERATION_ROWS).map((operation): OperationRow => ({ ...operation, name: null }));
  return [...sorted.slice(0, MOST_OPERATION_ROWS), ...mergeBy(others, ({ service, kind }) => `${kind}\0${service}`)];
}

function mergeBy<T extends OperationRow>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const row of rows) {
    const key = keyOf(row);
    const into = byKey.get(key);
    if (into === undefined) {
      byKey.set(key, row);
      continue;
    }
    byKey.set(key, {
      ...into,
      count: into.count + row.count,
      errorCount: into.errorCount + row.errorCount,
      minTimeMicros: Math.min(into.minTimeMicros, row.minTimeMicros),
      maxTimeMicros: Math.max(into.maxTimeMicros, row.maxTimeMicros),
      latency: into.latency.map((count, bucket) => count + row.latency[bucket]),
    });
  }
  return [...byKey.values()];
}
