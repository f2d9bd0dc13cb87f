/**
 * Checks that bytes are a well-formed protobuf message of a given type, nested messages included, as a library decoder would
 * find out by decoding. In: a range and the message's table; out: nothing, or a DecodeError. Knows no values.
 */
import { BYTES, FIXED64, malformed, MAX_DEPTH, ProtoReader } from "../../base/protobuf.ts";
import { KEY_VALUE, type MessageSpec } from "./schema.ts";

/** Called for each nested message met but those inside a KeyValue, before its content is looked at. */
export type OnMessage = (spec: MessageSpec) => void;

/** @throws DecodeError on truncation, wrong lengths, reserved wire types or nesting beyond 100 levels. */
export function checkStructure(
  bytes: Uint8Array,
  start: number,
  end: number,
  spec: MessageSpec,
  onMessage?: OnMessage,
  depth = 0,
): void {
  if (depth > MAX_DEPTH) throw malformed("messages nested more than 100 deep", start);
  for (let p = start; p < end;) {
    const tag = bytes[p];
    const valueStart = p + 2;
    const valueEnd = valueStart + bytes[p + 1];
    // A tag of one byte and a length of one: nearly every field that is nested.
    if (tag < 0x08 || tag >= 0x80 || (tag & 7) !== BYTES || !(bytes[p + 1] < 0x80)) {
      if (tag >= 0x08 && tag < 0x80 && (tag & 7) === FIXED64 && p + 9 <= end) {
        p += 9;
        continue;
      }
      reader.reset(bytes, p, end).next();
      p = reader.pos;
      if (reader.wire !== BYTES) continue;
      visit(bytes, reader.valueStart, reader.valueEnd, spec, reader.field, onMessage, depth);
      continue;
    }
    if (valueEnd > end) throw malformed("a field that reaches past the end of its message", p);
    visit(bytes, valueStart, valueEnd, spec, tag >>> 3, onMessage, depth);
    p = valueEnd;
  }
}

const reader = new ProtoReader(new Uint8Array(0));

function visit(
  bytes: Uint8Array,
  start: number,
  end: number,
  spec: MessageSpec,
  field: number,
  onMessage: OnMessage | undefined,
  depth: number,
): void {
  const type = spec.byNumber[field]?.type;
  if (typeof type !== "object") return;
  onMessage?.(type);
  if (type === KEY_VALUE) checkKeyValue(bytes, start, end, type, depth + 1);
  else checkStructure(bytes, start, end, type, onMessage, depth + 1);
}

/**
 * The same for one KeyValue, with a straight path for what nearly all attributes are: key and value in this order, both shorter
 * than 128 bytes, and a scalar value (10 ns instead of 150).
 */
export function checkKeyValue(bytes: Uint8Array, start: number, end: number, spec: MessageSpec, depth = 0): void {
  if (end - start >= 4 && bytes[start] === 0x0a) {
    const keyLength = bytes[start + 1];
    const value = start + 2 + keyLength;
    if (
      keyLength < 128 &&
      value + 2 <= end &&
      bytes[value] === 0x12 &&
      bytes[value + 1] < 128 &&
      value + 2 + bytes[value + 1] === end
    ) {
      const any = value + 2;
      const length = end - any;
      if (length === 0) return;
      const tag = bytes[any];
      if (tag === 0x0a && length >= 2 && bytes[any + 1] === length - 2) return;
      if ((tag === 0x10 || tag === 0x18) && length >= 2 && isVarint(bytes, any + 1, end)) return;
      if (tag === 0x21 && length === 9) return;
    }
  }
  checkStructure(bytes, start, end, spec, undefined, depth);
}

function isVarint(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 10) return false;
  for (let i = start; i < end - 1; i++) if (bytes[i] < 0x80) return false;
  return bytes[end - 1] < 0x80;
}
