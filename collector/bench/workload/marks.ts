/**
 * The places of an encoded request that differ each time it is sent: ids, times, user numbers, unique texts. An encoder notes them
 * as marks in the order in which it writes them; `locate` finds where they lie in the finished bytes, protobuf or JSON.
 */

/** 16 bytes. */
export const TRACE_ID = 0;
/** 8 bytes; a parent's id, too. */
export const SPAN_ID = 1;
/** Nanoseconds since the workload's start. */
export const TIME = 2;
/** The five digits of `user-01234`. */
export const USER = 3;
/** Hexadecimal text that occurs nowhere else. */
export const HEX = 4;
/** Decimal text, different each time. */
export const DIGITS = 5;

export interface Mark {
  readonly kind: number;
  /** TIME: nanoseconds; USER: the number; else unused. */
  readonly value: number;
  /** Ids. */
  readonly bytes?: Uint8Array;
  /** USER, HEX, DIGITS: what was written. */
  readonly text?: string;
  /** Only these characters of the text are fresh; without it all are. */
  readonly part?: { readonly start: number; readonly length: number };
}

export type Form = "protobuf" | "json";

export interface Located {
  readonly kinds: Uint8Array;
  readonly offsets: Uint32Array;
  /** TIME, USER: the mark's value; HEX, DIGITS: length; ids: index of their first word in `words`. */
  readonly values: Float64Array;
  readonly words: Uint32Array;
}

const USER_PREFIX = "user-";

export function userText(user: number): string {
  return USER_PREFIX + String(user).padStart(5, "0");
}

/** Marks stand in the order of the bytes, so each is looked for behind the one before. */
export function locate(bytes: Buffer, marks: readonly Mark[], form: Form, startUnixNano: bigint): Located {
  const kinds = new Uint8Array(marks.length);
  const offsets = new Uint32Array(marks.length);
  const values = new Float64Array(marks.length);
  const words: number[] = [];
  let at = 0;
  marks.forEach((mark, i) => {
    const needle = needleOf(mark, form, startUnixNano);
    const found = bytes.indexOf(needle, at);
    if (found < 0) throw new Error(`cannot find the mark ${i} of kind ${mark.kind} behind byte ${at}`);
    kinds[i] = mark.kind;
    offsets[i] = found + (mark.kind === USER ? USER_PREFIX.length : (mark.part?.start ?? 0));
    if (mark.bytes) {
      values[i] = words.length;
      const id = Buffer.from(mark.bytes);
      for (let w = 0; w < id.length; w += 4) words.push(id.readUInt32LE(w));
    } else values[i] = mark.kind === HEX || mark.kind === DIGITS ? (mark.part?.length ?? needle.length) : mark.value;
    // Several parts of one text have the same needle.
    at = mark.part ? found : found + needle.length;
  });
  return { kinds, offsets, values, words: Uint32Array.from(words) };
}

function needleOf(mark: Mark, form: Form, startUnixNano: bigint): Buffer {
  if (mark.text !== undefined) return Buffer.from(mark.text);
  if (mark.bytes) return Buffer.from(form === "json" ? Buffer.from(mark.bytes).toString("hex") : mark.bytes);
  const nanos = startUnixNano + BigInt(mark.value);
  if (form === "json") return Buffer.from(String(nanos));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(nanos);
  return bytes;
}
