/**
 * What the writer has to know of a partition that it will not write to, by a look at a few of its pages: opening one for writing takes
 * 6 ms and prepares 20 statements, and 10 GB are 20 partitions that a start waits for.
 */
import { statSync } from "node:fs";
import type Database from "better-sqlite3";
import { openReadOnly } from "./open-read-only.ts";
import { PARTITION_FORMAT } from "./schema.ts";

export interface Coverage {
  /** 0 = no block is in it. */
  readonly lastBlockId: number;
  readonly lastSealedAtMillis: number;
  /** Up to where its blocks cover the journals. */
  readonly traces: number;
  readonly logs: number;
  readonly metrics: number;
}

export interface Glance extends Coverage {
  readonly createdAtMillis: number;
}

/**
 * Undefined = it has to be opened for writing, because something is to be done in it or said of it: it is of another format, a
 * write-ahead log was left behind, blocks in it were replaced, or it cannot be read.
 */
export function glanceAt(path: string): Glance | undefined {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return undefined;
  let db: Database.Database | undefined;
  try {
    db = openReadOnly(path);
    const meta = metaOf(db);
    const { replaced } = db.prepare("SELECT count(replaced_by) AS replaced FROM block").get() as { replaced: number };
    if (meta.get("format") !== PARTITION_FORMAT || replaced > 0) return undefined;
    return { createdAtMillis: meta.get("created_at_millis") as number, ...readCoverage(db) };
  } catch {
    // Opening it for writing says what is wrong.
    return undefined;
  } finally {
    db?.close();
  }
}

export function readCoverage(db: Database.Database): Coverage {
  const meta = metaOf(db);
  const covered = (signal: string) => (meta.get(`covered_${signal}`) as number | undefined) ?? 0;
  const { id, at } = db
    .prepare("SELECT coalesce(max(id), 0) AS id, coalesce(max(sealed_at_millis), 0) AS at FROM block")
    .get() as { id: number; at: number };
  return {
    lastBlockId: id,
    lastSealedAtMillis: at,
    traces: covered("traces"),
    logs: covered("logs"),
    metrics: covered("metrics"),
  };
}

/** Digests of the requests in its newest blocks, oldest first, 16 bytes each. */
export function readRecentDigests(path: string): Uint8Array[] {
  const db = openReadOnly(path);
  try {
    return db.prepare("SELECT digests FROM resend_window ORDER BY block_id").pluck().all() as Uint8Array[];
  } finally {
    db.close();
  }
}

function metaOf(db: Database.Database): Map<string, unknown> {
  return new Map(db.prepare("SELECT key, value FROM meta").raw().all() as [string, unknown][]);
}
