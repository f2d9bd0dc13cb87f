/**
 * Label names in paths: those that are no word of old are escaped, "U__" + "_hex_" for what is not a letter, digit or colon and "__" for
 * "_". https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values
 */

export function unescapeLabelName(name: string): string {
  if (!name.startsWith("U__")) return name;
  const body = name.slice(3);
  let text = "";
  const part = /([^_]+)|__|_([0-9a-fA-F]{1,6})_/y;
  while (part.lastIndex < body.length) {
    const found = part.exec(body);
    const code = found?.[2] === undefined ? undefined : Number.parseInt(found[2], 16);
    // What is no escape is taken as it is written.
    if (!found || (code !== undefined && (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)))) return name;
    text += code === undefined ? (found[1] ?? "_") : String.fromCodePoint(code);
  }
  return text;
}
