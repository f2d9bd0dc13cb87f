/**
 * A cursor over the UTF-8 bytes of a JSON text (RFC 8259): whitespace, strings, numbers, and values to skip. Makes no string and no
 * object. It reads what senders write; anything rare or wrong makes it give up, and a full parser has the last word
 * (json-to-protobuf.ts).
 *
 * The text is copied and zeros put behind it: no loop below takes a zero for a byte of its own, so none needs to look for the end
 * (a copy costs 0.05 µs a kilobyte; reads past the end of an array would make every read three times as dear).
 */
import { MAX_DEPTH } from "../../base/protobuf.ts";

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;

const NULL = Uint8Array.from("null", (c) => c.charCodeAt(0));
const TRUE = Uint8Array.from("true", (c) => c.charCodeAt(0));
const FALSE = Uint8Array.from("false", (c) => c.charCodeAt(0));

/** 1 = a byte that stands for itself inside a string. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, b) => (b >= 0x20 && b !== QUOTE && b !== BACKSLASH ? 1 : 0));
/** What a single-letter escape stands for; 0 = no such escape. */
const ESCAPES = new Uint8Array(256);
for (const [letter, char] of Object.entries({
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
}))
  ESCAPES[letter.charCodeAt(0)] = char.charCodeAt(0);
/** Value of a hexadecimal digit, 255 = none. */
export const HEX = Uint8Array.from({ length: 256 }, (_, b) => {
  const value = parseInt(String.fromCharCode(b), 16);
  return Number.isNaN(value) ? 255 : value;
});

/** Thrown when a text is not for this cursor. Not an Error: making a stack trace costs more than a small request. */
export const GIVE_UP = Symbol("give up");

export function giveUp(): never {
  throw GIVE_UP;
}

/** More than the longest key or literal, so that looking ahead stays inside. */
const PADDING = 64;
/** Room for larger texts is not kept for the next one. */
const KEEP_BYTES = 4 * 1024 * 1024;

export class JsonCursor {
  /** The text and zeros behind it. Replaced by {@link open}. */
  bytes: Uint8Array = new Uint8Array(64 * 1024);
  /** The same memory, for reading four bytes at once. */
  words: DataView = new DataView(this.bytes.buffer);
  /** Length of the text. */
  length = 0;
  pos = 0;
  /** Of the number read last: digits before and behind the point, and whether it has an exponent. */
  integerDigits = 0;
  fractionDigits = 0;
  hasExponent = false;

  /** @param text valid UTF-8 */
  open(text: Uint8Array): void {
    const { length } = text;
    const size = this.bytes.length;
    if (size < length + PADDING || (size > KEEP_BYTES && length < KEEP_BYTES / 2)) {
      this.bytes = new Uint8Array(length + length / 2 + PADDING);
      this.words = new DataView(this.bytes.buffer);
    }
    this.bytes.set(text);
    this.bytes.fill(0, length, length + PADDING);
    this.length = length;
    this.pos = 0;
  }

