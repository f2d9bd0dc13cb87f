/**
 * KeyValue and AnyValue bytes <-> JavaScript values, one to one: integers are bigints and doubles numbers, so nothing is lost and
 * the type comes back. For cold paths (processors that look at a few values); searches compare texts by attribute-text.ts.
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto
 */
import { BYTES, FIXED64, malformed, MAX_DEPTH, ProtoReader, ProtoWriter, VARINT } from "../../base/protobuf.ts";

/** int64 = bigint, double = number, bytes = Uint8Array, kvlist = Map in order, empty = null. */
export type AnyValue = null | string | boolean | bigint | number | Uint8Array | readonly AnyValue[] | AnyMap;
export type AnyMap = ReadonlyMap<string, AnyValue>;

export interface KeyAndValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** The value in `bytes[start, end)` (AnyValue's content). Of several members the last counts. Throws DecodeError. */
export function decodeAnyValue(bytes: Uint8Array, start = 0, end: number = bytes.length): AnyValue {
  return readAny(new ProtoReader(bytes, start, end), 0);
}

/** The KeyValue in `bytes[start, end)`. Throws DecodeError. */
export function decodeKeyValue(bytes: Uint8Array, start = 0, end: number = bytes.length): KeyAndValue {
  return readKeyValue(new ProtoReader(bytes, start, end), 0);
}

/** AnyValue's content. Integers are cut to 64 bits. */
export function encodeAnyValue(value: AnyValue): Uint8Array {
  const writer = new ProtoWriter(64);
  writeAny(writer, value);
  return writer.finish();
}

/** KeyValue's content, without tag and length. */
export function encodeKeyValue(key: string, value: AnyValue): Uint8Array {
  const writer = new ProtoWriter(64);
  writeKeyValue(writer, key, value);
  return writer.finish();
}

/** As text: strings as they are, integers decimal, true/false, doubles shortest, bytes base64, arrays and maps as JSON, empty "". */
export function formatAnyValue(value: AnyValue): string {
  if (value === null) return "";
  if (value instanceof Uint8Array) return base64(value);
  return typeof value === "object" ? JSON.stringify(toJson(value)) : String(value);
}

export function isAnyMap(value: AnyValue): value is AnyMap {
  return value instanceof Map;
}

function readAny(reader: ProtoReader, depth: number): AnyValue {
  if (depth > MAX_DEPTH) throw malformed("values nested too deeply", reader.pos);
  let value: AnyValue = null;
  while (reader.next()) {
    if (reader.wire === BYTES && reader.field === 1) value = reader.string();
    else if (reader.wire === VARINT && reader.field === 2) value = reader.bool();
    else if (reader.wire === VARINT && reader.field === 3) value = reader.int64();
    else if (reader.wire === FIXED64 && reader.field === 4) value = reader.double();
    else if (reader.wire === BYTES && reader.field === 5) value = readArray(reader.message(), depth + 1);
    else if (reader.wire === BYTES && reader.field === 6) value = readMap(reader.message(), depth + 1);
    else if (reader.wire === BYTES && reader.field === 7) value = reader.view().slice();
  }
  return value;
}

function readArray(reader: ProtoReader, depth: number): AnyValue[] {
  const items: AnyValue[] = [];
  while (reader.next()) if (reader.field === 1 && reader.wire === BYTES) items.push(readAny(reader.message(), depth));
  return items;
}

function readMap(reader: ProtoReader, depth: number): AnyMap {
  const map = new Map<string, AnyValue>();
  while (reader.next()) {
    if (reader.field !== 1 || reader.wire !== BYTES) continue;
    const { key, value } = readKeyValue(reader.message(), depth);
    map.set(key, value);
  }
  return map;
}

function readKeyValue(reader: ProtoReader, depth: number): KeyAndValue {
  let key = "";
  let value: AnyValue = null;
  while (reader.next()) {
    if (reader.wire !== BYTES) continue;
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = readAny(reader.message(), depth);
  }
  return { key, value };
}

/** KeyValue's content into a message that has been begun. */
export function writeKeyValue(writer: ProtoWriter, key: string, value: AnyValue): void {
  writer.stringField(1, key);
  const start = writer.begin(2);
  writeAny(writer, value);
  writer.end(start);
}

/** AnyValue's content into a message that has been begun. */
export function writeAny(writer: ProtoWriter, value: AnyValue): void {
  if (value === null) return;
  if (typeof value === "string") writer.stringField(1, value);
  else if (typeof value === "boolean") writer.tag(2, VARINT).varint(value ? 1 : 0);
  else if (typeof value === "bigint") writer.tag(3, VARINT).varint64(value);
  else if (typeof value === "number") writer.doubleField(4, value);
  else if (value instanceof Uint8Array) writer.bytesField(7, value);
  else if (isAnyMap(value)) {
    const list = writer.begin(6);
    for (const [key, item] of value) {
      const start = writer.begin(1);
      writeKeyValue(writer, key, item);
      writer.end(start);
    }
    writer.end(list);
  } else {
    const list = writer.begin(5);
    for (const item of value) {
      const start = writer.begin(1);
      writeAny(writer, item);
      writer.end(start);
    }
    writer.end(list);
  }
}

/** Integers beyond 2^53 become texts rather than lose digits. */
function toJson(value: AnyValue): unknown {
  if (typeof value === "bigint") return BigInt(Number(value)) === value ? Number(value) : String(value);
  if (value instanceof Uint8Array) return base64(value);
  if (value === null || typeof value !== "object") return value;
  if (!isAnyMap(value)) return value.map(toJson);
  return Object.fromEntries([...value].map(([key, item]) => [key, toJson(item)]));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
