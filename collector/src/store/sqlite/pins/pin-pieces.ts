/** A piece of a pinned trace: its records in some blocks, as a compressed OTLP request. Making them, and reading them back. */
import { zstdCompressSync } from "node:zlib";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import { decodeBody } from "../../../wire/decode-body.ts";
import { encodeLogs, encodeTraces } from "../../../wire/otlp/encode-batch.ts";

export interface PinPiece {
  readonly signal: "traces" | "logs";
  /** The last block it holds records of. */
  readonly blockId: number;
  readonly records: number;
  readonly data: Uint8Array;
}

/** Undefined when there is no record. */
export function spanPiece(batches: readonly SpanBatch[], blockId: number): PinPiece | undefined {
  const records = batches.reduce((sum, { count }) => sum + count, 0);
  if (records === 0) return undefined;
  return { signal: "traces", blockId, records, data: zstdCompressSync(encodeTraces(batches)) };
}

export function logPiece(batches: readonly LogBatch[], blockId: number): PinPiece | undefined {
  const records = batches.reduce((sum, { count }) => sum + count, 0);
  if (records === 0) return undefined;
  return { signal: "logs", blockId, records, data: zstdCompressSync(encodeLogs(batches)) };
}

export function decodePiece<S extends "traces" | "logs">(
  signal: S,
  data: Uint8Array,
): S extends "traces" ? SpanBatch : LogBatch {
  const body = { bytes: data, encoding: "protobuf", compression: "zstd" } as const;
  const { batch } = decodeBody(signal, body, Number.MAX_SAFE_INTEGER);
  return batch as unknown as S extends "traces" ? SpanBatch : LogBatch;
}
