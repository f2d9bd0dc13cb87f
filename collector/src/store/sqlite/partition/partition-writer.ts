/** Writes sealed blocks into one partition file: a block, its index entries and the journal position commit together. */
import Database from "better-sqlite3";
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import type { JournalSignal } from "../journal/journal-record.ts";
import type { OperationFacts, SealedBlock } from "../block/seal-records.ts";
import { CorruptionError } from "../block/section.ts";
import { encodeTraceIndex } from "../trace-index.ts";
import { encodeLatency } from "./latency-codec.ts";
import { PARTITION_FORMAT, PARTITION_SCHEMA, SIGNAL_NUMBER, sectionId } from "./schema.ts";

/** Operations of one block beyond this many share one row a service and kind: a sender with ids in span names can't flood the index. */
const MOST_OPERATION_ROWS = 4096;
/** Resends are recognised by digests of the blocks sealed in the last quarter of an hour. */
const RESEND_MEMORY_MILLIS = 15 * 60_000;

export interface BlockToWrite {
  readonly id: number;
  readonly signal: "traces" | "logs";
  readonly sealed: SealedBlock;
  readonly sealedAtMillis: number;
  readonly journalSequence: number;
  /** 16 bytes each: of the requests in the block. */
  readonly digests: Uint8Array;
}

export class PartitionWriter {
  readonly path: string;
  readonly createdAtMillis: number;
  readonly hashSeed: number;
  readonly #db: Database.Database;
  readonly #insert: (block: BlockToWrite) => void;
  readonly #operationIds = new Map<string, number>();

  /** Opens a partition, or begins one where there is no file. @throws CorruptionError when the file is none or newer than we know */
  constructor(path: string, nowMillis: number) {
    this.path = path;
    this.#db = new Database(path);
    try {
      this.#db.pragma("page_size = 8192");
      this.#db.pragma("journal_mode = WAL");
      this.#db.pragma("synchronous = FULL");
      this.#db.pragma("cache_size = -2048");
      const isNew = this.#db.pragma("schema_version", { simple: true }) === 0;
      if (isNew) this.#create(nowMillis);
      const format = this.#meta("format");
      if (format !== PARTITION_FORMAT)
        throw new CorruptionError(`partition format ${String(format)} is unknown to this version of Goldspan`);
      this.createdAtMillis = this.#meta("created_at_millis") as number;
      this.hashSeed = this.#meta("hash_seed") as number;
      this.#insert = this.#prepareInsert();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  get sizeBytes(): number {
    return statSync(this.path).size;
  }

  /** The largest block id in it, and up to where its blocks cover the journals. */
  coverage(): { lastBlockId: number; lastSealedAtMillis: number; traces: number; logs: number } {
    const { id, at } = this.#db
      .prepare("SELECT coalesce(max(id), 0) AS id, coalesce(max(sealed_at_millis), 0) AS at FROM block")
      .get() as {
      id: number;
      at: number;
    };
    return { lastBlockId: id, lastSealedAtMillis: at, traces: this.#covered("traces"), logs: this.#covered("logs") };
  }

  /** Digests of the requests in its newest blocks, oldest first, 16 bytes each. */
  recentDigests(): Uint8Array[] {
    return (this.#db.prepare("SELECT digests FROM resend_window ORDER BY block_id").all() as { digests: Buffer }[]).map(
      (row) => row.digests,
    );
  }

  /** One transaction; durable when it returns. */
  insert(block: BlockToWrite): void {
    this.#insert(block);
  }

  close(): void {
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

  #covered(signal: JournalSignal): number {
    return (this.#meta(`covered_${signal}`) as number | undefined) ?? 0;
  }

  #prepareInsert(): (block: BlockToWrite) => void {
    const db = this.#db;
    const insertBlock = db.prepare("INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const insertSection = db.prepare("INSERT INTO section VALUES (?, ?)");
    const insertIndex = db.prepare("INSERT INTO trace_index VALUES (?, ?)");
    const insertOperation = db.prepare("INSERT INTO operation(service, kind, name) VALUES (?, ?, ?)");
    const findOperation = db.prepare("SELECT id FROM operation WHERE service = ? AND kind = ? AND name IS ?").pluck();
    const insertOperationBlock = db.prepare("INSERT INTO operation_block VALUES (?, ?, ?, ?, ?, ?, ?)");
    const insertDigests = db.prepare("INSERT INTO resend_window VALUES (?, ?, ?)");
    const forgetDigests = db.prepare("DELETE FROM resend_window WHERE sealed_at_millis < ?");
    const seeVersion = db.prepare(
      "INSERT INTO service_version VALUES (?, ?, ?) ON CONFLICT(service, version) DO UPDATE SET last_seen_millis = excluded.last_seen_millis",
    );
    const cover = db.prepare("INSERT INTO meta VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value");
    const fresh: string[] = [];
    const operationId = (service: string, kind: number, name: string | null) => {
      const key = `${kind}\0${service}\0${name ?? ""}\0${name === null}`;
      let id = this.#operationIds.get(key);
      if (id === undefined) {
        id =
          (findOperation.get(service, kind, name) as number | undefined) ??
          Number(insertOperation.run(service, kind, name).lastInsertRowid);
        this.#operationIds.set(key, id);
        fresh.push(key);
      }
      return id;
    };
    const insert = db.transaction(({ id, signal, sealed, sealedAtMillis, journalSequence, digests }: BlockToWrite) => {
      const { facts, sections } = sealed;
      const stored = sections.reduce((sum, { data }) => sum + data.length, 0);
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
        stored,
      );
      for (const { kind, data } of sections) insertSection.run(sectionId(id, kind), data);
      if (sealed.traceIds.length > 0) insertIndex.run(id, encodeTraceIndex(sealed.traceIds, this.hashSeed));
      for (const operation of foldOperations(facts.operations)) {
        const { service, kind, name, count, errorCount, minTimeMicros, maxTimeMicros, latency } = operation;
        insertOperationBlock.run(
          operationId(service, kind, name),
          id,
          count,
          errorCount,
          minTimeMicros,
          maxTimeMicros,
          encodeLatency(latency),
        );
      }
      for (const [service, version] of facts.versions) seeVersion.run(service, version, sealedAtMillis);
      if (digests.length > 0) insertDigests.run(id, sealedAtMillis, digests);
      forgetDigests.run(sealedAtMillis - RESEND_MEMORY_MILLIS);
      cover.run(`covered_${signal}`, journalSequence);
    });
    return (block) => {
      fresh.length = 0;
      try {
        insert.immediate(block);
      } catch (error) {
        // The rows these ids name were rolled back.
        for (const key of fresh) this.#operationIds.delete(key);
        throw error;
      }
      if (this.#operationIds.size > 4 * MOST_OPERATION_ROWS) this.#operationIds.clear();
    };
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
