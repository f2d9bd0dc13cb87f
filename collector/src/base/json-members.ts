/**
 * Members of a JSON object, found in its bytes without making objects of it. The whole text is checked (RFC 8259): what is not one JSON
 * object from its first byte on has no members. Objects and arrays nested deeper than 100 are not followed: such a text counts as none.
 */
import { decodeText, MAX_DEPTH } from "./protobuf.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const DOT = 0x2e;
const NOT_JSON = Symbol("no JSON");
/** The one path that every member is on. */
const ANY = undefined;

/**
 * A member's value: bytes[start, end), of a string what is between its quotes. `isEscaped` = it is a string with escapes in it: its
 * text is {@link memberText}. One shared object.
 */
export interface JsonMember {
  bytes: Uint8Array;
  start: number;
  end: number;
  isString: boolean;
  isEscaped: boolean;
}

const member: JsonMember = { bytes: new Uint8Array(0), start: 0, end: 0, isString: false, isEscaped: false };
let bytes: Uint8Array = member.bytes;
let pos = 0;
let end = 0;

/** Strings as they are, anything else as it is written. */
export function memberText({ bytes: from, start, end: to, isEscaped }: Readonly<JsonMember>): string {
  const text = decodeText(from, start, to);
  return isEscaped ? (JSON.parse(`"${text}"`) as string).toWellFormed() : text;
}

/**
 * Calls `visit` for each member that a path leads to: `a.b` is the member b of the member a, or the member "a.b".
 * @returns false where the text is no JSON object; nothing was visited then
 */
export function findMembers(
  text: Uint8Array,
  start: number,
  to: number,
  path: Uint8Array,
  visit: (member: Readonly<JsonMember>) => void,
): boolean {
  const found: JsonMember[] = [];
  const isJson = read(text, start, to, () => objectOf(0, path, (value) => void found.push({ ...value })));
  if (isJson) for (const each of found) visit(each);
  return isJson;
}

/**
 * Calls `visit` for each member with its path, members of members in place of objects that have some.
 * @returns false where the text is no JSON object; nothing was visited then
 */
export function eachMember(
  text: Uint8Array,
  start: number,
  to: number,
  visit: (path: string, member: Readonly<JsonMember>) => void,
): boolean {
  const found: [string, JsonMember][] = [];
  const isJson = read(text, start, to, () => objectOf(0, ANY, (value, path) => void found.push([path, { ...value }])));
  if (isJson) for (const [path, each] of found) visit(path, each);
  return isJson;
}

/** Calls `visit` for each string, keys included, that has an escape in it. @returns false where the text is no JSON object */
export function eachEscapedString(text: Uint8Array, start: number, to: number, visit: (text: string) => void): boolean {
  const found: string[] = [];
  onEscaped = (value) => void found.push(value);
  try {
    const isJson = read(text, start, to, () => objectOf(0, NO_PATH, () => {}));
    if (isJson) found.forEach(visit);
    return isJson;
  } finally {
    onEscaped = undefined;
  }
}

const NO_PATH = new Uint8Array(0);
let onEscaped: ((text: string) => void) | undefined;

type OnMember = (member: Readonly<JsonMember>, path: string) => void;

function read(text: Uint8Array, start: number, to: number, object: () => void): boolean {
  if (start >= to || text[start] !== OPEN_BRACE) return false;
  bytes = text;
  pos = start;
  end = to;
  try {
    object();
    blank();
    return pos === end;
  } catch (error) {
    if (error === NOT_JSON) return false;
    throw error;
  }
}

/** @param path the rest of what is looked for; ANY = all; empty = nothing */
function objectOf(depth: number, path: Uint8Array | undefined, visit: OnMember, prefix = ""): void {
  if (depth > MAX_DEPTH) fail();
  pos++;
  if (blank() === CLOSE_BRACE) return void pos++;
  for (;;) {
    if (blank() !== QUOTE) fail();
    const isEscaped = string();
    key(depth, path, visit, prefix, isEscaped);
    const next = blank();
    pos++;
    if (next === CLOSE_BRACE) return;
    if (next !== COMMA) fail();
  }
}

let stringStart = 0;
let stringEnd = 0;

