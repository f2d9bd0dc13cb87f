/** Escapes within Go's double quotes, as Prometheus, Alertmanager and Loki write texts. https://go.dev/ref/spec#String_literals */

/** Behind a backslash -> what it stands for. */
export const GO_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([\s\S]))/g;

/**
 * What stands between quotes without its escapes; \x and octal numbers are code points.
 * @param otherwise what becomes of an escape that Go doesn't know; it may throw
 */
export function unescapeGo(text: string, otherwise: (escape: string) => string): string {
  return text.replace(ESCAPE, (escape: string, byte, short, long, octal, letter) => {
    if (letter !== undefined) return Object.hasOwn(GO_ESCAPES, letter) ? GO_ESCAPES[letter] : otherwise(escape);
    const code = octal === undefined ? Number.parseInt(byte ?? short ?? long, 16) : Number.parseInt(octal, 8);
    return code > 0x10ffff ? otherwise(escape) : String.fromCodePoint(code);
  });
}
