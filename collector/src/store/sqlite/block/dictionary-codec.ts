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
import { varintSize } from "../../../base/protobuf.ts";
import { release } from "../../../base/release.ts";
import { ColumnReader, ColumnWriter } from "./column-codec.ts";
import { meetsBoth, type ArenaDictionary, type Dictionary, type OnRange, type WantedPair } from "./dictionary.ts";

const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;
/** AnyValue's members: bool, int, double; string, array, map, bytes (these with a length). */
const PLAIN_TAGS = new Set([0x10, 0x18, 0x21]);
const LENGTH_TAGS = new Set([0x0a, 0x2a, 0x32, 0x3a]);

/** @param order the entries to write, in this order */
export function encodeDictionary(source: ArenaDictionary, order: Uint32Array): Uint8Array {
  const prefixes = new ByteInterner(0);
  const payloads = new ByteColumn(source.starts[source.size]);
  const prefixIds = new Uint32Array(order.length);
  const lengths = new Uint32Array(order.length);
  const { bytes: arena, starts } = source;
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
  writer.bytes(payloads.values, 0, payloads.length);
  // At once and not by a garbage collection: half a megabyte a block.
  for (const values of [payloads.values, prefixIds, lengths]) release(values);
  return writer.finish();
}

/**
 * A stored dictionary, opened but not rebuilt: a search compares payloads where they lie, and a reader rebuilds only the entries that
 * its records have. Opening costs 0.1 ms for 10,000 entries, rebuilding all of them 2.
 */
export class StoredDictionary implements Dictionary {
  readonly size: number;
  readonly #raw: Uint8Array;
  readonly #payloads: Uint8Array;
  readonly #prefixBytes: Uint8Array;
  readonly #prefixStarts: Uint32Array;
  readonly #prefixIds: Uint8Array | Uint32Array;
  /** Entry i's payload is payloads[payloadStarts[i], payloadStarts[i + 1]). */
  readonly #payloadStarts: Uint32Array;

  /** @param raw the caller's own, and from here on the dictionary's. @throws CorruptionError */
  constructor(raw: Uint8Array) {
    const reader = new ColumnReader(raw);
    this.#raw = raw;
    this.size = reader.u32();
    const prefixCount = reader.u32();
    this.#prefixStarts = reader.sums(prefixCount);
    this.#prefixBytes = reader.view(this.#prefixStarts[prefixCount]);
    this.#prefixIds = reader.smallColumn(this.size);
    this.#payloadStarts = reader.sums(this.size);
    this.#payloads = reader.view(this.#payloadStarts[this.size]);
  }

  /** Gives its memory back: nobody looks at it any more. */
  close(): void {
    release(this.#raw);
    release(this.#payloadStarts);
  }

  append(entry: number, out: ByteColumn): number {
    const prefixId = this.#prefixIds[entry];
    const prefix = this.#prefixStarts[prefixId];
    const keyLength = this.#prefixStarts[prefixId + 1] - prefix - 1;
    const payload = this.#payloadStarts[entry];
    const payloadLength = this.#payloadStarts[entry + 1] - payload;
    const start = out.length;
    if (keyLength >= 0) {
      const tag = this.#prefixBytes[prefix];
      const inner = LENGTH_TAGS.has(tag) ? varintSize(payloadLength) : 0;
      out.push(KEY_TAG);
      pushVarint(out, keyLength);
      out.append(this.#prefixBytes, prefix + 1, keyLength);
      out.push(VALUE_TAG);
      pushVarint(out, 1 + inner + payloadLength);
      out.push(tag);
      if (inner > 0) pushVarint(out, payloadLength);
    }
    out.append(this.#payloads, payload, payloadLength);
    return out.length - start;
  }

  find(pair: WantedPair): Uint8Array | undefined {
    const { size } = this;
    const payloads = this.#payloads;
    const prefixIds = this.#prefixIds;
    const starts = this.#payloadStarts;
    const kinds = this.#prefixKinds(pair);
    const { value } = pair;
    const scratch = new ByteColumn(256);
    let found: Uint8Array | undefined;
    for (let entry = 0; entry < size; entry++) {
      const kind = kinds[prefixIds[entry]];
      if (kind === OTHER_KEY) continue;
      if (kind === STRING_VALUE) {
        const start = starts[entry];
        if (starts[entry + 1] - start !== value.length || !equalBytes(payloads, start, value)) continue;
      } else {
        scratch.clear();
        // Before the bytes are looked at: they move when there is more than fits.
        const length = this.append(entry, scratch);
        if (!pair.isMetBy(scratch.values, 0, length)) continue;
      }
      (found ??= new Uint8Array(size))[entry] = 1;
    }
    return found;
  }

  findValues(hasKey: OnRange, isMet: OnRange): Uint8Array | undefined {
    const { size } = this;
    const payloads = this.#payloads;
    const prefixIds = this.#prefixIds;
    const starts = this.#payloadStarts;
    const kinds = this.#prefixKinds({ hasKey });
    const scratch = new ByteColumn(256);
    let found: Uint8Array | undefined;
    for (let entry = 0; entry < size; entry++) {
      const kind = kinds[prefixIds[entry]];
      if (kind === OTHER_KEY) continue;
      if (kind === STRING_VALUE) {
        if (!isMet(payloads, starts[entry], starts[entry + 1])) continue;
      } else {
        scratch.clear();
        const length = this.append(entry, scratch);
        if (!meetsBoth(scratch.values, 0, length, hasKey, isMet)) continue;
      }
      (found ??= new Uint8Array(size))[entry] = 1;
    }
    return found;
  }

  each(visit: (bytes: Uint8Array, start: number, end: number, entry: number) => void): void {
    const scratch = new ByteColumn(4096);
    for (let entry = 0; entry < this.size; entry++) {
      scratch.clear();
      const length = this.append(entry, scratch);
      visit(scratch.values, 0, length, entry);
    }
  }

  /** What each prefix says of its entries: another key, a string under the key, or something to be looked at as a whole. */
  #prefixKinds(pair: { readonly hasKey: OnRange }): Uint8Array {
    const starts = this.#prefixStarts;
    return Uint8Array.from({ length: starts.length - 1 }, (_, id) => {
      if (starts[id] === starts[id + 1]) return WHOLE_MESSAGE;
      if (!pair.hasKey(this.#prefixBytes, starts[id] + 1, starts[id + 1])) return OTHER_KEY;
      return this.#prefixBytes[starts[id]] === STRING_TAG ? STRING_VALUE : WHOLE_MESSAGE;
    });
  }
}

const OTHER_KEY = 0;
const STRING_VALUE = 1;
const WHOLE_MESSAGE = 2;
const STRING_TAG = 0x0a;

function equalBytes(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
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

function pushVarint(out: ByteColumn, value: number): void {
  for (; value > 0x7f; value = Math.floor(value / 128)) out.push((value % 128) | 0x80);
  out.push(value);
}
