/** Pinned traces, the reading side: the copies, joined with what the blocks still hold so that nothing is there twice. */
import Database from "better-sqlite3";
import { existsSync } from "node:fs";
import { selectRecords } from "../../../model/edit-select.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import type { SpanIdentities } from "../../../model/span-identity.ts";
import { encodeLogs } from "../../../wire/otlp/encode-batch.ts";
import type { PinnedTrace } from "../../store.ts";
import { SIGNAL_NUMBER } from "../partition/schema.ts";
import { decodePiece } from "./pin-pieces.ts";

export class PinReader {
  readonly #path: string;
  #db: Database.Database | undefined;
  #find: Database.Statement | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Spans of the copies that are not in `seen`. @param lastBlockId copies of later blocks are still in the open block */
  spans(traceIds: readonly Uint8Array[], lastBlockId: number, seen: SpanIdentities): SpanBatch[] {
    return this.#pieces("traces", traceIds, lastBlockId).flatMap((data) => {
      const batch = decodePiece("traces", data);
      const { bytes, traceId, spanId, kind, startLow, startHigh } = batch;
      const fresh = selectRecords(batch, (i) =>
        seen.add(bytes, traceId[i], bytes, spanId[i], kind[i], startLow[i], startHigh[i]),
      );
      return fresh.count > 0 ? [{ ...fresh, received: undefined }] : [];
    });
  }

  /**
   * Log records of the copies beyond those of `sealed`, the blocks' own: a log has no identity, so equal ones are counted. Both are
   * parts of the same whole, so the larger count of each is right.
   */
  logs(traceId: Uint8Array, lastBlockId: number, sealed: readonly LogBatch[]): LogBatch[] {
    const pieces = this.#pieces("logs", [traceId], lastBlockId);
    if (pieces.length === 0) return [];
    const left = new Map<string, number>();
    for (const batch of sealed) {
      for (let i = 0; i < batch.count; i++) left.set(keyOf(batch, i), (left.get(keyOf(batch, i)) ?? 0) + 1);
    }
    return pieces.flatMap((data) => {
      const batch = decodePiece("logs", data);
      const fresh = selectRecords(batch, (i) => {
        const key = keyOf(batch, i);
        const known = left.get(key) ?? 0;
        left.set(key, known - 1);
        return known <= 0;
      });
      return fresh.count > 0 ? [{ ...fresh, received: undefined }] : [];
    });
  }

  /** Newest pin first. */
  list(): PinnedTrace[] {
    const rows = (this.#open()
      ?.prepare(
        `SELECT trace_id, reason, pinned_at_millis, is_complete,
           coalesce((SELECT sum(records) FROM piece p WHERE p.trace_id = pin.trace_id AND signal = 1), 0) AS spans,
           coalesce((SELECT sum(records) FROM piece p WHERE p.trace_id = pin.trace_id AND signal = 2), 0) AS logs,
           coalesce((SELECT sum(length(data)) FROM piece p WHERE p.trace_id = pin.trace_id), 0) AS bytes
         FROM pin ORDER BY pinned_at_millis DESC, trace_id`,
      )
      .all() ?? []) as PinRow[];
    return rows.map((row) => ({
      traceId: Uint8Array.from(row.trace_id),
      reason: row.reason,
      pinnedAtMillis: row.pinned_at_millis,
      isComplete: row.is_complete === 1,
      spanCount: row.spans,
      logCount: row.logs,
      bytes: row.bytes,
    }));
  }

  close(): void {
    this.#db?.close();
  }

  #pieces(signal: "traces" | "logs", traceIds: readonly Uint8Array[], lastBlockId: number): Buffer[] {
    const find = (this.#find ??= this.#open()
      ?.prepare("SELECT data FROM piece WHERE trace_id = ? AND signal = ? AND block_id <= ? ORDER BY block_id")
      .pluck());
    return traceIds.flatMap((id) => (find?.all(id, SIGNAL_NUMBER[signal], lastBlockId) ?? []) as Buffer[]);
  }

  #open(): Database.Database | undefined {
    if (!this.#db && existsSync(this.#path)) this.#db = new Database(this.#path, { readonly: true });
    return this.#db;
  }
}

interface PinRow {
  trace_id: Buffer;
  reason: string;
  pinned_at_millis: number;
  is_complete: number;
  spans: number;
  logs: number;
  bytes: number;
}

/** Equal for equal records of equal resources and scopes. */
function keyOf(batch: LogBatch, index: number): string {
  return Buffer.from(encodeLogs([selectRecords(batch, [index])])).toString("latin1");
}
