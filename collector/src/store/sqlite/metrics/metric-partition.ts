/** Reads the metrics of one partition file: which blocks, series and chunks there are, as stored bytes, checked. In short statements. */
import type Database from "better-sqlite3";
import type { MetricMetadata } from "../../../model/metric-facts.ts";
import type { MillisRange } from "../../store.ts";
import { CorruptionError, decodeOwnSection, readSectionHeader } from "../block/section.ts";
import { SECTION } from "../block/section-kinds.ts";
import { sectionId } from "../partition/schema.ts";
import { axisPageId, chunkId, METRIC_SIGNAL } from "./metric-tables.ts";

/** Bytes that hold a section's header. */
const HEADER_BYTES = 12;

export interface PageRow {
  readonly firstId: number;
  readonly count: number;
}

export class MetricPartition {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  #hasTables = false;

  constructor(db: Database.Database, path: string) {
    this.#db = db;
    this.path = path;
  }

  /** Ids of the blocks with samples in the range, ascending, as the catalogue's state has them. */
  blocks(lastBlockId: number, { start, end }: MillisRange, sealedSince = 0): number[] {
    return this.#prepare(
      `SELECT id FROM block WHERE signal = ${METRIC_SIGNAL} AND id <= @lastBlockId AND (replaced_by IS NULL OR replaced_by > @lastBlockId)
         AND max_time_micros >= @start AND min_time_micros <= @end AND sealed_at_millis >= @sealedSince ORDER BY id`,
    )
      .pluck()
      .all({ lastBlockId, start: start * 1000, end: end * 1000, sealedSince }) as number[];
  }

  /** Ascending. */
  pages(): PageRow[] {
    if (!this.#has()) return [];
    return this.#prepare(
      "SELECT first_id AS firstId, series_count AS count FROM series_page ORDER BY first_id",
    ).all() as PageRow[];
  }

  /** @throws CorruptionError, as all below */
  page(firstId: number): Uint8Array {
    return this.#section(
      this.#prepare("SELECT data FROM series_page WHERE first_id = ?").pluck().get(firstId),
      `page ${firstId} of series`,
    );
  }

  directory(block: number): Uint8Array {
    return this.#section(this.#sectionOf(block, SECTION.directory), `block ${block}'s directory`);
  }

  /** Undefined = the block has none. */
  exemplars(block: number): Uint8Array | undefined {
    const data = this.#sectionOf(block, SECTION.exemplars);
    return data === undefined ? undefined : this.#section(data, `block ${block}'s exemplars`);
  }

  chunk(block: number, chunk: number): Uint8Array {
    return this.#section(this.#part(chunkId(block, chunk)), `chunk ${chunk} of block ${block}`);
  }

  axisPage(block: number, page: number): Uint8Array {
    return this.#section(this.#part(axisPageId(block, page)), `page ${page} of times of block ${block}`);
  }

  /** A block's chunks and pages of times: headers only. */
  parts(
    block: number,
  ): { readonly name: "chunk" | "times"; readonly storedBytes: number; readonly rawBytes: number }[] {
    if (!this.#has()) return [];
    const rows = this.#prepare(
      `SELECT id, substr(data, 1, ${HEADER_BYTES}) AS head, length(data) AS length FROM metric_chunk WHERE id BETWEEN ? AND ? ORDER BY id`,
    ).all(chunkId(block, 0), chunkId(block + 1, 0) - 1) as { id: number; head: Buffer; length: number }[];
    return rows.map(({ id, head, length }) => ({
      name: id < axisPageId(block, 0) ? "chunk" : "times",
      storedBytes: length,
      rawBytes: readSectionHeader(head).rawBytes,
    }));
  }

  metadata(metric: string | undefined): MetricMetadata[] {
    if (!this.#has()) return [];
    return this.#prepare(
      "SELECT metric, type, help, unit FROM metric_metadata WHERE @metric IS NULL OR metric = @metric",
    ).all({ metric: metric ?? null }) as MetricMetadata[];
  }

  #part(id: number): unknown {
    return this.#prepare("SELECT data FROM metric_chunk WHERE id = ?").pluck().get(id);
  }

  #sectionOf(block: number, kind: number): unknown {
    return this.#prepare("SELECT data FROM section WHERE id = ?").pluck().get(sectionId(block, kind));
  }

  #section(data: unknown, what: string): Uint8Array {
    if (data === undefined) throw new CorruptionError(`${what} is missing`);
    return decodeOwnSection(data as Buffer);
  }

  /** A partition that was begun by an older version and not opened for writing since has no tables of metrics. */
  #has(): boolean {
    this.#hasTables ||= this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'series_page'").get() !== undefined;
    return this.#hasTables;
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}
