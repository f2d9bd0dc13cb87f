/**
 * Pinned traces, the writing side (ingest thread): copies in a file of their own, which retention doesn't touch. A pin is begun, then
 * the reader that copies the sealed blocks hands the copy in; from the beginning on every seal adds what came for the trace, so that
 * nothing falls between. Every piece names the block up to which it copies, so that it is not read beside the open block it is from.
 *
 *   pin(trace_id, reason, pinned_at_millis, is_complete)   piece(trace_id, signal, block_id, records, data)
 *   data = a section (block/section.ts) that holds an OTLP request in protobuf
 */
import Database from "better-sqlite3";
import { ByteInterner } from "../../../base/byte-interner.ts";
import type { StoreLog } from "../../store.ts";
import { SIGNAL_NUMBER } from "../partition/schema.ts";
import type { PinPiece } from "./pin-pieces.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS pin(
    trace_id BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    pinned_at_millis INTEGER NOT NULL,
    is_complete INTEGER NOT NULL       -- 0 = being copied, or something didn't fit
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS piece(
    trace_id BLOB NOT NULL,
    signal INTEGER NOT NULL,           -- 1 traces, 2 logs
    block_id INTEGER NOT NULL,
    records INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY(trace_id, signal, block_id)
  )`;

export interface PinBudget {
  readonly usedBytes: number;
  /** 0 = no limit. */
  readonly maxBytes: number;
}

export class PinFile {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #maxBytes: number;
  readonly #log: StoreLog;
  #usedBytes: number;
  #pinned = new ByteInterner(0x2c1b3c6d);
  /** Entry of #pinned -> still pinned. */
  #isPinned: boolean[] = [];

  /** @param maxBytes 0 = no limit */
  constructor(path: string, maxBytes: number, log: StoreLog) {
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#log = log;
    this.#db = new Database(path);
    try {
      this.#db.pragma("journal_mode = WAL");
      this.#db.pragma("synchronous = FULL");
      this.#db.pragma("cache_size = -512");
      this.#db.exec(SCHEMA);
      // A copy that was under way was never confirmed.
      this.#db.exec("DELETE FROM pin WHERE is_complete = 0 AND trace_id NOT IN (SELECT trace_id FROM piece)");
      this.#usedBytes = this.#db.prepare("SELECT coalesce(sum(length(data)), 0) FROM piece").pluck().get() as number;
      for (const id of this.#db.prepare("SELECT trace_id FROM pin").pluck().all() as Buffer[]) this.#remember(id, true);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  get budget(): PinBudget {
    return { usedBytes: this.#usedBytes, maxBytes: this.#maxBytes };
  }

  /** The newest block that a piece is from. */
  get lastBlockId(): number {
    return this.#db.prepare("SELECT coalesce(max(block_id), 0) FROM piece").pluck().get() as number;
  }

  get count(): number {
    return this.#isPinned.filter(Boolean).length;
  }

  /** From now on every seal copies what it holds of the trace. Says what there was of it: of a complete copy only the reason is new. */
  begin(traceId: Uint8Array, reason: string, nowMillis: number): "nothing" | "incomplete" | "complete" {
    const known = this.#db.prepare("SELECT is_complete FROM pin WHERE trace_id = ?").pluck().get(traceId);
    this.#db
      .prepare("INSERT INTO pin VALUES (?, ?, ?, 0) ON CONFLICT(trace_id) DO UPDATE SET reason = excluded.reason")
      .run(traceId, reason, nowMillis);
    this.#remember(traceId, true);
    return known === undefined ? "nothing" : known === 1 ? "complete" : "incomplete";
  }

  /**
   * Takes the copy of all up to a block, in the place of what was copied of it before. False when it doesn't fit: then what was copied
   * before stays, and where there was nothing the pin is gone.
   */
  finish(traceId: Uint8Array, lastBlockId: number, pieces: readonly PinPiece[]): boolean {
    const size = pieces.reduce((sum, { data }) => sum + data.length, 0);
    if (!this.#fits(size - this.#sizeOf(traceId, lastBlockId))) {
      if (this.#sizeOf(traceId, Number.MAX_SAFE_INTEGER) === 0) this.remove(traceId);
      return false;
    }
    this.#db.transaction(() => {
      this.#usedBytes -= this.#sizeOf(traceId, lastBlockId);
      this.#db.prepare("DELETE FROM piece WHERE trace_id = ? AND block_id <= ?").run(traceId, lastBlockId);
      for (const piece of pieces) this.#put(traceId, piece);
      this.#db.prepare("UPDATE pin SET is_complete = 1 WHERE trace_id = ?").run(traceId);
    })();
    return true;
  }

  /** False when it wasn't pinned. */
  remove(traceId: Uint8Array): boolean {
    const size = this.#sizeOf(traceId, Number.MAX_SAFE_INTEGER);
    const { changes } = this.#db.transaction(() => {
      this.#db.prepare("DELETE FROM piece WHERE trace_id = ?").run(traceId);
      return this.#db.prepare("DELETE FROM pin WHERE trace_id = ?").run(traceId);
    })();
    this.#usedBytes -= size;
    this.#remember(traceId, false);
    return changes > 0;
  }

  /** Numbers of the traces (16 bytes each) that are pinned. Takes 1 ms for a full block, nothing when there is no pin. */
  pinnedOf(traceIds: Uint8Array, traceCount: number): number[] {
    const found: number[] = [];
    if (this.#pinned.size === 0) return found;
    for (let t = 0; t < traceCount; t++) {
      const entry = this.#pinned.find(traceIds, t * 16, 16);
      if (entry >= 0 && this.#isPinned[entry]) found.push(t);
    }
    return found;
  }

  /**
   * Adds what a block holds that was just sealed. What cannot be added stays out, aloud; the trace is then read from the blocks as long
   * as they are there.
   */
  add(traceId: Uint8Array, piece: PinPiece): void {
    let error: unknown = "max_pinned is reached";
    try {
      if (this.#fits(piece.data.length)) return this.#put(traceId, piece);
    } catch (failure) {
      error = failure;
    }
    try {
      this.#db.prepare("UPDATE pin SET is_complete = 0 WHERE trace_id = ?").run(traceId);
    } catch (failure) {
      error = failure;
    }
    const { records } = piece;
    this.#log.warn("cannot keep all of a pinned trace", {
      trace_id: Buffer.from(traceId).toString("hex"),
      records,
      error,
    });
  }

  close(): void {
    this.#db.close();
  }

  #sizeOf(traceId: Uint8Array, lastBlockId: number): number {
    return this.#db
      .prepare("SELECT coalesce(sum(length(data)), 0) FROM piece WHERE trace_id = ? AND block_id <= ?")
      .pluck()
      .get(traceId, lastBlockId) as number;
  }

  #fits(bytes: number): boolean {
    return this.#maxBytes === 0 || this.#usedBytes + bytes <= this.#maxBytes;
  }

  #put(traceId: Uint8Array, { signal, blockId, records, data }: PinPiece): void {
    const key = [traceId, SIGNAL_NUMBER[signal], blockId] as const;
    const before = this.#db
      .prepare("SELECT length(data) FROM piece WHERE trace_id = ? AND signal = ? AND block_id = ?")
      .pluck()
      .get(...key) as number | undefined;
    this.#db.prepare("INSERT OR REPLACE INTO piece VALUES (?, ?, ?, ?, ?)").run(...key, records, data);
    this.#usedBytes += data.length - (before ?? 0);
  }

  #remember(traceId: Uint8Array, pinned: boolean): void {
    this.#isPinned[this.#pinned.intern(traceId, 0, 16)] = pinned;
  }
}
