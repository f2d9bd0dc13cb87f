/** Cutting texts to a vendor's limit without breaking a character. */

const ELLIPSIS = "…";

/** At most `limit` runes (Unicode code points), the last of them an ellipsis where something was cut. */
export function limitRunes(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const runes = Array.from(text);
  return runes.length <= limit ? text : limit <= 0 ? "" : runes.slice(0, limit - 1).join("") + ELLIPSIS;
}

/** At most `limit` UTF-16 units, as JavaScript and Java count. */
export function limitUnits(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit <= 0) return "";
  const end = limit - ELLIPSIS.length;
  const splitsPair = /[\uD800-\uDBFF]/.test(text[end - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[end] ?? "");
  return text.slice(0, splitsPair ? end - 1 : end) + ELLIPSIS;
}

/** At most `limit` bytes of UTF-8. */
export function limitBytes(text: string, limit: number): string {
  if (byteLength(text) <= limit) return text;
  let size = byteLength(ELLIPSIS);
  if (size > limit) return "";
  let kept = "";
  for (const rune of text) {
    size += byteLength(rune);
    if (size > limit) break;
    kept += rune;
  }
  return kept + ELLIPSIS;
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** At most `limit` runes after `escape`, cut before escaping so that no escape sequence breaks. */
export function limitEscaped(text: string, limit: number, escape: (text: string) => string): string {
  let kept = "";
  let length = 0;
  const whole = escape(text);
  if (runeLength(whole) <= limit) return whole;
  for (const rune of text) {
    const escaped = escape(rune);
    length += runeLength(escaped);
    if (length > limit - 1) break;
    kept += escaped;
  }
  return limit <= 0 ? "" : kept + ELLIPSIS;
}

export function runeLength(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** As many whole runes as have at most `limit` bytes when they are written into JSON. */
export function limitJson(text: string, limit: number): string {
  const sizeOf = (part: string) => byteLength(JSON.stringify(part)) - 2;
  if (sizeOf(text) <= limit) return text;
  let size = sizeOf(ELLIPSIS);
  let kept = "";
  for (const rune of text) {
    size += sizeOf(rune);
    if (size > limit) break;
    kept += rune;
  }
  return kept + ELLIPSIS;
}

/**
 * The parts that fit, from the first on, each as a whole; where not all do, a note of how many were left out. A first part that is longer
 * than the limit leaves only the note: limit the parts before.
 * @param measure how much a text counts: of two texts joined it must be the sum
 */
export function fitParts(
  parts: readonly string[],
  limit: number,
  separator: string,
  measure: (text: string) => number = runeLength,
): string {
  const note = (left: number) => `… and ${left} more`;
  const between = measure(separator);
  const sizes = parts.map(measure);
  const total = sizes.reduce((sum, size) => sum + size + between, -between);
  if (total <= limit) return parts.join(separator);
  const room = limit - measure(note(parts.length)) - between;
  let size = -between;
  let count = 0;
  while (count < parts.length && size + sizes[count] + between <= room) size += sizes[count++] + between;
  return [...parts.slice(0, count), note(parts.length - count)].join(separator);
}
