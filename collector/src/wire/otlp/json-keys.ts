/**
 * The tables of schema.ts in the form in which json-scanner.ts looks fields up: by the bytes of their JSON names, with the bytes
 * of their tags ready to be written. Made once per message; what a scan learns (which field follows which) is kept here, too.
 */
import { BYTES } from "../../base/protobuf.ts";
import type { FieldSpec, MessageSpec, ScalarType } from "./schema.ts";
import { WIRE_OF } from "./wire-types.ts";

/** Enough for the largest message (Span, 16 fields) to have hardly any two names in one slot. */
const SLOTS = 128;

export class JsonField {
  /** UTF-8 of the JSON name. */
  readonly name: Uint8Array;
  /** `"name":` packed into little-endian words, zeros at the end, and the mask of what counts in the last word. */
  readonly pattern: Int32Array;
  readonly lastMask: number;
  readonly patternLength: number;
  readonly type: ScalarType | JsonMessage;
  readonly repeated: boolean;
  /** Written even when it holds the default. */
  readonly presence: boolean;
  /** The tag, a varint below 2^14. */
  readonly tag: number;
  /** One bit among the message's fields, to notice a key that occurs twice. */
  readonly bit: number;
  /** The next field in the same slot. */
  sameSlot: JsonField | undefined;
  /** The field that came behind this one the last time: senders write their fields in one order. */
  follower: JsonField | undefined;
  /** Bytes that the length of this (nested) message took the last time. */
  lengthBytes = 1;

  constructor(spec: FieldSpec, index: number) {
    this.name = new TextEncoder().encode(spec.name);
    const pattern = new TextEncoder().encode(`"${spec.name}":`);
    this.patternLength = pattern.length;
    this.pattern = new Int32Array(Math.ceil(pattern.length / 4));
    pattern.forEach((byte, i) => (this.pattern[i >> 2] |= byte << ((i & 3) * 8)));
    this.lastMask = pattern.length % 4 === 0 ? -1 : (1 << ((pattern.length % 4) * 8)) - 1;
    this.type = typeof spec.type === "object" ? jsonMessageOf(spec.type) : spec.type;
    this.repeated = spec.repeated;
    this.presence = spec.presence;
    this.tag = spec.number * 8 + (typeof spec.type === "object" ? BYTES : WIRE_OF[spec.type]);
    this.bit = 1 << index;
  }
}

export class JsonMessage {
  /** The field that came first the last time. */
  first: JsonField | undefined;
  readonly #slots: (JsonField | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  /** Apart from the constructor, since messages refer to themselves. */
  define(spec: MessageSpec): void {
    if (spec.fields.length > 32) throw new Error(`cannot scan ${spec.name}: it has more than 32 fields`);
    spec.fields.forEach((fieldSpec, index) => {
      const field = new JsonField(fieldSpec, index);
      const slot = slotOf(field.name, 0, field.name.length);
      field.sameSlot = this.#slots[slot];
      this.#slots[slot] = field;
    });
  }

  /** The field whose name is `bytes[start, end)`. */
  find(bytes: Uint8Array, start: number, end: number): JsonField | undefined {
    let field = end > start ? this.#slots[slotOf(bytes, start, end)] : undefined;
    while (field !== undefined && !(field.name.length === end - start && startsWith(bytes, start, field.name)))
      field = field.sameSlot;
    return field;
  }
}

const messages = new Map<MessageSpec, JsonMessage>();

export function jsonMessageOf(spec: MessageSpec): JsonMessage {
  let message = messages.get(spec);
  if (message === undefined) {
    messages.set(spec, (message = new JsonMessage()));
    message.define(spec);
  }
  return message;
}

function startsWith(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  return ((end - start) * 31 + bytes[start] * 5 + bytes[end - 1]) & (SLOTS - 1);
}
