/**
 * What an aggregate function keeps for each slot (a group, or a group in a time bucket): one kind a file. Slots are numbered from 0;
 * those of one group stand side by side, so that its whole comes from a range of them.
 */
import type { LogPiece } from "../../../model/log-piece.ts";
import { NO_GROUP } from "./group-hits.ts";

export const NO_SLOT = NO_GROUP;

export interface Accumulator {
  /** Makes room for this many slots; what is there stays. */
  grow(slots: number): void;
  /** @param slots a slot for each hit of the piece, or NO_SLOT */
  add(piece: LogPiece, slots: Uint32Array): void;
  /** Of slots [from, to) together; null = there was nothing to take it of. */
  valueOf(from: number, to: number): number | null;
}

/** A longer array with the same beginning. */
export function grown(values: Float64Array<ArrayBuffer>, length: number, fill: number): Float64Array<ArrayBuffer> {
  if (values.length >= length) return values;
  const longer = new Float64Array(Math.max(length, values.length * 2)).fill(fill, values.length);
  longer.set(values);
  return longer;
}
