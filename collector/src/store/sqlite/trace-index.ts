/**
 * Trace id -> blocks: per block the sorted 32-bit hashes of its traces. Hashes are spread evenly, so a lookup guesses the place
 * and reads one small window of the stored array instead of all of it. (Runs over many blocks are merged from these later.)
 *
 *   | hash u32 | hash u32 | … |   ascending, little-endian
 */
import { hashBytes } from "../../base/hash.ts";
import { readU32 } from "../../base/protobuf.ts";

export function traceHash(bytes: Uint8Array, offset: number, seed: number): number {
  return hashBytes(bytes, offset, 16, seed) >>> 0;
}

/** @param traceIds 16 bytes each */
export function encodeTraceIndex(traceIds: Uint8Array, seed: number): Buffer {
  const hashes = new Uint32Array(traceIds.length / 16);
  for (let i = 0; i < hashes.length; i++) hashes[i] = traceHash(traceIds, i * 16, seed);
  hashes.sort();
  const bytes = Buffer.allocUnsafe(hashes.length * 4);
  hashes.forEach((hash, i) => bytes.writeUInt32LE(hash, i * 4));
  return bytes;
}

/** Reads `length` bytes of a stored index from `offset` on. */
export type ReadWindow = (offset: number, length: number) => Uint8Array;

/** True when the block may hold a trace with this hash (wrong in 1 of 100,000 blocks). */
export function mayHoldTrace(hash: number, count: number, read: ReadWindow): boolean {
  // Four standard deviations around the expected place; a miss moves the window towards the hash.
  const reach = Math.ceil(2 * Math.sqrt(count)) + 8;
  let from = Math.max(0, Math.floor((hash / 4294967296) * count) - reach);
  while (from < count && from >= 0) {
    const window = read(from * 4, 2 * reach * 4);
    const size = window.length / 4;
    if (hash < readU32(window, 0)) {
      if (from === 0) return false;
      from = Math.max(0, from - 2 * reach + 1);
    } else if (hash > readU32(window, (size - 1) * 4)) from += size;
    else return contains(window, size, hash);
  }
  return false;
}

function contains(window: Uint8Array, size: number, hash: number): boolean {
  let low = 0;
  let high = size - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = readU32(window, middle * 4);
    if (value === hash) return true;
    if (value < hash) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
