/**
 * OTLP JSON may carry 64-bit integers as bare numbers, which JSON.parse would round above 2^53. This puts quotes around bare
 * integers of 16 digits and more (with `.0` behind them, too), outside of strings, before parsing. Pure text to text; a body
 * without any is returned as is.
 */

/** A bare run of 16 digits where a value may begin: 2^53 has 16 digits. May also hit inside a string, hence the second look. */
const CANDIDATE = /[:,[]\s*-?\d{16}/;
const QUOTE_OR_NUMBER = /"|-?\d[\d.eE+-]*/g;
/** Without a leading zero, which JSON does not allow: that is left for the parser to refuse. */
const BIG_INTEGER = /^-?[1-9]\d{15,}(\.0+)?$/;

export function quoteBigIntegers(json: string): string {
  if (!CANDIDATE.test(json)) return json;
  let quoted = "";
  let copied = 0;
  QUOTE_OR_NUMBER.lastIndex = 0;
  for (let found = QUOTE_OR_NUMBER.exec(json); found; found = QUOTE_OR_NUMBER.exec(json)) {
    const [token] = found;
    if (token === '"') QUOTE_OR_NUMBER.lastIndex = endOfString(json, found.index + 1);
    else if (token.length >= 16 && BIG_INTEGER.test(token)) {
      quoted += `${json.slice(copied, found.index)}"${token}"`;
      copied = found.index + token.length;
    }
  }
  return quoted + json.slice(copied);
}

/** Behind the closing quote. No regular expression: one with a repeated group overflows the stack on strings of some megabytes. */
function endOfString(json: string, start: number): number {
  for (let quote = json.indexOf('"', start); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (quote - backslashes > start && json[quote - backslashes - 1] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return json.length;
}
