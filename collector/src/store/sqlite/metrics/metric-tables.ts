/**
 * The tables of metrics in a partition, on the writer's side. A block's row and directory lie where those of spans lie; what is here is
 * chunks, the labels of series (once for a partition) and metadata. Drawn in docs/format.md.
 */
import type Database from "better-sqlite3";
import type { MetricMetadata } from "../../../model/metric-facts.ts";
import { encodeSection } from "../block/section.ts";
import { SECTION } from "../block/section-kinds.ts";
import { sectionId } from "../partition/schema.ts";
import type { MetricAdditions, SealedMetricBlock } from "./block/metric-block.ts";
import { cutIntoPages, encodePage } from "./block/series-page.ts";

/** In the column "signal" of the table "block". */
export const METRIC_SIGNAL = 3;

const METRIC_TABLES = `
  CREATE TABLE IF NOT EXISTS metric_chunk(id INTEGER PRIMARY KEY, data BLOB NOT NULL);  -- id = block * 65536 + chunk; pages of times from 32768 on
  CREATE TABLE IF NOT EXISTS series_page(     -- labels of series first_id to first_id + series_count - 1
    first_id INTEGER PRIMARY KEY,
    series_count INTEGER NOT NULL,
    data BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS metric_metadata(
    metric TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    help TEXT NOT NULL,
    unit TEXT NOT NULL
  ) WITHOUT ROWID;
`;

const FIRST_AXIS_PAGE = 32_768;

export function axisPageId(block: number, page: number): number {
  return chunkId(block, FIRST_AXIS_PAGE + page);
}

export function chunkId(block: number, chunk: number): number {
  return block * 65_536 + chunk;
}

export class MetricTables {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
    db.exec(METRIC_TABLES);
  }

  /** The largest number of a series in the partition; 0 = there is none. */
  get lastSeriesId(): number {
    const row = this.#prepare("SELECT first_id + series_count - 1 FROM series_page ORDER BY first_id DESC LIMIT 1");
    return (row.pluck().get() as number | undefined) ?? 0;
  }

  /** Inserts a block's row and parts. In a transaction of the caller's. */
  insertBlock(id: number, block: SealedMetricBlock, sealedAtMillis: number, journalSequence: number): void {
    const { chunks, axisPages, directory, exemplars } = block;
    const stored = [...chunks, ...axisPages, directory, ...(exemplars ? [exemplars] : [])].reduce(
      (sum, { length }) => sum + length,
      0,
    );
    this.#prepare(
      `INSERT INTO block(id, signal, record_count, trace_count, error_count, min_time_micros, max_time_micros, max_duration_micros,
         sealed_at_millis, journal_sequence, stored_bytes) VALUES (?, ?, ?, ?, 0, ?, ?, 0, ?, ?, ?)`,
    ).run(
      id,
      METRIC_SIGNAL,
      block.sampleCount,
      // Of metrics the column counts series.
      block.seriesCount,
      block.minTime * 1000,
      block.maxTime * 1000,
      sealedAtMillis,
      journalSequence,
      stored,
    );
    const insertSection = this.#prepare("INSERT INTO section VALUES (?, ?)");
    insertSection.run(sectionId(id, SECTION.directory), directory);
    if (exemplars) insertSection.run(sectionId(id, SECTION.exemplars), exemplars);
    const insertChunk = this.#prepare("INSERT INTO metric_chunk VALUES (?, ?)");
    chunks.forEach((data, chunk) => insertChunk.run(chunkId(id, chunk), data));
    axisPages.forEach((data, page) => insertChunk.run(axisPageId(id, page), data));
  }

  insertAdditions({ firstId, labels, metadata }: MetricAdditions): void {
    const insert = this.#prepare("INSERT INTO series_page VALUES (?, ?, ?)");
    let id = firstId;
    for (const page of cutIntoPages(labels)) {
      insert.run(id, page.length, encodeSection(encodePage(page), true));
      id += page.length;
    }
    this.putMetadata(metadata);
  }

  putMetadata(metadata: readonly MetricMetadata[]): void {
    const put = this.#prepare("INSERT OR REPLACE INTO metric_metadata VALUES (?, ?, ?, ?)");
    for (const { metric, type, help, unit } of metadata) put.run(metric, type, help, unit);
  }

  /** Blocks of at most so many samples that were not merged yet, oldest first. */
  smallBlocks(mostSamples: number): { id: number; recordCount: number; storedBytes: number }[] {
    return this.#prepare(
      "SELECT id, record_count AS recordCount, stored_bytes AS storedBytes FROM block WHERE signal = ? AND replaced_by IS NULL AND record_count <= ? ORDER BY id",
    ).all(METRIC_SIGNAL, mostSamples) as { id: number; recordCount: number; storedBytes: number }[];
  }

  deleteBlock(id: number): void {
    this.#prepare("DELETE FROM metric_chunk WHERE id BETWEEN ? AND ?").run(chunkId(id, 0), chunkId(id + 1, 0) - 1);
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}
