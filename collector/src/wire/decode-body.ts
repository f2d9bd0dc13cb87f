/**
 * A request body as received -> a batch: decompress, JSON to protobuf, scan. Receivers use it on what comes in, the store on what
 * its journal kept, so that a replay decodes exactly as the first time.
 */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { DecodeError } from "../base/errors.ts";
import type { BatchOf } from "../model/batch.ts";
import type { ReceivedBody, Signal } from "../model/signal.ts";
import { decodeJson } from "./otlp/json-to-protobuf.ts";
import type { ScanResult } from "./otlp/rejections.ts";
import { scanLogs } from "./otlp/scan-logs.ts";
import { scanMetrics } from "./otlp/scan-metrics.ts";
import { scanTraces } from "./otlp/scan-traces.ts";
import { REQUESTS } from "./otlp/schema.ts";

/** The body is larger than allowed once decompressed: HTTP 413, gRPC RESOURCE_EXHAUSTED. */
export class TooLargeError extends Error {
  override name = "TooLargeError";
}

const SCANNERS = { traces: scanTraces, logs: scanLogs, metrics: scanMetrics } as const;

/** @throws DecodeError, TooLargeError. @param maxBytes of the decompressed body */
export function decodeBody<S extends Signal>(
  signal: S,
  received: ReceivedBody,
  maxBytes: number,
): ScanResult<BatchOf[S]> {
  const plain = decompress(received, maxBytes);
  const bytes = received.encoding === "json" ? decodeJson(plain, REQUESTS[signal]) : plain;
  return SCANNERS[signal](bytes, received) as unknown as ScanResult<BatchOf[S]>;
}

export function decompress({ bytes, compression }: ReceivedBody, maxBytes: number): Uint8Array {
  if (compression === "none") {
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }
  try {
    const options = { maxOutputLength: Math.max(1, maxBytes) };
    return compression === "gzip" ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    throw new DecodeError(`cannot decompress the ${compression} body: ${(error as Error).message}`);
  }
}

function tooLarge(maxBytes: number): TooLargeError {
  return new TooLargeError(
    `cannot take a request of more than ${maxBytes} bytes decompressed; send smaller batches or raise the limit`,
  );
}
