/** One partition's rows as they are, for tools that look at all of it. Reads in short statements, beside a running collector. */
import type Database from "better-sqlite3";
import { CorruptionError, decodeSection, readSectionHeader, type SectionHeader } from "../block/section.ts";
import { SECTION, type SectionName } from "../block/section-kinds.ts";
import type { Signal } from "../../../model/signal.ts";
import { MetricPartition } from "../metrics/metric-partition.ts";
import type { FetchChunk, FetchSection } from "../block/sealed-span-block.ts";
import { splitChunk } from "../block/span-chunk.ts";
import { openReadOnly } from "../partition/open-read-only.ts";
import { PackCursor } from "../partition/operation-pack.ts";
import {
  MOST_PARTS,
  PARTITION_FORMAT,
  SIGNAL_NUMBER,
  sectionId,
  spanChunkId,
  signaturePartId,
  tracePageId,
  type BlockRow,
  type StoredSignal,
  type TraceRunRow,
} from "../partition/schema.ts";
import { eachEntry } from "../partition/trace-run.ts";

export interface SurveyedBlock extends Omit<BlockRow, "id"> {
  readonly id: number;
  /** Of metrics the column of traces counts series. */
  readonly signal: Signal;
  readonly sealed_at_millis: number;
  readonly journal_sequence: number;
  readonly stored_bytes: number;
  /** The block that holds its records as well, and soon alone. */
  readonly replaced_by: number | null;
}

export interface SurveyedSection extends SectionHeader {
  readonly name: SectionName;
  readonly storedBytes: number;
}

export interface SurveyedChunk {
  readonly chunk: number;
  readonly data: Buffer;
}

export interface SurveyedOperation {
  readonly id: number;
  readonly service: string;
  readonly kind: number;
  readonly name: string | null;
  readonly record_count: number;
  readonly error_count: number;
  readonly min_time_micros: number;
  readonly max_time_micros: number;
  readonly latency: Buffer;
}

export interface SurveyedRun extends TraceRunRow {
  readonly signal: StoredSignal;
  readonly entry_count: number;
}

/** The parts of a stored chunk, with what each header says. @throws CorruptionError */
export function chunkParts(data: Buffer): (SectionHeader & { readonly name: string; readonly bytes: Uint8Array })[] {
  return Object.entries(splitChunk(data)).map(([name, bytes]) => ({ name, bytes, ...readSectionHeader(bytes) }));
}

const SIGNALS: readonly StoredSignal[] = ["traces", "logs"];
/** In the order of their numbers, from 1. */
const BLOCK_SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];
const NAMES = new Map<number, SectionName>(Object.entries(SECTION).map(([name, kind]) => [kind, name as SectionName]));
/** Bytes that hold a section's header. */
const HEADER_BYTES = 12;

export class PartitionSurvey {
  readonly path: string;
  readonly createdAtMillis: number;
  readonly hashSeed: number;
  readonly format: number;
  readonly metrics: MetricPartition;
  readonly #db: Database.Database;

