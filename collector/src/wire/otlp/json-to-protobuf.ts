/**
 * OTLP JSON -> protobuf bytes of the same message, by the tables of schema.ts
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): lowerCamelCase keys, unknown ones ignored, null = unset,
 * ids in hex of either case, 64-bit integers as strings or numbers, enums as integers. What comes out goes through the same
 * scanner as protobuf requests, so both encodings store the same. Nearly all requests take the short way of json-scanner.ts;
 * what that doesn't take is parsed here.
 */
import { MAX_DEPTH, ProtoWriter, VARINT } from "../../base/protobuf.ts";
import { DecodeError } from "../../base/errors.ts";
import { parseHex } from "../../base/hex.ts";
import { scanJson } from "./json-scanner.ts";
import { parseBase64, parseDouble } from "./json-values.ts";
import { quoteBigIntegers } from "./quote-big-integers.ts";
import type { FieldSpec, MessageSpec, ScalarType } from "./schema.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws DecodeError when the text is no JSON or a value doesn't fit its field; the message holds the path. */
export function decodeJson(body: Uint8Array, spec: MessageSpec): Uint8Array {
  return scanJson(body, spec) ?? parseAndEncode(body, spec);
}

/** The long way, which takes every form that is allowed and says what is wrong with others. 7 times slower than the scanner. */
export function parseAndEncode(body: Uint8Array, spec: MessageSpec): Uint8Array {
  let value: unknown;
  try {
    value = JSON.parse(quoteBigIntegers(utf8.decode(body)));
  } catch (error) {
    throw new DecodeError(`cannot decode JSON: ${(error as Error).message}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new DecodeError(`cannot decode JSON: the body must be an object (${spec.name}), got ${describe(value)}`);
  }
  return encodeMessage(value, spec);
}

/** The protobuf bytes of an object in OTLP JSON's shape. */
export function encodeMessage(value: object, spec: MessageSpec): Uint8Array {
  const writer = new ProtoWriter(4096);
  writeMessage(writer, value as Record<string, unknown>, spec, 0);
  return writer.finish();
}

/** A problem on its way up: each level puts its key before the path. */
class FieldProblem extends Error {
  path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

function writeMessage(writer: ProtoWriter, value: Record<string, unknown>, spec: MessageSpec, depth: number): void {
  if (depth > MAX_DEPTH) throw new DecodeError("cannot decode JSON: nested more than 100 deep");
  for (const key in value) {
    const member = value[key];
    if (member === null || member === undefined) continue;
    const field = spec.byName.get(key);
    if (field === undefined) continue;
    try {
      if (field.repeated) writeRepeated(writer, member, field, depth);
      else writeField(writer, member, field, depth, false);
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      error.path = error.path === "" || error.path.startsWith("[") ? key + error.path : `${key}.${error.path}`;
      if (depth > 0) throw error;
      throw new DecodeError(`cannot decode JSON: ${error.path}: ${error.message}`);
    }
  }
}

function writeRepeated(writer: ProtoWriter, members: unknown, field: FieldSpec, depth: number): void {
  if (!Array.isArray(members)) throw problem("an array", members);
  for (let i = 0; i < members.length; i++) {
    try {
      // Some SDKs write null for an empty item.
      writeField(writer, members[i] ?? (typeof field.type === "object" ? {} : ""), field, depth, true);
    } catch (error) {
      if (error instanceof FieldProblem)
        error.path = error.path === "" || error.path.startsWith("[") ? `[${i}]${error.path}` : `[${i}].${error.path}`;
      throw error;
    }
  }
}

/** @param always write it even when it is the type's default: items of lists, and fields with presence */
function writeField(writer: ProtoWriter, value: unknown, field: FieldSpec, depth: number, always: boolean): void {
  const { number, type } = field;
  if (typeof type === "object") {
    if (typeof value !== "object" || Array.isArray(value)) throw problem("an object", value);
    const start = writer.begin(number);
    writeMessage(writer, value as Record<string, unknown>, type, depth + 1);
    writer.end(start);
    return;
  }
  const keep = always || field.presence;
  switch (type) {
    case "string":
      if (typeof value !== "string") throw problem("a string", value);
      if (value !== "" || keep) writer.stringField(number, value);
      return;
    case "id":
    case "bytes": {
      const bytes = type === "id" ? parseId(value) : parseBase64(value);
      if (bytes === undefined) throw problem(type === "id" ? "an id in hexadecimal" : "bytes in base64", value);
      if (bytes.length > 0 || keep) writer.bytesField(number, bytes);
      return;
    }
    case "bool":
      if (typeof value !== "boolean") throw problem("true or false", value);
      if (value || keep) writer.tag(number, VARINT).varint(value ? 1 : 0);
      return;
    case "double": {
      const double = parseDouble(value);
      if (double === undefined) throw problem("a number", value);
      if (double !== 0 || Object.is(double, -0) || keep) writer.doubleField(number, double);
      return;
    }
    default:
      writeInteger(writer, value, number, type, keep);
  }
}

function writeInteger(writer: ProtoWriter, value: unknown, number: number, type: ScalarType, keep: boolean): void {
  if (type === "fixed64" && typeof value === "string" && value.length > 9 && value.length <= 19 && isDigits(value)) {
    // The common case, times: two doubles instead of a BigInt (0.1 µs instead of 0.4). value = upper * 1e9 + lower.
    const upper = Number(value.slice(0, -9));
    const lower = Number(value.slice(-9));
    // upper < 1e10, so upper * 1e9 needs 64 bits: multiply in two halves of 16 bits to stay exact.
    const product = (upper & 0xffff) * 1e9 + lower;
    const rest = Math.floor(upper / 65536) * 1e9 + Math.floor(product / 65536);
    writer.fixed64Field(number, ((rest % 65536) * 65536 + (product % 65536)) >>> 0, Math.floor(rest / 65536) >>> 0);
    return;
  }
  const integer = parseInteger(value, type);
  if (integer === 0n && !keep) return;
  switch (type) {
    case "fixed64":
    case "sfixed64": {
      const bits = BigInt.asUintN(64, integer);
      writer.fixed64Field(number, Number(bits & 0xffffffffn), Number(bits >> 32n));
      return;
    }
    case "fixed32":
      writer.fixed32Field(number, Number(integer));
      return;
    case "sint32":
      writer.tag(number, VARINT).varint(Number(integer >= 0n ? integer * 2n : integer * -2n - 1n));
      return;
    default:
      writer.tag(number, VARINT).varint64(integer);
  }
}

const RANGES: Partial<Record<ScalarType, readonly [bigint, bigint]>> = {
  enum: [-(2n ** 31n), 2n ** 31n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sint32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
};

function parseInteger(value: unknown, type: ScalarType): bigint {
  let integer: bigint | undefined;
  if (typeof value === "number" && Number.isInteger(value)) integer = BigInt(value);
  else if (typeof value === "string" && /^-?\d{1,20}(\.0*)?$/.test(value)) integer = BigInt(value.split(".", 1)[0]);
  else if (typeof value === "string" && /^-?\d+(\.0*)?[eE]\+?\d+$/.test(value) && Number.isSafeInteger(Number(value))) {
    integer = BigInt(Number(value));
  } else if (typeof value === "object" && value !== null && "low" in value && "high" in value) {
    // Timestamps of old JavaScript SDKs: a 64-bit number in two words.
    integer = (BigInt.asUintN(32, BigInt(Number(value.high))) << 32n) | BigInt.asUintN(32, BigInt(Number(value.low)));
  }
  const [min, max] = RANGES[type] as readonly [bigint, bigint];
  if (integer === undefined)
    throw problem(
      type === "enum" ? "an integer (names of enum values are not allowed in OTLP JSON)" : "an integer",
      value,
    );
  if (integer < min || integer > max) throw problem(`an integer from ${min} to ${max}`, value);
  return integer;
}

function parseId(value: unknown): Uint8Array | undefined {
  return typeof value === "string" ? parseHex(value) : undefined;
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function problem(expected: string, value: unknown): FieldProblem {
  return new FieldProblem("", `expected ${expected}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
