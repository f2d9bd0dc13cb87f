/**
 * Brings a partition of an older format to the present one, in one transaction, when the collector opens it. Blocks stay as they are:
 * their sections keep their version, and readers know the old ones.
 */
import type Database from "better-sqlite3";
import { reach } from "../fault-points.ts";
import { CHUNK_TABLE, INDEX_TABLES } from "./schema.ts";
import { TraceRunWriter } from "./trace-run-writer.ts";
import { encodeRun, MOST_BLOCKS_A_RUN } from "./trace-run.ts";

/** Nothing happens to a file that is of the present format, or of none that is known. */
export function upgradePartition(db: Database.Database): void {
  const format = db.prepare("SELECT value FROM meta WHERE key = 'format'").pluck().get();
  if (format !== 1 && format !== 2) return;
  const upgrade = () => {
    if (format === 1) fromFormat1(db);
    fromFormat2(db);
    reach("upgrade.before-commit");
  };
  db.transaction(upgrade).immediate();
}

/** Format 1 kept the trace hashes of a block as one sorted array in trace_index, and its signature as a section. */
function fromFormat1(db: Database.Database): void {
  db.exec(`
    ALTER TABLE block ADD COLUMN attribute_parts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE block ADD COLUMN token_parts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE block ADD COLUMN replaced_by INTEGER;
    ALTER TABLE block ADD COLUMN replaced_at_millis INTEGER;
    ${INDEX_TABLES}
  `);
  const runs = new TraceRunWriter(db);
  const rows = db
    .prepare("SELECT block_id, hashes, signal FROM trace_index JOIN block ON block.id = block_id ORDER BY block_id")
    .all() as { block_id: number; hashes: Buffer; signal: number }[];
  for (const { block_id, hashes, signal } of rows) {
    const entries = Float64Array.from(
      { length: hashes.length / 4 },
      (_, i) => hashes.readUInt32LE(i * 4) * MOST_BLOCKS_A_RUN,
    );
    runs.insert(signal === 1 ? "traces" : "logs", encodeRun(0, block_id, block_id, entries));
  }
  db.exec("DROP TABLE trace_index");
}

/** Format 2 had no chunks: blocks of spans were sections only. */
function fromFormat2(db: Database.Database): void {
  db.exec(`${CHUNK_TABLE} UPDATE meta SET value = 3 WHERE key = 'format'`);
}