  /** Skips whitespace and returns the byte that follows. */
  peek(): number {
    const { bytes } = this;
    let byte = bytes[this.pos];
    if (byte > 0x20) return byte;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.pos];
    return byte;
  }

  /** Whether the text goes on with these bytes, packed four to a word; of the last word only the bits of `lastMask` count. */
  goesOnWith(pattern: Int32Array, lastMask: number): boolean {
    const { words, pos } = this;
    const last = pattern.length - 1;
    for (let i = 0; i < last; i++) if (words.getInt32(pos + i * 4, true) !== pattern[i]) return false;
    return (words.getInt32(pos + last * 4, true) & lastMask) === pattern[last];
  }

  /** Skips whitespace and the byte that must follow. */
  take(byte: number): void {
    if (this.peek() !== byte) giveUp();
    this.pos++;
  }

  /** Behind a key. */
  colon(): void {
    this.take(COLON);
  }

  /** Behind a member or an item: true = a comma, so that another follows; false = the closing byte. Both are taken. */
  more(close: number): boolean {
    const byte = this.peek();
    this.pos++;
    if (byte === COMMA) return true;
    return byte === close ? false : giveUp();
  }

  /** Whether the value is null, which is then taken. */
  takeNull(): boolean {
    if (this.bytes[this.pos] !== NULL[0]) return false;
    this.#literal(NULL);
    return true;
  }

  bool(): boolean {
    const value = this.bytes[this.pos] === TRUE[0];
    this.#literal(value ? TRUE : FALSE);
    return value;
  }

  /** The end of a string without escapes that begins at the cursor: where its closing quote is. The cursor goes behind it. */
  plainString(): number {
    const { bytes } = this;
    if (bytes[this.pos] !== QUOTE) giveUp();
    let pos = this.pos + 1;
    while (PLAIN[bytes[pos]] === 1) pos++;
    if (bytes[pos] !== QUOTE) giveUp();
    this.pos = pos + 1;
    return pos;
  }

  /** The code unit (or ASCII character) of the escape that begins at the cursor, which goes behind it. */
  escape(): number {
    const { bytes } = this;
    const letter = bytes[this.pos + 1];
    if (letter !== 0x75) {
      const char = ESCAPES[letter];
      if (!(char > 0)) giveUp();
      this.pos += 2;
      return char;
    }
    let unit = 0;
    for (let i = 2; i < 6; i++) {
      const digit = HEX[bytes[this.pos + i]];
      if (!(digit < 16)) giveUp();
      unit = unit * 16 + digit;
    }
    this.pos += 6;
    return unit;
  }

  /** Takes a number and notes its shape. */
  number(): void {
    if (this.bytes[this.pos] === MINUS) this.pos++;
    const start = this.pos;
    this.integerDigits = this.#digits();
    if (this.integerDigits > 1 && this.bytes[start] === 0x30) giveUp();
    this.fractionDigits = 0;
    if (this.bytes[this.pos] === 0x2e) {
      this.pos++;
      this.fractionDigits = this.#digits();
    }
    const exponent = this.bytes[this.pos];
    this.hasExponent = exponent === 0x65 || exponent === 0x45;
    if (!this.hasExponent) return;
    const sign = this.bytes[++this.pos];
    if (sign === MINUS || sign === 0x2b) this.pos++;
    this.#digits();
  }

  /** Takes a value of any kind. */
  skip(depth: number): void {
    if (depth > MAX_DEPTH) giveUp();
    switch (this.peek()) {
      case QUOTE:
        return this.#skipString();
      case OPEN_BRACE:
        this.pos++;
        if (this.peek() === CLOSE_BRACE) return void this.pos++;
        do {
          this.peek();
          this.#skipString();
          this.colon();
          this.skip(depth + 1);
        } while (this.more(CLOSE_BRACE));
        return;
      case OPEN_BRACKET:
        this.pos++;
        if (this.peek() === CLOSE_BRACKET) return void this.pos++;
        do this.skip(depth + 1);
        while (this.more(CLOSE_BRACKET));
        return;
      case NULL[0]:
        return this.#literal(NULL);
      case TRUE[0]:
        return this.#literal(TRUE);
      case FALSE[0]:
        return this.#literal(FALSE);
      default:
        this.number();
    }
  }

  #skipString(): void {
    const { bytes } = this;
    if (bytes[this.pos++] !== QUOTE) giveUp();
    for (;;) {
      while (PLAIN[bytes[this.pos]] === 1) this.pos++;
      if (bytes[this.pos] !== BACKSLASH) break;
      this.escape();
    }
    if (bytes[this.pos++] !== QUOTE) giveUp();
  }

  #literal(word: Uint8Array): void {
    for (let i = 0; i < word.length; i++) if (this.bytes[this.pos + i] !== word[i]) giveUp();
    this.pos += word.length;
  }

  /** Takes digits, at least one, and returns how many. */
  #digits(): number {
    const { bytes } = this;
    const start = this.pos;
    while (bytes[this.pos] >= 0x30 && bytes[this.pos] <= 0x39) this.pos++;
    if (this.pos === start) giveUp();
    return this.pos - start;
  }
}

/** Whether the four bytes of a word all stand for themselves inside a string. https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord */
export function isPlainWord(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const special =
    ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word);
  return (special & 0x80808080) === 0;
}
