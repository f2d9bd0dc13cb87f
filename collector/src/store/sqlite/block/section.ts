/**
 * A section: one part of a sealed block that is read for itself. Written as
 *
 *   | format version u8 | codec u8 | reserved u16 | CRC-32 of the payload u32 | raw length u32 | payload … |
 *
 * (little-endian). The checksum covers the payload as stored, so a flipped bit is noticed before anything is decoded.
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { release } from "../../../base/release.ts";

const SECTION_VERSION = 1;
const HEADER_BYTES = 12;
/** A damaged header must not make us allocate what it claims. */
const LARGEST_CHUNK = 4 * 1024 * 1024;
const CODEC_NONE = 0;
const CODEC_ZSTD = 1;

/** Level 1: level 3 saves 2 % and costs 30 % more. */
const ZSTD_OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Something stored cannot be read back: which part, and why. */
export class CorruptionError extends Error {
  override name = "CorruptionError";
}

/** One output buffer of the right size instead of many of 16 KiB that are then joined: a third of the time. */
function chunkSizeFor(bytes: number): number {
  return Math.min(LARGEST_CHUNK, Math.max(64, bytes + 64));
}

/**
 * @param compress false for bytes known to be random, such as ids
 * @param level of zstd, for what is written once and read often
 */
export function encodeSection(raw: Uint8Array, compress: boolean, level?: number): Buffer {
  let payload: Uint8Array = raw;
  let codec = CODEC_NONE;
  if (compress && raw.length > 32) {
    const packed = zstdCompressSync(raw, {
      ...(level === undefined ? ZSTD_OPTIONS : { params: { [constants.ZSTD_c_compressionLevel]: level } }),
      chunkSize: chunkSizeFor(raw.length >>> 1),
      pledgedSrcSize: raw.length,
    });
    if (packed.length < raw.length) {
      payload = packed;
      codec = CODEC_ZSTD;
    }
  }
  const section = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  section.writeUInt8(SECTION_VERSION, 0);
  section.writeUInt8(codec, 1);
  section.writeUInt16LE(0, 2);
  section.writeUInt32LE(crc32(payload), 4);
  section.writeUInt32LE(raw.length, 8);
  section.set(payload, HEADER_BYTES);
  if (payload !== raw) release(payload);
  return section;
}

export interface SectionHeader {
  readonly version: number;
  readonly codec: string;
  readonly rawBytes: number;
}

/** What a section's first bytes say of it. */
export function readSectionHeader(bytes: Uint8Array): SectionHeader {
  if (bytes.length < HEADER_BYTES) throw new CorruptionError(`a section of ${bytes.length} bytes is too short`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const codec = view.getUint8(1);
  return {
    version: view.getUint8(0),
    codec: codec === CODEC_ZSTD ? "zstd" : codec === CODEC_NONE ? "none" : `codec ${codec}`,
    rawBytes: view.getUint32(8, true),
  };
}

/** @throws CorruptionError when the checksum, the version or the length is wrong */
export function decodeSection(section: Uint8Array): Uint8Array {
  if (section.length < HEADER_BYTES) throw new CorruptionError(`a section of ${section.length} bytes is too short`);
  const view = new DataView(section.buffer, section.byteOffset, HEADER_BYTES);
  const version = view.getUint8(0);
  if (version !== SECTION_VERSION)
    throw new CorruptionError(`section version ${version} is unknown to this version of Goldspan`);
  const payload = section.subarray(HEADER_BYTES);
  const checksum = crc32(payload);
  if (checksum !== view.getUint32(4, true)) throw new CorruptionError("a section's checksum does not match its bytes");
  const rawLength = view.getUint32(8, true);
  const raw = unpack(payload, view.getUint8(1), rawLength);
  if (raw.length !== rawLength) throw new CorruptionError(`a section has ${raw.length} bytes instead of ${rawLength}`);
  return raw;
}

/** The same of a section that is the caller's alone and is looked at no more: only what comes out is kept. */
export function decodeOwnSection(section: Uint8Array): Uint8Array {
  const raw = decodeSection(section);
  if (raw.buffer !== section.buffer) release(section);
  return raw;
}

/** The header is not part of the checksum: whatever it says wrongly about the payload shows here. */
function unpack(payload: Uint8Array, codec: number, rawLength: number): Uint8Array {
  if (codec === CODEC_NONE) return payload;
  if (codec !== CODEC_ZSTD) throw new CorruptionError(`section codec ${codec} is unknown to this version of Goldspan`);
  try {
    return zstdDecompressSync(payload, { maxOutputLength: Math.max(1, rawLength), chunkSize: chunkSizeFor(rawLength) });
  } catch (error) {
    throw new CorruptionError(`a section cannot be decompressed to ${rawLength} bytes: ${(error as Error).message}`);
  }
}
