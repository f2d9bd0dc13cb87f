/**
 * Finds a text in bytes without making strings of them: in the bodies of a whole block at once, or in one text. Case folds over ASCII
 * letters.
 */

/** Bytes that are searched again and again. */
export class Haystack {
  readonly bytes: Buffer;
  #latin1: string | undefined;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  }

  /** A character a byte. */
  get latin1(): string {
    return (this.#latin1 ??= this.bytes.toString("latin1"));
  }
}

export class ByteSearch {
  /** Never 0. */
  readonly length: number;
  readonly #needle: Buffer;
  /** Where case matters not: each letter in both its forms. V8 skips through one-byte text with it as with a plain needle. */
  readonly #folding: RegExp | undefined;
  /** The other form of each byte of the needle, or the same. */
  readonly #other: Uint8Array;

  constructor(needle: string, ignoreCase: boolean) {
    this.#needle = Buffer.from(needle);
    this.length = this.#needle.length;
    this.#other = this.#needle.map((byte) => (ignoreCase && isLetter(byte) ? byte ^ 0x20 : byte));
    if (ignoreCase && this.#needle.some(isLetter)) this.#folding = new RegExp(this.#source(), "g");
  }

  /** Where it is found from `from` on, or -1. */
  next(haystack: Haystack, from: number): number {
    if (!this.#folding) return haystack.bytes.indexOf(this.#needle, from);
    this.#folding.lastIndex = from;
    return this.#folding.test(haystack.latin1) ? this.#folding.lastIndex - this.length : -1;
  }

  isIn(bytes: Uint8Array, start: number, end: number): boolean {
    const needle = this.#needle;
    const other = this.#other;
    const [first, second] = [needle[0], other[0]];
    for (let at = start, last = end - this.length; at <= last; at++) {
      if (bytes[at] !== first && bytes[at] !== second) continue;
      let i = 1;
      while (i < this.length && (bytes[at + i] === needle[i] || bytes[at + i] === other[i])) i++;
      if (i === this.length) return true;
    }
    return false;
  }

  #source(): string {
    const escaped = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;
    return Array.from(this.#needle, (byte, i) =>
      byte === this.#other[i] ? escaped(byte) : `[${escaped(byte)}${escaped(this.#other[i])}]`,
    ).join("");
  }
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
