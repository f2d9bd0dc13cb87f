/**
 * A request body as received -> a batch: decompress, JSON to protobuf, scan. Receivers use it on what comes in, the store on what
 * its journal kept, so that a replay decodes exactly as the first time.
 */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { DecodeError, TooLargeError } from "../base/errors.ts";
import { readU32 } from "../base/protobuf.ts";
import { release } from "../base/release.ts";
import type { BatchOf } from "../model/batch.ts";
import type { BodyCompression, ReceivedBody, Signal } from "../model/signal.ts";
import { decodeJson } from "./otlp/json-to-protobuf.ts";
import type { ScanResult } from "./otlp/rejections.ts";
import { scanLogs } from "./otlp/scan-logs.ts";
import { scanMetrics } from "./otlp/scan-metrics.ts";
import { scanTraces } from "./otlp/scan-traces.ts";
import { REQUESTS } from "./otlp/schema.ts";

const MIN_CHUNK_BYTES = 1024;
/** Telemetry compresses 6 to 10 times. */
const USUAL_GROWTH = 10;
/** What a body is given room for at once, so that a small one that lies about its size gets no large buffer. */
const MOST_GROWTH = 32;

const SCANNERS = { traces: scanTraces, logs: scanLogs, metrics: scanMetrics } as const;

/** @throws DecodeError, TooLargeError. @param maxBytes of the decompressed body */
export function decodeBody<S extends Signal>(
  signal: S,
  received: ReceivedBody,
  maxBytes: number,
): ScanResult<BatchOf[S]> {
  const plain = decompress(received, maxBytes);
  const bytes = received.encoding === "json" ? decodeJson(plain, REQUESTS[signal]) : plain;
  // A decompressed text is of no use any more.
  if (bytes !== plain && plain !== received.bytes) release(plain);
  // Not as a Buffer, whose slice() is no copy: who keeps a name of it would keep nothing when the body's memory is given back.
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return SCANNERS[signal](view, received) as unknown as ScanResult<BatchOf[S]>;
}

export function decompress({ bytes, compression }: ReceivedBody, maxBytes: number): Uint8Array {
  if (compression === "none") {
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }
  try {
    const options = { maxOutputLength: Math.max(1, maxBytes), chunkSize: expectedBytes(bytes, compression, maxBytes) };
    return compression === "gzip" ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    throw new DecodeError(`cannot decompress the ${compression} body: ${(error as Error).message}`);
  }
}

/**
 * What a body will probably grow to: one buffer of that size instead of many of 16 KiB that have to be joined. A gzip stream says it in
 * its last four bytes, as long as those are not made up.
 */
function expectedBytes(bytes: Uint8Array, compression: BodyCompression, maxBytes: number): number {
  const said =
    compression === "gzip" && bytes.length > 18 ? readU32(bytes, bytes.length - 4) : bytes.length * USUAL_GROWTH;
  // One byte more than needed: a full buffer makes zlib ask for another one.
  return Math.max(MIN_CHUNK_BYTES, Math.min(said + 1, bytes.length * MOST_GROWTH, maxBytes + 1));
}

function tooLarge(maxBytes: number): TooLargeError {
  return new TooLargeError(
    `cannot take a request of more than ${maxBytes} bytes decompressed; send smaller batches or raise the limit`,
  );
}
