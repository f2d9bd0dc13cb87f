/**
 * OTLP JSON may carry 64-bit integers as bare numbers, which JSON.parse would round above 2^53. This puts quotes around bare
 * integers of 16 digits and more, outside of strings, before parsing. Pure text to text; a body without any is returned as is.
 */

/** A bare run of 16 digits where a value may begin: 2^53 has 16 digits. May also hit inside a string, hence the second look. */
const CANDIDATE = /[:,[]\s*-?\d{16}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs;

export function quoteBigIntegers(json: string): string {
  if (!CANDIDATE.test(json)) return json;
  return json.replace(TOKEN, (token) => (token.length >= 16 && /^-?\d{16,}$/.test(token) ? `"${token}"` : token));
}
