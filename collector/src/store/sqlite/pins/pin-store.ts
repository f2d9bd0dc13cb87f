/** Pins as readers offer them: copies a trace out of the sealed blocks here, has the ingest thread write. */
import type { LogBatch } from "../../../model/log-batch.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import { PinBudgetError, type PinnedTrace, type PinStore } from "../../store.ts";
import type { CatalogueState } from "../head.ts";
import type { PinBudget } from "./pin-file.ts";
import { logPiece, spanPiece, type PinPiece } from "./pin-pieces.ts";
import type { PinReader } from "./pin-reader.ts";

/** What the thread that writes does for a pin. */
export interface PinCalls {
  /** Answers with the catalogue's state: blocks up to there are to be copied, later ones copy themselves. */
  begin(traceId: Uint8Array, reason: string): Promise<PinBegun>;
  /** False when it doesn't fit; then only what was copied before stays. */
  finish(traceId: Uint8Array, lastBlockId: number, pieces: readonly PinPiece[]): Promise<boolean>;
  /** False when it wasn't pinned. */
  remove(traceId: Uint8Array): Promise<boolean>;
}

export interface PinBegun {
  readonly head: CatalogueState;
  readonly budget: PinBudget;
  /** What was copied of it before. */
  readonly known: "nothing" | "incomplete" | "complete";
  /** The open blocks hold some of it. */
  readonly isOpen: boolean;
}

/** All there is of a trace but what is in the open blocks: in sealed ones, and in a copy made before. */
export interface PinSource {
  sealedSpans(head: CatalogueState, traceId: Uint8Array, signal?: AbortSignal): Promise<SpanBatch[]>;
  sealedLogs(head: CatalogueState, traceId: Uint8Array, signal?: AbortSignal): Promise<LogBatch[]>;
}

export function createPinStore(source: PinSource, calls: PinCalls, reader: PinReader): PinStore {
  const find = (traceId: Uint8Array) => reader.list().find((pin) => Buffer.compare(pin.traceId, traceId) === 0);
  return {
    async pin(traceId, reason, signal): Promise<PinnedTrace | undefined> {
      const { head, budget, known, isOpen } = await calls.begin(traceId, reason);
      if (known === "complete") return find(traceId);
      // An older copy may be all that is left of the trace.
      const giveUp = async () => known === "nothing" && (await calls.remove(traceId));
      let pieces: PinPiece[];
      try {
        const spans = spanPiece(await source.sealedSpans(head, traceId, signal), head.lastBlockId);
        const logs = logPiece(await source.sealedLogs(head, traceId, signal), head.lastBlockId);
        pieces = [spans, logs].filter((piece) => piece !== undefined);
      } catch (error) {
        await giveUp();
        throw error;
      }
      if (pieces.length === 0 && !isOpen) {
        await giveUp();
        return undefined;
      }
      if (!(await calls.finish(traceId, head.lastBlockId, pieces))) {
        const size = pieces.reduce((sum, { data }) => sum + data.length, 0);
        throw new PinBudgetError(
          `cannot pin the trace: its copy takes ${size} bytes, and ${budget.usedBytes} of ${budget.maxBytes} are used; unpin another one, or raise max_pinned of the storage extension`,
        );
      }
      return find(traceId);
    },
    unpin: (traceId) => calls.remove(traceId),
    list: async () => reader.list(),
  };
}
