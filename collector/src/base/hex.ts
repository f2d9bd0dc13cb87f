/** Bytes <-> lower-case hexadecimal text, as trace and span ids are written. */

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hex of `bytes[offset, offset + length)`. */
export function formatHex(bytes: Uint8Array, offset = 0, length: number = bytes.length - offset): string {
  let text = "";
  for (let i = offset; i < offset + length; i++) text += DIGITS[bytes[i]];
  return text;
}

/** The bytes of a hex text of either case; undefined when it has an odd length or a character that is no hex digit. */
export function parseHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = digit(text.charCodeAt(2 * i));
    const low = digit(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
