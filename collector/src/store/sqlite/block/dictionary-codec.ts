/**
 * The distinct attributes of a block (encoded KeyValue messages) <-> bytes. A key is stored once with the type of its values
 * ("prefix"), and of each entry only the value's bytes remain, so that like values stand next to each other:
 *
 *   | entries u32 | prefixes u32 | prefix lengths column | prefix bytes | prefix id column | payload length column | payloads |
 *
 * prefix = AnyValue's tag byte + key. Prefix id 0 = the payload is the whole message: odd encodings survive byte by byte.
 */
import { ByteInterner } from "../../../base/byte-interner.ts";
import { ByteColumn } from "../../../base/column.ts";
import { ColumnReader, ColumnWriter } from "./column-codec.ts";

/** Entries' bytes, one after the other: entry i is bytes[starts[i], starts[i + 1]). */
export interface Dictionary {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
}

const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;
/** AnyValue's members: bool, int, double; string, array, map, bytes (these with a length). */
const PLAIN_TAGS = new Set([0x10, 0x18, 0x21]);
const LENGTH_TAGS = new Set([0x0a, 0x2a, 0x32, 0x3a]);

/** @param order the entries to write, in this order */
export function encodeDictionary(source: Pick<ByteInterner, "arena" | "starts">, order: Uint32Array): Uint8Array {
  const prefixes = new ByteInterner(0);
  const payloads = new ByteColumn(65_536);
  const prefixIds = new Uint32Array(order.length);
  const lengths = new Uint32Array(order.length);
  const { arena, starts } = source;
  const scratch = new ByteColumn(256);
  const parts = { keyStart: 0, keyEnd: 0, tag: 0, payloadStart: 0 };
  prefixes.intern(arena, 0, 0);
  order.forEach((entry, i) => {
    const start = starts[entry];
    const end = starts[entry + 1];
    let payloadStart = start;
    if (split(arena, start, end, parts)) {
      scratch.clear();
      scratch.push(parts.tag);
      scratch.append(arena, parts.keyStart, parts.keyEnd - parts.keyStart);
      prefixIds[i] = prefixes.intern(scratch.values, 0, scratch.length);
      payloadStart = parts.payloadStart;
    }
    lengths[i] = end - payloadStart;
    payloads.append(arena, payloadStart, end - payloadStart);
  });
  const writer = new ColumnWriter(payloads.length + order.length * 4 + prefixes.arenaLength + 1024);
  writer.u32(order.length).u32(prefixes.size);
  const prefixLengths = Uint32Array.from({ length: prefixes.size }, (_, id) => prefixes.lengthOf(id));
  writer.column(prefixLengths, prefixes.size).bytes(prefixes.arena, 0, prefixes.arenaLength);
  writer.column(prefixIds, order.length).column(lengths, order.length);
  return writer.bytes(payloads.values, 0, payloads.length).finish();
}

export function decodeDictionary(raw: Uint8Array): Dictionary {
  const reader = new ColumnReader(raw);
  const size = reader.u32();
  const prefixCount = reader.u32();
  const prefixLengths = reader.column(prefixCount);
  const prefixStarts = new Uint32Array(prefixCount + 1);
  for (let i = 0; i < prefixCount; i++) prefixStarts[i + 1] = prefixStarts[i] + prefixLengths[i];
  const prefixBytes = reader.view(prefixStarts[prefixCount]);
  const prefixIds = reader.column(size);
  const lengths = reader.column(size);
  let total = 0;
  // Lengths take at most 5 bytes each, tags one: an upper bound that needs no second pass.
  for (let i = 0; i < size; i++) total += lengths[i] + prefixLengths[prefixIds[i]] + 20;
  const bytes = new Uint8Array(total);
  const starts = new Uint32Array(size + 1);
  let pos = 0;
  for (let i = 0; i < size; i++) {
    const prefix = prefixStarts[prefixIds[i]];
    const keyLength = prefixLengths[prefixIds[i]] - 1;
    const payload = reader.view(lengths[i]);
    if (keyLength >= 0) {
      const tag = prefixBytes[prefix];
      const inner = LENGTH_TAGS.has(tag) ? varintSize(payload.length) : 0;
      bytes[pos++] = KEY_TAG;
      pos = putVarint(bytes, pos, keyLength);
      for (let k = 0; k < keyLength; k++) bytes[pos++] = prefixBytes[prefix + 1 + k];
      bytes[pos++] = VALUE_TAG;
      pos = putVarint(bytes, pos, 1 + inner + payload.length);
      bytes[pos++] = tag;
      if (inner > 0) pos = putVarint(bytes, pos, payload.length);
    }
    if (payload.length < 32) for (let k = 0; k < payload.length; k++) bytes[pos++] = payload[k];
    else {
      bytes.set(payload, pos);
      pos += payload.length;
    }
    starts[i + 1] = pos;
  }
  return { size, bytes, starts };
}

/** Finds key and payload of a KeyValue in its plain form; false for any other form. */
function split(
  bytes: Uint8Array,
  start: number,
  end: number,
  parts: { keyStart: number; keyEnd: number; tag: number; payloadStart: number },
): boolean {
  if (start === end || bytes[start] !== KEY_TAG) return false;
  const key = takeVarint(bytes, start + 1, end);
  if (key < 0) return false;
  parts.keyStart = cursor;
  parts.keyEnd = cursor + key;
  let pos = parts.keyEnd;
  if (pos >= end || bytes[pos] !== VALUE_TAG) return false;
  const value = takeVarint(bytes, pos + 1, end);
  pos = cursor;
  if (value < 1 || pos + value !== end) return false;
  parts.tag = bytes[pos++];
  if (LENGTH_TAGS.has(parts.tag)) {
    const length = takeVarint(bytes, pos, end);
    if (length < 0 || cursor + length !== end) return false;
    pos = cursor;
  } else if (!PLAIN_TAGS.has(parts.tag)) return false;
  parts.payloadStart = pos;
  return true;
}

let cursor = 0;

/** The varint at `pos`, with `cursor` behind it; -1 when it is cut off or longer than it need be (it could not be rebuilt). */
function takeVarint(bytes: Uint8Array, pos: number, end: number): number {
  let value = 0;
  for (let i = pos, scale = 1; i < end && i < pos + 5; i++, scale *= 128) {
    value += (bytes[i] & 0x7f) * scale;
    if (bytes[i] >= 0x80) continue;
    cursor = i + 1;
    return varintSize(value) === i + 1 - pos ? value : -1;
  }
  cursor = end;
  return -1;
}

function varintSize(value: number): number {
  let size = 1;
  for (; value > 0x7f; value = Math.floor(value / 128)) size++;
  return size;
}

function putVarint(bytes: Uint8Array, pos: number, value: number): number {
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes[pos++] = (value % 128) | 0x80;
  bytes[pos++] = value;
  return pos;
}
