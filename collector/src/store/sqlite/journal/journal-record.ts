/**
 * Journal segments and their records, as bytes:
 *
 *   segment  | "GSJ1" | format version u32 | signal u32 | reserved u32 | record | record | …
 *   record   | payload length u32 | CRC-32 u32 | sequence u64 | encoding u8 | compression u8 | format u16 | digest 16 B | payload |
 *
 * (little-endian). The checksum covers everything behind itself. The payload is a request body as it was received, or the
 * processed batch as OTLP protobuf where a processor changed something. The format is 0 but for metrics: 0 OTLP, 1 remote write 2.0.
 */
import { crc32 } from "node:zlib";
import type { MetricFormat } from "../../../model/metric-batch.ts";
import type { BodyCompression, BodyEncoding, ReceivedBody } from "../../../model/signal.ts";

export const SEGMENT_HEADER_BYTES = 16;
export const RECORD_HEADER_BYTES = 36;
const MAGIC = 0x314a5347; // "GSJ1"
export const FORMAT_VERSION = 1;
const ENCODINGS: readonly BodyEncoding[] = ["protobuf", "json"];
const COMPRESSIONS: readonly BodyCompression[] = ["none", "gzip", "zstd"];
const FORMATS: readonly MetricFormat[] = ["otlp", "remote_write"];
const SIGNALS = { traces: 1, logs: 2, metrics: 3 } as const;

export type JournalSignal = keyof typeof SIGNALS;

export interface JournalRecord {
  /** Ascending, without end, per journal. */
  readonly sequence: number;
  readonly body: ReceivedBody;
  /** 16 bytes that identify the request among resends. */
  readonly digest: Uint8Array;
  /** Of metrics; "otlp" when absent. */
  readonly format?: MetricFormat;
}

export function encodeSegmentHeader(signal: JournalSignal): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(FORMAT_VERSION, 4);
  header.writeUInt32LE(SIGNALS[signal], 8);
  return header;
}

/** Undefined = right; else what is wrong with a segment's first bytes. */
export function checkSegmentHeader(header: Buffer, signal: JournalSignal): string | undefined {
  if (header.length < SEGMENT_HEADER_BYTES) return "it is shorter than its header";
  if (header.readUInt32LE(0) !== MAGIC) return "it is no journal segment";
  if (header.readUInt32LE(4) !== FORMAT_VERSION)
    return `its format version ${header.readUInt32LE(4)} is unknown to this version of Goldspan`;
  return header.readUInt32LE(8) === SIGNALS[signal] ? undefined : `it is not of the ${signal} journal`;
}

/** The format version of a segment of this signal's journal; undefined = these are no first bytes of one. */
export function segmentFormat(header: Buffer, signal: JournalSignal): number | undefined {
  const isSegment = header.length >= SEGMENT_HEADER_BYTES && header.readUInt32LE(0) === MAGIC;
  return isSegment && header.readUInt32LE(8) === SIGNALS[signal] ? header.readUInt32LE(4) : undefined;
}

/** The header that goes before the payload. */
export function encodeRecordHeader({ sequence, body, digest, format = "otlp" }: JournalRecord): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt32LE(body.bytes.length, 0);
  header.writeUInt32LE(sequence >>> 0, 8);
  header.writeUInt32LE(Math.floor(sequence / 4294967296), 12);
  header.writeUInt8(ENCODINGS.indexOf(body.encoding), 16);
  header.writeUInt8(COMPRESSIONS.indexOf(body.compression), 17);
  header.writeUInt16LE(FORMATS.indexOf(format), 18);
  header.set(digest, 20);
  header.writeUInt32LE(crc32(body.bytes, crc32(header.subarray(8))), 4);
  return header;
}

export type ParsedRecord = { readonly record: JournalRecord; readonly end: number };

/** The record at `offset`, or undefined when the bytes there are none (cut off, or their checksum is wrong). */
export function parseRecord(segment: Buffer, offset: number): ParsedRecord | undefined {
  if (offset + RECORD_HEADER_BYTES > segment.length) return undefined;
  const length = segment.readUInt32LE(offset);
  const start = offset + RECORD_HEADER_BYTES;
  if (length > segment.length - start) return undefined;
  const payload = segment.subarray(start, start + length);
  if (crc32(payload, crc32(segment.subarray(offset + 8, start))) !== segment.readUInt32LE(offset + 4)) return undefined;
  const encoding = ENCODINGS[segment.readUInt8(offset + 16)];
  const compression = COMPRESSIONS[segment.readUInt8(offset + 17)];
  const format = FORMATS[segment.readUInt16LE(offset + 18)];
  if (encoding === undefined || compression === undefined || format === undefined) return undefined;
  const sequence = segment.readUInt32LE(offset + 12) * 4294967296 + segment.readUInt32LE(offset + 8);
  const digest = segment.subarray(offset + 20, start);
  return { record: { sequence, digest, format, body: { bytes: payload, encoding, compression } }, end: start + length };
}
