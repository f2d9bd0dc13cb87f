/** A piece of a pinned trace: its records in some blocks, as an OTLP request, compressed, with a checksum. Making them, and reading them back. */
import type { LogBatch } from "../../../model/log-batch.ts";
import type { SpanBatch } from "../../../model/span-batch.ts";
import { decodeBody } from "../../../wire/decode-body.ts";
import { decodeSection, encodeSection } from "../block/section.ts";
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
  return { signal: "traces", blockId, records, data: encodeSection(encodeTraces(batches), true) };
}

export function logPiece(batches: readonly LogBatch[], blockId: number): PinPiece | undefined {
  const records = batches.reduce((sum, { count }) => sum + count, 0);
  if (records === 0) return undefined;
  return { signal: "logs", blockId, records, data: encodeSection(encodeLogs(batches), true) };
}

/** @throws CorruptionError */
export function decodePiece<S extends "traces" | "logs">(
  signal: S,
  data: Uint8Array,
): S extends "traces" ? SpanBatch : LogBatch {
  const body = { bytes: decodeSection(data), encoding: "protobuf", compression: "none" } as const;
  const { batch } = decodeBody(signal, body, Number.MAX_SAFE_INTEGER);
  return batch as unknown as S extends "traces" ? SpanBatch : LogBatch;
}
