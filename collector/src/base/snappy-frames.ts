/**
 * Snappy's framing format (https://github.com/google/snappy/blob/main/framing_format.txt): a stream of blocks, each with a checksum. In: the
 * whole stream and a bound; out: what it says.
 *
 *   ff 06 00 00 "sNaPpY"  ( type u8 | length u24 | CRC-32C of the plain bytes, masked | block )*
 */
import { ByteColumn } from "./column.ts";
import { DecodeError, TooLargeError } from "./errors.ts";
import { readU32 } from "./protobuf.ts";
import { decompressSnappy } from "./snappy.ts";

const BEGIN = Uint8Array.from([0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]);
const COMPRESSED = 0x00;
const PLAIN = 0x01;
const LAST_UNSKIPPABLE = 0x7f;
const HEADER_BYTES = 4;
const CHECKSUM_BYTES = 4;
/** Of the plain bytes of a chunk. */
const MOST_CHUNK = 65_536;

export function isSnappyFramed(bytes: Uint8Array): boolean {
  return BEGIN.every((byte, i) => bytes[i] === byte);
}

/** @throws DecodeError, TooLargeError. @param maxBytes of the output */
export function decompressSnappyFrames(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (!isSnappyFramed(bytes)) throw damaged("it does not begin as one");
  const out = new ByteColumn(Math.min(bytes.length * 2, maxBytes));
  for (let at = 0; at < bytes.length;) {
    if (at + HEADER_BYTES > bytes.length) throw damaged("a chunk without its length");
    const type = bytes[at];
    const start = at + HEADER_BYTES;
    const end = start + (readU32(bytes, at) >>> 8);
    if (end > bytes.length) throw damaged("a chunk that reaches past the end");
    if (type === COMPRESSED || type === PLAIN) {
      if (end - start < CHECKSUM_BYTES) throw damaged("a chunk without its checksum");
      const body = bytes.subarray(start + CHECKSUM_BYTES, end);
      if (type === PLAIN && body.length > MOST_CHUNK) throw damaged(`a chunk of ${body.length} bytes`);
      const plain = type === PLAIN ? body : decompressSnappy(body, MOST_CHUNK);
      if (maskedCrc(plain) !== readU32(bytes, start)) throw damaged("a chunk whose checksum is another");
      if (out.length + plain.length > maxBytes)
        throw new TooLargeError(`cannot take a request of more than ${maxBytes} bytes decompressed`);
      out.append(plain);
    } else if (type <= LAST_UNSKIPPABLE) throw damaged(`a chunk of type ${type}`);
    at = end;
  }
  return out.slice();
}

/** CRC-32C, reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function damaged(what: string): DecodeError {
  return new DecodeError(`cannot decompress the snappy stream: ${what}`);
}
