/**
 * Gives a large buffer's memory back at once instead of at the next garbage collection: V8 collects whenever 64 MB of buffers have come
 * up, and a query that decodes blocks makes some 2 MB a block (a collection every 5 queries, 20 ms each, on one core).
 */
import { isMarkedAsUntransferable } from "node:worker_threads";

/** Smaller ones are not worth the call. */
const LEAST_BYTES = 4096;

/** Node cuts buffers of less than half of this from one that they share, which cannot be given back. It would be 64 KiB. */
Buffer.poolSize = 2 * LEAST_BYTES;

/**
 * The caller owns the bytes, and nobody looks at them any more: any view of the same buffer is empty from now on. The buffer from which
 * Node cuts small ones belongs to others as well; it is marked and left alone.
 */
export function release({ buffer }: ArrayBufferView): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < LEAST_BYTES || buffer.detached) return;
  if (!isMarkedAsUntransferable(buffer)) buffer.transfer(0);
}

/** What a connection handed over; left alone when it is a part of a larger buffer, since it shares that with what else came in. */
export function releasePiece(piece: Uint8Array): void {
  if (isWhole(piece)) release(piece);
}

/** Nobody else has a part in the buffer. */
export function isWhole({ byteLength, buffer }: Uint8Array): boolean {
  return byteLength === buffer.byteLength;
}
