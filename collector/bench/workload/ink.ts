/** Writes fresh values into a copy of an encoded request: words, hexadecimal and decimal text of fixed width, at given offsets. */

const HEX_DIGITS = Uint8Array.from(Buffer.from("0123456789abcdef"));

export function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}

/** Eight digits: the word's bytes in little-endian order, so that hexadecimal and binary forms are the same id. */
export function writeWordHex(bytes: Uint8Array, at: number, word: number): void {
  for (let i = 0; i < 4; i++, word >>>= 8) {
    bytes[at++] = HEX_DIGITS[(word >>> 4) & 15];
    bytes[at++] = HEX_DIGITS[word & 15];
  }
}

/** `value` in exactly `width` digits, zeros at the left. */
export function writeDecimal(bytes: Uint8Array, at: number, value: number, width: number): void {
  for (let i = at + width - 1; i >= at; i--) {
    const rest = Math.floor(value / 10);
    bytes[i] = 48 + value - rest * 10;
    value = rest;
  }
}

/** 32 well-mixed bits of four numbers: what a unique text of a request is made of. */
export function mix(seed: number, request: number, at: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(request + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15) ^ Math.imul(at + 1, 0x27d4eb2f), 0x165667b1);
  h = Math.imul(h ^ (h >>> 13) ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca77);
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae3d);
  return (h ^ (h >>> 15)) >>> 0;
}
