/**
 * The words of a text, as searches see them: the longest runs of ASCII letters, digits, `_` and bytes of other scripts; ASCII letters
 * count as their lower case. One definition for signatures, both engines and the query language.
 */
import { finish, mixWord } from "../base/hash.ts";

/** Byte -> what it counts as in a word; 0 = it ends one. */
const WORD = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  const isWord = byte >= 0x80 || byte === 0x5f || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a);
  return isWord ? byte : 0;
});

/** Calls `visit` with the seeded hash of each word in bytes[start, end) (UTF-8). Cost: 1 to 2 ns a byte. */
export function eachToken(
  bytes: Uint8Array,
  start: number,
  end: number,
  seed: number,
  visit: (hash: number, start: number, end: number) => void,
): void {
  for (let i = start; i < end;) {
    let byte = WORD[bytes[i]];
    if (byte === 0) {
      i++;
      continue;
    }
    const from = i;
    let hash = seed;
    let word = 0;
    do {
      word |= byte << (((i - from) & 3) * 8);
      if (((i - from) & 3) === 3) {
        hash = mixWord(hash, word);
        word = 0;
      }
      byte = ++i < end ? WORD[bytes[i]] : 0;
    } while (byte !== 0);
    visit(finish(mixWord(hash, word) ^ (i - from)), from, i);
  }
}

/** Hash of a text in which every word with a digit counts as the same word: lines of one statement of a program have one shape. */
export function shapeHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end;) {
    let before = hash;
    let hasDigit = false;
    for (let byte = WORD[bytes[i]]; byte !== 0; byte = ++i < end ? WORD[bytes[i]] : 0) {
      hasDigit ||= byte >= 0x30 && byte <= 0x39;
      before = (Math.imul(before, 31) + byte) | 0;
    }
    hash = hasDigit ? Math.imul(hash, 31) + 1 : before;
    if (i < end) hash = (Math.imul(hash, 31) + bytes[i++]) | 0;
  }
  return finish(hash);
}

/** Where the word that begins at `start` ends; `start` itself where none does. */
export function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && WORD[bytes[at]] !== 0) at++;
  return at;
}

/** @param start of a word, and its end */
export function isWordWithDigit(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] >= 0x30 && bytes[i] <= 0x39) return true;
  return false;
}

/** Tests texts for words that stand one after the other. */
export class PhraseTest {
  readonly #words: readonly Uint8Array[];

  constructor(words: readonly string[]) {
    const encoder = new TextEncoder();
    this.#words = words.map((word) => encoder.encode(word));
  }

  isMetBy(bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = start; i <= end; i++) {
      if (i > start && WORD[bytes[i - 1]] !== 0) continue;
      if (this.#beginsAt(bytes, i, end)) return true;
    }
    return false;
  }

  /** @param start the begin of a word or what is between words */
  #beginsAt(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    for (const [n, word] of this.#words.entries()) {
      if (n > 0) while (at < end && WORD[bytes[at]] === 0) at++;
      let to = at;
      while (to < end && WORD[bytes[to]] !== 0) to++;
      if (!isWord(word, bytes, at, to)) return false;
      at = to;
    }
    return true;
  }
}

/** Tests texts for words, as {@link tokensOf} gives them: all must be there. */
export class WordTest {
  readonly #words: readonly Uint8Array[];

  constructor(words: readonly string[]) {
    const encoder = new TextEncoder();
    this.#words = words.map((word) => encoder.encode(word));
  }

  isMetBy(bytes: Uint8Array, start: number, end: number): boolean {
    const missing = new Set(this.#words);
    for (let i = start; i < end && missing.size > 0;) {
      if (WORD[bytes[i]] === 0) {
        i++;
        continue;
      }
      const from = i;
      while (i < end && WORD[bytes[i]] !== 0) i++;
      for (const word of missing) if (isWord(word, bytes, from, i)) missing.delete(word);
    }
    return missing.size === 0;
  }
}

function isWord(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (WORD[bytes[start + i]] !== word[i]) return false;
  return true;
}

/** The distinct words of a text, in the form in which they are compared. */
export function tokensOf(text: string): string[] {
  return [...new Set(tokenSequence(text))];
}

/** All words of a text, in order. */
export function tokenSequence(text: string): string[] {
  const folded = text.toWellFormed().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return folded.match(/[0-9a-z_\u0080-\uffff]+/g) ?? [];
}
