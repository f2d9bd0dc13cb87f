/**
 * Snappy's block format (https://github.com/google/snappy/blob/main/format_description.txt), as remote write and Loki send their bodies.
 * In: compressed bytes and a bound; out: exactly as many bytes as the block says. Own code: the libraries of pure JavaScript take a block
 * that ends too early as one of zeros (ADR 0005).
 *
 *   varint(length of the output)  ( literal: length, bytes | copy: length 1..64, distance back )*
 */
import { DecodeError, TooLargeError } from "./errors.ts";

/** A copy of 64 bytes takes 3: no block grows more than this, so one that says so is refused before it gets a buffer. */
const MOST_GROWTH = 22;
/** Below this a loop is faster than a call. */
const SHORT = 24;

/** @throws DecodeError, TooLargeError. @param maxBytes of the output */
export function decompressSnappy(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const { length, start } = readLength(bytes);
  if (length > maxBytes)
    throw new TooLargeError(
      `cannot take a request of more than ${maxBytes} bytes decompressed: this one has ${length}`,
    );
  if (length > (bytes.length - start) * MOST_GROWTH) throw damaged(`${length} bytes do not fit into ${bytes.length}`);
  const out = new Uint8Array(length);
  const end = bytes.length;
  let at = start;
  let filled = 0;
  while (at < end) {
    const tag = bytes[at++];
    const kind = tag & 3;
    if (kind === 0) {
      let size = (tag >>> 2) + 1;
      if (size > 60) {
        const width = size - 60;
        if (at + width > end) throw damaged("a literal without its length");
        size = littleEndian(bytes, at, width) + 1;
        at += width;
      }
      if (at + size > end) throw damaged("a literal that reaches past the end");
      if (filled + size > length) throw damaged("more bytes than it says");
      if (size < SHORT) for (let i = 0; i < size; i++) out[filled + i] = bytes[at + i];
      else out.set(bytes.subarray(at, at + size), filled);
      at += size;
      filled += size;
      continue;
    }
    const width = kind === 3 ? 4 : kind;
    if (at + width > end) throw damaged("a copy without its distance");
    const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const distance = littleEndian(bytes, at, width) + (kind === 1 ? (tag >>> 5) * 256 : 0);
    at += width;
    if (distance === 0 || distance > filled) throw damaged(`a copy from ${distance} bytes back at byte ${filled}`);
    if (filled + size > length) throw damaged("more bytes than it says");
    // What is copied may reach into itself: a run is a copy from one byte back.
    if (size < SHORT || distance < size) {
      for (let i = 0; i < size; i++) out[filled + i] = out[filled - distance + i];
    } else out.copyWithin(filled, filled - distance, filled - distance + size);
    filled += size;
  }
  if (filled !== length) throw damaged(`${filled} bytes of ${length}`);
  return out;
}

function readLength(bytes: Uint8Array): { length: number; start: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    if (i >= bytes.length) break;
    length += (bytes[i] & 0x7f) * 2 ** (7 * i);
    if (bytes[i] < 0x80) {
      if (length >= 2 ** 32) break;
      return { length, start: i + 1 };
    }
  }
  throw damaged("no length");
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

function damaged(what: string): DecodeError {
  return new DecodeError(`cannot decompress the snappy block: ${what}`);
}
