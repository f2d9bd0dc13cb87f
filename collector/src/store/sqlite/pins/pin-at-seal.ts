/** What a seal does for pinned traces: takes out the records of each one that the block holds. */
import { logBatchOf, spanBatchOf } from "../block/batch-of-records.ts";
import type { OpenLogBlock } from "../block/open-log-block.ts";
import type { OpenSpanBlock } from "../block/open-span-block.ts";
import type { PinFile } from "./pin-file.ts";
import { logPiece, spanPiece, type PinPiece } from "./pin-pieces.ts";

export interface PieceToPin {
  readonly traceId: Uint8Array;
  readonly piece: PinPiece;
}

/** @param blockId of the block that is being sealed */
export function spansToPin(pins: PinFile, block: OpenSpanBlock, blockId: number): PieceToPin[] {
  return piecesOf(pins, block, (records) => spanPiece([spanBatchOf(block, records, "full")], blockId));
}

export function logsToPin(pins: PinFile, block: OpenLogBlock, blockId: number): PieceToPin[] {
  return piecesOf(pins, block, (records) => logPiece([logBatchOf(block, records)], blockId));
}

export function holdsTrace({ traceIds, traceCount }: OpenSpanBlock | OpenLogBlock, traceId: Uint8Array): boolean {
  for (let t = 0; t < traceCount; t++) {
    if (Buffer.compare(traceIds.subarray(t * 16, t * 16 + 16), traceId) === 0) return true;
  }
  return false;
}

function piecesOf(
  pins: PinFile,
  { traceIds, traceCount, trace, count }: OpenSpanBlock | OpenLogBlock,
  pieceOf: (records: number[]) => PinPiece | undefined,
): PieceToPin[] {
  const pinned = pins.pinnedOf(traceIds, traceCount);
  if (pinned.length === 0) return [];
  const records = new Map(pinned.map((t) => [t, [] as number[]]));
  for (let i = 0; i < count; i++) records.get(trace[i])?.push(i);
  return [...records].flatMap(([t, own]) => {
    const piece = pieceOf(own);
    return piece ? [{ traceId: traceIds.slice(t * 16, t * 16 + 16), piece }] : [];
  });
}
