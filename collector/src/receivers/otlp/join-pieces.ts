/**
 * The pieces of a request body -> one run of bytes that nobody else has a part in. Pieces give their memory back at once: while they
 * wait for the garbage collector a body takes twice its size, and a process under load keeps what is freed late.
 */
import { isWhole, releasePiece } from "../../base/release.ts";

/** The caller owns the pieces; they are empty afterwards. @param size of all together */
export function joinPieces(pieces: Buffer[], size: number): Buffer {
  const [first] = pieces;
  if (pieces.length === 1 && isWhole(first)) return first;
  const joined = Buffer.concat(pieces, size);
  dropPieces(pieces);
  return joined;
}

/** Forgets what has come of a body that is not wanted any more. */
export function dropPieces(pieces: Buffer[]): void {
  for (const piece of pieces.splice(0)) releasePiece(piece);
}
