/** SQLite's checkpoints: how many committed pages wait in the write-ahead log of a partition, and moving them into its file. */
import Database from "better-sqlite3";

/** Pages; `busy` = somebody else is at it. https://sqlite.org/pragma.html#pragma_wal_checkpoint */
interface CheckpointRow {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

const ROUNDS = 5;

/** Takes 10 µs and moves nothing. */
export function waitingPages(db: Database.Database): number {
  const { log, checkpointed } = ask(db, "NOOP");
  return log - checkpointed;
}

/** Over a connection of its own. What is committed meanwhile is moved with the next round: the log begins anew only when nothing is left in it. */
export function checkpoint(path: string): void {
  const db = new Database(path, { fileMustExist: true });
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const { busy, log, checkpointed } = ask(db, "PASSIVE");
      if (busy !== 0 || checkpointed === log) return;
    }
  } finally {
    db.close();
  }
}

function ask(db: Database.Database, mode: "NOOP" | "PASSIVE"): CheckpointRow {
  const [row] = db.pragma(`wal_checkpoint(${mode})`) as [CheckpointRow];
  return row;
}