function key(depth: number, path: Uint8Array | undefined, visit: OnMember, prefix: string, isEscaped: boolean): void {
  const [start, stop] = [stringStart, stringEnd];
  if (blank() !== COLON) fail();
  pos++;
  if (path === ANY) {
    const name = prefix + keyText(start, stop, isEscaped);
    if (blank() === OPEN_BRACE && !isEmptyObject()) return objectOf(depth + 1, ANY, visit, `${name}.`);
    value(depth);
    return visit(member, name);
  }
  if (path.length === 0) return value(depth);
  let name = bytes;
  let [nameStart, nameEnd] = [start, stop];
  if (isEscaped) {
    name = Buffer.from(keyText(start, stop, true));
    [nameStart, nameEnd] = [0, name.length];
  }
  const length = nameEnd - nameStart;
  if (length > path.length || (length < path.length && path[length] !== DOT)) return value(depth);
  for (let i = 0; i < length; i++) if (name[nameStart + i] !== path[i]) return value(depth);
  if (length === path.length) {
    value(depth);
    return visit(member, "");
  }
  if (blank() === OPEN_BRACE) return objectOf(depth + 1, path.subarray(length + 1), visit);
  value(depth);
}

function keyText(start: number, stop: number, isEscaped: boolean): string {
  const text = decodeText(bytes, start, stop);
  return isEscaped ? (JSON.parse(`"${text}"`) as string).toWellFormed() : text;
}

function isEmptyObject(): boolean {
  const before = pos;
  pos++;
  const isEmpty = blank() === CLOSE_BRACE;
  pos = before;
  return isEmpty;
}

/** Goes past a value and leaves it in `member`. */
function value(depth: number): void {
  const first = blank();
  const start = pos;
  let isEscaped = false;
  if (first === QUOTE) isEscaped = string();
  else if (first === OPEN_BRACE) objectOf(depth + 1, NO_PATH, nothing);
  else if (first === OPEN_BRACKET) array(depth + 1);
  else if (first === 0x74) word("true");
  else if (first === 0x66) word("false");
  else if (first === 0x6e) word("null");
  else number();
  member.bytes = bytes;
  member.isString = first === QUOTE;
  member.isEscaped = isEscaped;
  member.start = member.isString ? stringStart : start;
  member.end = member.isString ? stringEnd : pos;
}

function nothing(): void {}

function array(depth: number): void {
  if (depth > MAX_DEPTH) fail();
  pos++;
  if (blank() === CLOSE_BRACKET) return void pos++;
  for (;;) {
    value(depth);
    const next = blank();
    pos++;
    if (next === CLOSE_BRACKET) return;
    if (next !== COMMA) fail();
  }
}

/** Goes past a string; true when it has escapes. */
function string(): boolean {
  stringStart = ++pos;
  let isEscaped = false;
  for (; pos < end; pos++) {
    const byte = bytes[pos];
    if (byte === QUOTE) {
      stringEnd = pos++;
      if (isEscaped && onEscaped) onEscaped(keyText(stringStart, stringEnd, true));
      return isEscaped;
    }
    if (byte < 0x20) fail();
    if (byte !== BACKSLASH) continue;
    isEscaped = true;
    const kind = bytes[++pos];
    // " \ / b f n r t, or u with four hexadecimal digits.
    if (kind === 0x75) {
      for (let i = 0; i < 4; i++) if (++pos >= end || !isHex(bytes[pos])) fail();
    } else if (pos >= end || !ESCAPES.includes(kind)) fail();
  }
  return fail();
}

const ESCAPES = new Uint8Array(Buffer.from('"\\/bfnrt'));

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function word(text: string): void {
  for (let i = 0; i < text.length; i++) if (pos >= end || bytes[pos++] !== text.charCodeAt(i)) fail();
}

function number(): void {
  if (at() === 0x2d) pos++;
  if (at() === 0x30) pos++;
  else digits();
  if (at() === DOT) {
    pos++;
    digits();
  }
  if (at() === 0x65 || at() === 0x45) {
    pos++;
    if (at() === 0x2b || at() === 0x2d) pos++;
    digits();
  }
}

function digits(): void {
  const before = pos;
  while (at() >= 0x30 && at() <= 0x39) pos++;
  if (pos === before) fail();
}

/** The byte at the cursor, -1 at the end. */
function at(): number {
  return pos < end ? bytes[pos] : -1;
}

/** Goes past white space; the byte after it, -1 at the end. */
function blank(): number {
  while (pos < end) {
    const byte = bytes[pos];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    pos++;
  }
  return -1;
}

function fail(): never {
  throw NOT_JSON;
}