  /** @throws CorruptionError when it is no partition, or of another format; ENOENT when it is gone or not there yet */
  constructor(path: string) {
    this.path = path;
    this.#db = openReadOnly(path);
    this.metrics = new MetricPartition(this.#db, path);
    try {
      // A collector is about to begin it: nothing is in it yet.
      if (this.#db.pragma("schema_version", { simple: true }) === 0) throw missing(path);
      this.format = this.#meta("format");
      if (this.format !== PARTITION_FORMAT) throw otherFormat(this.format);
      this.createdAtMillis = this.#meta("created_at_millis");
      this.hashSeed = this.#meta("hash_seed");
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** The journal's sequence up to which its blocks hold everything. */
  covered(signal: Signal): number {
    return this.#meta(`covered_${signal}`);
  }

  /** All blocks, oldest first. */
  blocks(): SurveyedBlock[] {
    const rows = this.#all<Omit<SurveyedBlock, "signal"> & { signal: number }>("SELECT * FROM block ORDER BY id");
    return rows.map((row) => ({ ...row, signal: BLOCK_SIGNALS[row.signal - 1] }));
  }

  block(id: number): SurveyedBlock | undefined {
    const [row] = this.#all<Omit<SurveyedBlock, "signal"> & { signal: number }>("SELECT * FROM block WHERE id = ?", id);
    return row && { ...row, signal: BLOCK_SIGNALS[row.signal - 1] };
  }

  /** Headers only: cheap. */
  sections(block: number): SurveyedSection[] {
    const rows = this.#all<{ id: number; head: Buffer; length: number }>(
      `SELECT id, substr(data, 1, ${HEADER_BYTES}) AS head, length(data) AS length FROM section WHERE id BETWEEN ? AND ? ORDER BY id`,
      sectionId(block, 0),
      sectionId(block + 1, 0) - 1,
    );
    return rows.map(({ id, head, length }) => {
      const name = NAMES.get(id - sectionId(block, 0)) ?? (`kind ${id - sectionId(block, 0)}` as SectionName);
      return { name, storedBytes: length, ...readSectionHeader(head) };
    });
  }

  /** Fetches and checks sections of a block. */
  fetch(block: number): FetchSection {
    const fetch = (name: SectionName, isOptional?: true) => {
      const [row] = this.#all<{ data: Buffer }>(
        "SELECT data FROM section WHERE id = ?",
        sectionId(block, SECTION[name]),
      );
      if (!row && isOptional) return undefined;
      if (!row) throw new CorruptionError(`block ${block} has no section "${name}"`);
      return decodeSection(row.data);
    };
    return fetch as FetchSection;
  }

  /** Fetches chunks of a block of spans. */
  fetchChunk(block: number): FetchChunk {
    return (chunk) => {
      const [row] = this.#all<{ data: Buffer }>("SELECT data FROM span_chunk WHERE id = ?", spanChunkId(block, chunk));
      if (!row) throw new CorruptionError(`block ${block} has no chunk ${chunk}`);
      return row.data;
    };
  }

  /** Chunks of a block of spans, in their order. */
  chunks(block: number): SurveyedChunk[] {
    const rows = this.#all<{ id: number; data: Buffer }>(
      "SELECT id, data FROM span_chunk WHERE id BETWEEN ? AND ? ORDER BY id",
      spanChunkId(block, 0),
      spanChunkId(block + 1, 0) - 1,
    );
    return rows.map(({ id, data }) => ({ chunk: id - spanChunkId(block, 0), data }));
  }

  /** Sections and chunks of blocks that are no more, and signature parts and index rows likewise: how many. */
  orphans(): { sections: number; chunks: number; parts: number; operations: number } {
    const count = (sql: string) => this.#all<{ n: number }>(sql)[0].n;
    return {
      sections: count("SELECT count(*) AS n FROM section WHERE id / 16 NOT IN (SELECT id FROM block)"),
      chunks: count("SELECT count(*) AS n FROM span_chunk WHERE id / 65536 NOT IN (SELECT id FROM block)"),
      parts: count("SELECT count(*) AS n FROM signature_part WHERE id / 256 NOT IN (SELECT id FROM block)"),
      operations:
        count("SELECT count(*) AS n FROM operation_block WHERE block_id NOT IN (SELECT id FROM block)") +
        (this.#hasPacks()
          ? count("SELECT count(*) AS n FROM operation_pack WHERE id NOT IN (SELECT id FROM block)")
          : 0),
    };
  }

  /** Stored signature parts of a block, by their place. */
  parts(block: number, of: "attributes" | "tokens"): Map<number, Buffer> {
    const first = signaturePartId(block, of, 0);
    const rows = this.#all<{ id: number; data: Buffer }>(
      "SELECT id, data FROM signature_part WHERE id BETWEEN ? AND ?",
      first,
      first + MOST_PARTS - 1,
    );
    return new Map(rows.map(({ id, data }) => [id - first, data]));
  }

