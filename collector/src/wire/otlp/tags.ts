/** Small steps over the protobuf wire format that the scanners share. */
import { malformed, ProtoReader } from "../../base/protobuf.ts";

const reader = new ProtoReader(new Uint8Array(0));
const varint = { value: 0, next: 0 };

/** The length varint at `pos` and where it ends. The result is one shared object: read it before the next call. */
export function varintAt(
  bytes: Uint8Array,
  pos: number,
  end: number,
): { readonly value: number; readonly next: number } {
  let value = 0;
  let scale = 1;
  for (let i = pos; i < end && i < pos + 5; i++, scale *= 128) {
    const byte = bytes[i];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      varint.value = value;
      varint.next = i + 1;
      return varint;
    }
  }
  throw malformed("a truncated or oversized length", pos);
}

/** The position behind the field that begins at `pos`, whatever its type. Throws DecodeError. */
export function skipField(bytes: Uint8Array, pos: number, end: number): number {
  reader.reset(bytes, pos, end).next();
  return reader.pos;
}

export function isZero(bytes: Uint8Array, offset: number, length: number): boolean {
  for (let i = offset; i < offset + length; i++) if (bytes[i] !== 0) return false;
  return true;
}
