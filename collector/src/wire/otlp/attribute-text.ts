/**
 * An encoded KeyValue -> where its key and value lie, and the value as the text that searches compare: strings as they are,
 * integers in decimal, true/false, doubles in their shortest form, bytes in base64, arrays and maps as JSON.
 */
import { BYTES, FIXED64, ProtoReader, VARINT } from "../../base/protobuf.ts";

/** Ranges within the bytes asked about; empty where the part is missing. One shared object: read it before the next call. */
export interface KeyValueRanges {
  keyStart: number;
  keyEnd: number;
  /** AnyValue's content. */
  valueStart: number;
  valueEnd: number;
}

const ranges: KeyValueRanges = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0 };
const reader = new ProtoReader(new Uint8Array(0));
const encoder = new TextEncoder();

export function locateKeyValue(bytes: Uint8Array, start: number, end: number): Readonly<KeyValueRanges> {
  ranges.keyStart = ranges.keyEnd = ranges.valueStart = ranges.valueEnd = start;
  reader.reset(bytes, start, end);
  while (reader.next()) {
    if (reader.wire !== BYTES) continue;
    if (reader.field === 1) {
      ranges.keyStart = reader.valueStart;
      ranges.keyEnd = reader.valueEnd;
    } else if (reader.field === 2) {
      ranges.valueStart = reader.valueStart;
      ranges.valueEnd = reader.valueEnd;
    }
  }
  return ranges;
}

/** A value's text as UTF-8: `bytes[start, end)` of what is returned. Strings are not copied. One shared object. */
export function valueTextRange(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } {
  // The plain case: one string member, which is all there is.
  if (start < end && bytes[start] === 0x0a) {
    reader.reset(bytes, start, end).next();
    if (reader.pos === end) return { bytes, start: reader.valueStart, end: reader.valueEnd };
  }
  const text = encoder.encode(anyValueText(bytes, start, end));
  return { bytes: text, start: 0, end: text.length };
}

export function anyValueText(bytes: Uint8Array, start: number, end: number): string {
  const value = plainValue(new ProtoReader(bytes, start, end));
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value, bigintsAsNumbers) : String(value);
}

type Plain = string | number | bigint | boolean | null | undefined | Plain[] | { [key: string]: Plain };

/** The value as plain JavaScript data; of several members the last one counts, as in protobuf's oneof. */
function plainValue(any: ProtoReader): Plain {
  let value: Plain;
  while (any.next()) {
    if (any.wire === BYTES && any.field === 1) value = any.string();
    else if (any.wire === VARINT && any.field === 2) value = any.bool();
    else if (any.wire === VARINT && any.field === 3) value = any.int64();
    else if (any.wire === FIXED64 && any.field === 4) value = any.double();
    else if (any.wire === BYTES && any.field === 5) value = plainArray(any.message());
    else if (any.wire === BYTES && any.field === 6) value = plainMap(any.message());
    else if (any.wire === BYTES && any.field === 7) value = Buffer.from(any.view()).toString("base64");
  }
  return value;
}

function plainArray(list: ProtoReader): Plain[] {
  const items: Plain[] = [];
  while (list.next()) if (list.field === 1 && list.wire === BYTES) items.push(plainValue(list.message()) ?? null);
  return items;
}

function plainMap(list: ProtoReader): { [key: string]: Plain } {
  const map: { [key: string]: Plain } = Object.create(null);
  while (list.next()) {
    if (list.field !== 1 || list.wire !== BYTES) continue;
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(list.bytes, list.valueStart, list.valueEnd);
    const key = new TextDecoder().decode(list.bytes.subarray(keyStart, keyEnd));
    // Null, since JSON leaves out members that are undefined.
    map[key] = plainValue(new ProtoReader(list.bytes, valueStart, valueEnd)) ?? null;
  }
  return map;
}

function bigintsAsNumbers(_key: string, value: unknown): unknown {
  // Integers beyond 2^53 keep their digits as a string rather than lose them.
  if (typeof value === "bigint") return BigInt(Number(value)) === value ? Number(value) : String(value);
  return value;
}
