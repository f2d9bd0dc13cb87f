/**
 * The fault `slow_query`: a real statement that takes about as long as asked for, because SQLite counts through rows that
 * a recursive expression makes. The number of rows is measured on this machine when the fault is first struck.
 */

import type { TracedDatabase } from "../chassis/traced-database.ts";
import type { FaultBoard } from "./fault-board.ts";

/** `table` is read too, so that the span names the table whose reads have become slow. */
function slowSql(table: string): string {
  return `WITH RECURSIVE unindexed(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM unindexed WHERE n < ?)
    SELECT count(*) AS matches FROM ${table}, unindexed WHERE ${table}.rowid = 1 AND n % 7 = 0`;
}

const SAMPLE_ROWS = 50_000;

export class SlowQuery {
  readonly #database: TracedDatabase;
  readonly #board: FaultBoard;
  readonly #sql: string;
  #rowsPerMilli: number | undefined;

  constructor(database: TracedDatabase, board: FaultBoard, table: string) {
    this.#database = database;
    this.#board = board;
    this.#sql = slowSql(table);
  }

  /** Call it before a read: does nothing unless the fault is on and strikes. */
  strike(): void {
    const millis = this.#board.parameters("slow_query")?.millis;
    if (millis === undefined || !this.#board.strikes("slow_query")) return;
    this.#rowsPerMilli ??= this.#measure();
    this.#database.get(this.#sql, Math.round(millis * this.#rowsPerMilli));
  }

  #measure(): number {
    const started = performance.now();
    this.#database.get(this.#sql, SAMPLE_ROWS);
    return SAMPLE_ROWS / (performance.now() - started);
  }
}
