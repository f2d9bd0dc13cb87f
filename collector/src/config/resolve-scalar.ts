/**
 * What a plain (unquoted) YAML scalar stands for, as the Collector's parser has it: YAML 1.2's core schema plus octal numbers with a
 * leading 0, binary numbers and _ between digits; "yes" and "on" are texts. In: the text as written; out: the value, null for nothing.
 */
export function resolveScalar(text: string): string | number | boolean | null {
  switch (text) {
    case "":
    case "~":
    case "null":
    case "Null":
    case "NULL":
      return null;
    case "true":
    case "True":
    case "TRUE":
      return true;
    case "false":
    case "False":
    case "FALSE":
      return false;
  }
  const digits = text.replaceAll("_", "");
  const found = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(digits);
  if (found) {
    const [, sign, hex, binary, octal, decimal] = found;
    const value = hex
      ? parseInt(hex, 16)
      : binary
        ? parseInt(binary, 2)
        : octal
          ? parseInt(octal, 8)
          : parseInt(decimal, 10);
    return sign === "-" ? -value : value;
  }
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits)) return Number(digits);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return NaN;
  return text;
}
