/** Writes the runs of a partition's trace index. */
import type Database from "better-sqlite3";
import { reach } from "../fault-points.ts";
import { SIGNAL_NUMBER, tracePageId, type StoredSignal, type TraceRunRow } from "./schema.ts";
import type { TraceRun } from "./trace-run.ts";

/** So many runs of a level become one of the next. */
const RUNS_A_MERGE = 16;
/** Runs of this level are merged no further: one covers 256 blocks, more than half of a full partition. */
const LAST_LEVEL = 2;
/** Logs that each have a trace of their own would make more: a merge holds 14 bytes an entry. */
const MOST_ENTRIES_A_RUN = 4_500_000;

export class TraceRunWriter {
  readonly #db: Database.Database;
  readonly #insertRun: Database.Statement;
  readonly #insertPage: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#insertRun = db.prepare(
      "INSERT INTO trace_run(signal, level, first_block, last_block, entry_count, page_count) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#insertPage = db.prepare("INSERT INTO trace_page VALUES (?, ?)");
  }

  /** Must run in a transaction. */
  insert(signal: StoredSignal, { level, firstBlock, lastBlock, entryCount, pages }: TraceRun): void {
    const { lastInsertRowid } = this.#insertRun.run(
      SIGNAL_NUMBER[signal],
      level,
      firstBlock,
      lastBlock,
      entryCount,
      pages.length,
    );
    pages.forEach((data, page) => this.#insertPage.run(tracePageId(Number(lastInsertRowid), page), data));
  }

  /** The oldest runs of a level that are enough for a merge; undefined when there are not. */
  mergeable(signal: StoredSignal): TraceRunRow[] | undefined {
    for (let level = 0; level < LAST_LEVEL; level++) {
      const rows = this.#db
        .prepare(
          "SELECT id, level, first_block, last_block, entry_count, page_count FROM trace_run WHERE signal = ? AND level = ? ORDER BY first_block LIMIT ?",
        )
        .all(SIGNAL_NUMBER[signal], level, RUNS_A_MERGE) as TraceRunRow[];
      const entries = rows.reduce((sum, row) => sum + row.entry_count, 0);
      if (rows.length === RUNS_A_MERGE && entries <= MOST_ENTRIES_A_RUN) return rows;
    }
    return undefined;
  }

  /** Puts a merged run in the place of those it was made of, in one transaction. */
  replace(signal: StoredSignal, merged: TraceRun, replaces: readonly number[]): void {
    this.#db
      .transaction(() => {
        for (const run of replaces) {
          this.#db
            .prepare("DELETE FROM trace_page WHERE id BETWEEN ? AND ?")
            .run(tracePageId(run, 0), tracePageId(run + 1, 0) - 1);
          this.#db.prepare("DELETE FROM trace_run WHERE id = ?").run(run);
        }
        this.insert(signal, merged);
        reach("index-merge.before-commit");
      })
      .immediate();
    reach("index-merge.after-commit");
  }
}
