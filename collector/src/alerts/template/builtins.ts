/** The functions that every Go template has. https://pkg.go.dev/text/template#hdr-Functions */
import { sprint, sprintf, sprintln } from "./printf.ts";
import type { TemplateFunctions } from "./functions.ts";
import {
  formatValue,
  isList,
  isMap,
  isTrue,
  lookUp,
  TemplateFault,
  textOf,
  typeName,
  type List,
  type Value,
} from "./value.ts";

const MANY = 1000;

type Comparable = string | number | bigint | boolean;

function comparable(value: Value): Comparable {
  if (value === null || typeof value === "object") throw new TemplateFault("invalid type for comparison");
  return value;
}

function isEqual(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  const [left, right] = [comparable(a), comparable(b)];
  if (typeof left !== typeof right) throw new TemplateFault("incompatible types for comparison");
  return left === right;
}

/** Less than zero, zero, or more; NaN where a number is none. */
function compare(a: Value, b: Value): number {
  const [left, right] = [comparable(a), comparable(b)];
  if (typeof left !== typeof right) throw new TemplateFault("incompatible types for comparison");
  if (typeof left === "boolean") throw new TemplateFault("invalid type for comparison");
  if (left === right) return 0;
  return left < right ? -1 : left > right ? 1 : NaN;
}

function index(value: Value, ...keys: Value[]): Value {
  let found = value;
  for (const key of keys) {
    if (found === null) throw new TemplateFault("index of untyped nil");
    if (isMap(found)) {
      if (typeof key !== "string") throw new TemplateFault(`value has type ${typeName(key)}; should be string`);
      found = lookUp(found, key);
    } else if (isList(found)) found = found[position(key, found.length - 1)];
    else if (typeof found === "string") {
      const bytes = Buffer.from(found);
      found = BigInt(bytes[position(key, bytes.length - 1)]);
    } else throw new TemplateFault(`can't index item of type ${typeName(found)}`);
  }
  return found;
}

function position(key: Value, last: number): number {
  if (typeof key !== "bigint") throw new TemplateFault(`cannot index slice/array with type ${typeName(key)}`);
  if (key < 0n || key > BigInt(last)) throw new TemplateFault(`index out of range: ${key}`);
  return Number(key);
}

function slice(value: Value, ...bounds: Value[]): Value {
  const bytes = typeof value === "string" ? Buffer.from(value) : undefined;
  const list = bytes ?? (isList(value) ? value : undefined);
  if (!list) throw new TemplateFault(`can't slice item of type ${typeName(value)}`);
  const [from, to] = [position(bounds[0] ?? 0n, list.length), position(bounds[1] ?? BigInt(list.length), list.length)];
  if (from > to) throw new TemplateFault(`invalid slice index: ${from} > ${to}`);
  return bytes ? bytes.subarray(from, to).toString() : (list as List).slice(from, to);
}

function len(value: Value): Value {
  if (typeof value === "string") return BigInt(Buffer.byteLength(value));
  if (value !== null && isList(value)) return BigInt(value.length);
  if (value !== null && isMap(value)) return BigInt(value.size);
  throw new TemplateFault(value === null ? "len of nil pointer" : `len of type ${typeName(value)}`);
}

const HTML: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&#34;",
  "'": "&#39;",
  "\0": "\ufffd",
};

export function escapeHtml(text: string): string {
  return text.replace(/[<>&"'\0]/g, (character) => HTML[character]);
}

const JS: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};

function escapeJs(text: string): string {
  return text.replace(
    /[\\'"<>&=\p{Cc}]/gu,
    (character) => JS[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
}

/** As Go's url.QueryEscape. */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

export const BUILTINS: TemplateFunctions = {
  // Run by the interpreter, which stops at the first argument that decides.
  and: { least: 1, most: MANY, run: (...args) => args[0] },
  or: { least: 1, most: MANY, run: (...args) => args[0] },
  not: { least: 1, run: (value) => !isTrue(value) },
  eq: { least: 2, most: MANY, run: (first, ...rest) => rest.some((value) => isEqual(first, value)) },
  ne: { least: 2, run: (a, b) => !isEqual(a, b) },
  lt: { least: 2, run: (a, b) => compare(a, b) < 0 },
  le: { least: 2, run: (a, b) => compare(a, b) <= 0 },
  gt: { least: 2, run: (a, b) => compare(a, b) > 0 },
  ge: { least: 2, run: (a, b) => compare(a, b) >= 0 },
  len: { least: 1, run: len },
  index: { least: 1, most: MANY, run: index },
  slice: { least: 1, most: 3, run: slice },
  print: { least: 0, most: MANY, run: (...args) => sprint(args) },
  println: { least: 0, most: MANY, run: (...args) => sprintln(args) },
  printf: { least: 1, most: MANY, run: (format, ...args) => sprintf(textOf(format), args) },
  html: { least: 1, most: MANY, run: (...args) => escapeHtml(joined(args)) },
  js: { least: 1, most: MANY, run: (...args) => escapeJs(joined(args)) },
  urlquery: { least: 1, most: MANY, run: (...args) => escapeQuery(joined(args)) },
};

function joined(args: readonly Value[]): string {
  return args.length === 1 ? formatValue(args[0]) : sprint(args);
}
