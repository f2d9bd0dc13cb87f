/**
 * Protobuf bytes -> OTLP JSON text by the tables of schema.ts: ids in lower-case hex, 64-bit integers as decimal strings, bytes in
 * base64, enums as integers. Fields with their default value are left out, unknown fields too. Text is made directly, without
 * objects in between (2 µs a span instead of 6).
 */
import { BYTES, FIXED32, FIXED64, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { formatHex } from "../../base/hex.ts";
import type { FieldSpec, MessageSpec } from "./schema.ts";
import { WIRE_OF } from "./wire-types.ts";

/** The JSON text of a message; the bytes must have passed the structural check. */
export function formatJson(bytes: Uint8Array, spec: MessageSpec): string {
  return formatMessage(new ProtoReader(bytes), spec);
}

/** The message as a plain object. */
export function decodeToObject(bytes: Uint8Array, spec: MessageSpec): any {
  return JSON.parse(formatJson(bytes, spec));
}

function formatMessage(reader: ProtoReader, spec: MessageSpec): string {
  const members: (string | undefined)[] = [];
  while (reader.next()) {
    const field = spec.byNumber[reader.field];
    if (field === undefined) continue;
    const { number } = field;
    if (field.repeated && reader.wire === BYTES && typeof field.type === "string" && WIRE_OF[field.type] !== BYTES) {
      const items = formatPacked(reader, field);
      if (items !== "") members[number] = members[number] === undefined ? items : `${members[number]},${items}`;
      continue;
    }
    if (reader.wire !== (typeof field.type === "object" ? BYTES : WIRE_OF[field.type])) continue;
    const text = formatValue(reader, field);
    if (field.repeated) members[number] = members[number] === undefined ? text : `${members[number]},${text}`;
    else {
      if (spec.oneof) members.length = 0;
      members[number] = text === undefined && field.presence ? ZERO[field.type as string] : text;
    }
  }
  let json = "";
  for (const field of spec.fields) {
    const text = members[field.number];
    if (text === undefined) continue;
    json += `${json === "" ? "" : ","}"${field.name}":${field.repeated ? `[${text}]` : text}`;
  }
  return `{${json}}`;
}

/** Texts of default values, for fields with presence. */
const ZERO: Readonly<Record<string, string>> = {
  string: '""',
  bytes: '""',
  bool: "false",
  int64: '"0"',
  sfixed64: '"0"',
  double: "0",
};

/** Undefined = the default value, which is left out. List items are never left out. */
function formatValue(reader: ProtoReader, field: FieldSpec): string | undefined {
  const { type } = field;
  if (typeof type === "object") return formatMessage(reader.message(), type);
  switch (type) {
    case "string": {
      const text = reader.string();
      return text === "" && !field.repeated ? undefined : JSON.stringify(text);
    }
    case "id":
      return reader.valueLength === 0
        ? undefined
        : `"${formatHex(reader.bytes, reader.valueStart, reader.valueLength)}"`;
    case "bytes":
      if (reader.valueLength === 0) return undefined;
      return `"${Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + reader.valueStart, reader.valueLength).toString("base64")}"`;
    case "bool":
      return reader.bool() ? "true" : undefined;
    case "double": {
      const value = reader.double();
      if (value === 0) return Object.is(value, -0) ? "-0.0" : field.repeated ? "0" : undefined;
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    }
    case "enum":
    case "int32":
      return nonZero(String(reader.varintWords().low | 0), field);
    case "uint32":
      return nonZero(String(reader.uint32()), field);
    case "sint32": {
      const zigzag = reader.uint32();
      return nonZero(String((zigzag >>> 1) ^ -(zigzag & 1)), field);
    }
    case "fixed32":
      return nonZero(String(reader.fixed32()), field);
    case "int64":
      return nonZero(String(reader.int64()), field, '"');
    case "uint64":
      return nonZero(String(reader.uint64()), field, '"');
    case "fixed64":
      return nonZero(String(reader.fixed64()), field, '"');
    case "sfixed64":
      return nonZero(String(BigInt.asIntN(64, reader.fixed64())), field, '"');
  }
}

function nonZero(text: string, field: FieldSpec, quote = ""): string | undefined {
  return text === "0" && !field.repeated ? undefined : quote + text + quote;
}

/** Items of a packed list, joined by commas. */
function formatPacked(reader: ProtoReader, field: FieldSpec): string {
  const wire = WIRE_OF[field.type as keyof typeof WIRE_OF];
  const item = new ProtoReader(reader.bytes);
  const texts: (string | undefined)[] = [];
  for (let pos = reader.valueStart; pos < reader.valueEnd; pos = item.valueEnd) {
    item.valueStart = pos;
    let end = pos + (wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : 1);
    if (wire === VARINT) while (end < reader.valueEnd && reader.bytes[end - 1] >= 0x80) end++;
    if (end > reader.valueEnd) break;
    item.valueEnd = end;
    texts.push(formatValue(item, field));
  }
  return texts.join(",");
}