  /** The index rows of a block, or of all live blocks summed up. */
  operations(block?: number): SurveyedOperation[] {
    if (block !== undefined)
      return this.#all(
        "SELECT id, service, kind, name, record_count, error_count, min_time_micros, max_time_micros, latency FROM operation_block JOIN operation ON id = operation_id WHERE block_id = ? ORDER BY record_count DESC",
        block,
      );
    return this.#all(
      `SELECT operation.id AS id, service, kind, name, sum(record_count) AS record_count, sum(error_count) AS error_count, min(min_time_micros) AS min_time_micros,
         max(max_time_micros) AS max_time_micros, NULL AS latency
       FROM operation_block JOIN operation ON operation.id = operation_id
       WHERE block_id IN (SELECT id FROM block WHERE replaced_by IS NULL) GROUP BY operation_id ORDER BY 4 DESC`,
    );
  }

  /** The index rows of a block as its pack has them, without their names; undefined when it has none. @throws CorruptionError */
  pack(block: number): Omit<SurveyedOperation, "service" | "kind" | "name">[] | undefined {
    const [row] = this.#hasPacks()
      ? this.#all<{ data: Buffer }>("SELECT data FROM operation_pack WHERE id = ?", block)
      : [];
    if (!row) return undefined;
    const cursor = new PackCursor(row.data);
    const rows = [];
    while (cursor.next())
      rows.push({
        id: cursor.id,
        record_count: cursor.count,
        error_count: cursor.errorCount,
        min_time_micros: cursor.minTimeMicros,
        max_time_micros: cursor.maxTimeMicros,
        latency: Buffer.from(cursor.bytes.subarray(cursor.latencyStart, cursor.latencyEnd)),
      });
    return rows;
  }

  #hasPacks(): boolean {
    return this.#all("SELECT 1 FROM sqlite_schema WHERE name = 'operation_pack'").length > 0;
  }

  /** Runs of the trace index. */
  runs(): SurveyedRun[] {
    const rows = this.#all<Omit<SurveyedRun, "signal"> & { signal: number }>(
      "SELECT * FROM trace_run ORDER BY signal, first_block, level",
    );
    return rows.map((row) => ({ ...row, signal: signalOf(row.signal) }));
  }

  bytesOfRun({ id }: TraceRunRow): number {
    return this.#all<{ n: number }>(
      "SELECT coalesce(sum(length(data)), 0) AS n FROM trace_page WHERE id BETWEEN ? AND ?",
      tracePageId(id, 0),
      tracePageId(id + 1, 0) - 1,
    )[0].n;
  }

  /** Calls `visit` for each entry of a page of a run. @throws CorruptionError */
  eachTraceEntry(run: TraceRunRow, page: number, visit: (hash: number, block: number) => void): void {
    const [row] = this.#all<{ data: Buffer }>("SELECT data FROM trace_page WHERE id = ?", tracePageId(run.id, page));
    if (!row) throw new CorruptionError(`run ${run.id} of the trace index lacks page ${page}`);
    eachEntry(row.data, (hash, distance) => visit(hash, run.first_block + distance));
  }

  /** What SQLite finds wrong with the file's structure; nothing when all is well. Reads all of it. */
  quickCheck(): string[] {
    const rows = this.#db.pragma("quick_check(20)") as { quick_check: string }[];
    return rows.map((row) => row.quick_check).filter((text) => text !== "ok");
  }

  /** Everything that `read` reads is of one moment. */
  atOneMoment<T>(read: () => T): T {
    return this.#db.transaction(read)();
  }

  /** From here on everything read is of this moment, until the survey is closed. Holds up the log of a running collector. */
  holdMoment(): void {
    this.#db.exec("BEGIN");
    this.#db.prepare("SELECT count(*) FROM meta").get();
  }

  close(): void {
    this.#db.close();
  }

  #meta(key: string): number {
    return (this.#db.prepare("SELECT value FROM meta WHERE key = ?").pluck().get(key) as number | undefined) ?? 0;
  }

  #all<T>(sql: string, ...parameters: number[]): T[] {
    return this.#db.prepare(sql).all(...parameters) as T[];
  }
}

function signalOf(number: number): StoredSignal {
  return SIGNALS.find((signal) => SIGNAL_NUMBER[signal] === number) ?? "traces";
}

function missing(path: string): Error {
  return Object.assign(new Error(`there is no ${path}`), { code: "ENOENT" });
}

function otherFormat(format: number): CorruptionError {
  return new CorruptionError(
    format > 0 && format < PARTITION_FORMAT
      ? `it is of format ${format}; start a collector on it once, which brings it to format ${PARTITION_FORMAT}`
      : `its format ${format} is unknown to this version of Goldspan`,
  );
}
