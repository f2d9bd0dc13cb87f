/**
 * A line without what differs from one time to the next: words with digits, long hexadecimal words, quoted values, and what is joined from
 * such (times, addresses, UUIDs) become one mark. In: a text; out: character codes in a buffer that is used again. One pass, no string made.
 */

/** Stands for a variable part among the codes. */
export const MASK = 1;
/**
 * Stands before a word that a terminal's colour is glued to: searches take \u001b[31merror for the word 31merror, so that "error" doesn't
 * find it. A character for private use.
 */
export const GLUED = 0xe000;
export const GLUED_WORD = /\ue000[\w\u0080-\uffff]+/g;
/** Stands for a variable part in the masked line as text. */
export const WILDCARD = "<*>";

/** Of a line, in characters; what follows counts as one variable part. */
const MOST_CHARACTERS = 1024;
/** A quote that is not closed within so many characters is only a quote. */
const LONGEST_QUOTED = 256;

const [SPACE, WORD, QUOTE, OTHER] = [0, 1, 2, 3];
/** Kind of each character below 128; all above are parts of words, as in model/tokens.ts. */
const KIND = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code <= 0x20 || code === 0x7f) return SPACE;
  if (/\w/.test(String.fromCharCode(code))) return WORD;
  return code === 0x22 || code === 0x27 || code === 0x60 ? QUOTE : OTHER;
});
const IS_DIGIT = Uint8Array.from({ length: 128 }, (_, code) => Number(code >= 0x30 && code <= 0x39));
const IS_HEX = Uint8Array.from({ length: 128 }, (_, code) => Number(/[0-9a-fA-F]/.test(String.fromCharCode(code))));
/** Between two variable parts they are part of the value: 10.0.0.1:80, 2026-01-31T12:00:00+01:00, a/b@c. */
const JOINS = Uint8Array.from({ length: 128 }, (_, code) => Number("-.:/+@,".includes(String.fromCharCode(code))));
const [ESCAPE, BACKSLASH, COLON, NEWLINE] = [0x1b, 0x5c, 0x3a, 0x0a];

export class LineMask {
  /** The masked line is codes[0, length): words as they are, one space between parts, MASK for what is variable. */
  readonly codes = new Uint16Array(2 * MOST_CHARACTERS + 4);
  length = 0;

  mask(text: string): void {
    this.length = 0;
    const end = endOf(text);
    let i = 0;
    while (i < end) {
      const code = text.charCodeAt(i);
      const kind = code < 128 ? KIND[code] : WORD;
      if (kind === WORD) i = this.#word(text, i, end);
      else if (kind === QUOTE) i = this.#quoted(text, i, end);
      else if (kind === SPACE) {
        const isEscape = code === ESCAPE && text.charCodeAt(i + 1) === 0x5b;
        i = isEscape ? endOfEscape(text, i + 2, end) : i + 1;
        this.#space();
        if (isEscape && i < end && isWord(text.charCodeAt(i))) this.#push(GLUED);
      } else {
        this.#push(code);
        i++;
      }
    }
    if (end < text.length) {
      this.#space();
      this.#variable();
    } else if (this.length > 0 && this.codes[this.length - 1] === 0x20) this.length--;
  }

  /** The masked line as text, with WILDCARD for what is variable. */
  text(): string {
    let text = "";
    for (let i = 0; i < this.length; i++)
      text += this.codes[i] === MASK ? WILDCARD : String.fromCharCode(this.codes[i]);
    return text;
  }

  #word(text: string, start: number, end: number): number {
    let [digits, isHex, i] = [0, 1, start];
    for (; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code >= 128) {
        isHex = 0;
        continue;
      }
      if (KIND[code] !== WORD) break;
      digits |= IS_DIGIT[code];
      isHex &= IS_HEX[code];
    }
    const { codes, length } = this;
    const isVariable =
      digits === 1 || (isHex === 1 && (i - start >= 8 || (i - start === 4 && isInsideUuid(codes, length))));
    if (isVariable) this.#variable();
    else for (let at = start; at < i; at++) this.#push(text.charCodeAt(at));
    return i;
  }

  /** What is between quotes is a value, unless it is a key of JSON. */
  #quoted(text: string, start: number, end: number): number {
    const quote = text.charCodeAt(start);
    this.#push(quote);
    // An apostrophe.
    if (start > 0 && isWord(text.charCodeAt(start - 1))) return start + 1;
    let close = start + 1;
    for (const last = Math.min(end, start + LONGEST_QUOTED); close < last; close++) {
      const code = text.charCodeAt(close);
      if (code === quote) break;
      if (code === BACKSLASH) close++;
    }
    if (close >= end || text.charCodeAt(close) !== quote || text.charCodeAt(close + 1) === COLON) return start + 1;
    this.#push(MASK);
    this.#push(quote);
    return close + 1;
  }

  /** One mark, also for parts that are joined to the one before. */
  #variable(): void {
    const { codes, length } = this;
    if (length >= 2 && codes[length - 2] === MASK && codes[length - 1] < 128 && JOINS[codes[length - 1]] === 1)
      this.length--;
    else this.#push(MASK);
  }

  #space(): void {
    if (this.length > 0 && this.codes[this.length - 1] !== 0x20) this.#push(0x20);
  }

  #push(code: number): void {
    this.codes[this.length++] = code;
  }
}

/** The first line, and at most so much of it that no word is cut. */
function endOf(text: string): number {
  let end = text.length;
  if (end > MOST_CHARACTERS) {
    end = MOST_CHARACTERS;
    while (end > 0 && isWord(text.charCodeAt(end - 1))) end--;
    if (end === 0) end = MOST_CHARACTERS;
  }
  const line = text.indexOf("\n");
  // A text that begins with empty lines has its first line behind them.
  return line >= 0 && line < end && hasText(text, line) ? line : end;
}

function hasText(text: string, end: number): boolean {
  for (let i = 0; i < end; i++) if (text.charCodeAt(i) > 0x20) return true;
  return false;
}

function isWord(code: number): boolean {
  return code >= 128 || KIND[code] === WORD;
}

/** Groups of a UUID that have letters only. */
function isInsideUuid(codes: Uint16Array, length: number): boolean {
  return length >= 2 && codes[length - 1] === 0x2d && codes[length - 2] === MASK;
}

/** Behind a terminal's escape sequence, which ends with a letter. */
function endOfEscape(text: string, start: number, end: number): number {
  for (let i = start; i < end && i < start + 16; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) return i;
    if (code >= 0x40 && code <= 0x7e) return i + 1;
  }
  return start;
}
