/** Texts in OTLP JSON that stand for other values: doubles in quotes, bytes in base64. Undefined = the text is none. */

/** One way to match each text: an expression that could split digits in two ways takes quadratic time on a long one. */
const DOUBLE = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

export function parseDouble(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value === "NaN") return NaN;
  if (value === "Infinity" || value === "-Infinity") return value === "Infinity" ? Infinity : -Infinity;
  if (typeof value === "string" && DOUBLE.test(value)) return Number(value);
  return undefined;
}

/** Of the standard or the URL-safe alphabet, padded or not. */
export function parseBase64(value: unknown): Uint8Array | undefined {
  if (typeof value !== "string" || !BASE64.test(value)) return undefined;
  return Buffer.from(value, "base64");
}
