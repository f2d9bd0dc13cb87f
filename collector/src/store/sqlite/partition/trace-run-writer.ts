/** Writes the runs of a partition's trace index. */
import type Database from "better-sqlite3";
import { reach } from "../fault-points.ts";
import { SIGNAL_NUMBER, tracePageId, type StoredSignal, type TraceRunRow } from "./schema.ts";
import type { TraceRun } from "./trace-run.ts";

export class TraceRunWriter {
  readonly #db: Database.Database;
  readonly #insertRun: Database.Statement;
  readonly #insertPage: Database.Statement;
  readonly #list: Database.Statement;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#insertRun = db.prepare(
      "INSERT INTO trace_run(signal, level, first_block, last_block, entry_count, page_count) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#insertPage = db.prepare("INSERT INTO trace_page VALUES (?, ?)");
    this.#list = db.prepare(
      "SELECT id, level, first_block, last_block, entry_count, page_count FROM trace_run WHERE signal = ? ORDER BY first_block",
    );
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

  /** Oldest first. */
  list(signal: StoredSignal): TraceRunRow[] {
    return this.#list.all(SIGNAL_NUMBER[signal]) as TraceRunRow[];
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
