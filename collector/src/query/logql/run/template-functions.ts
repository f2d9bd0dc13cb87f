/** Functions of templates, by name. They work on texts and numbers alone; what they make is bounded. */
import { parseDurationNanos } from "../../../base/duration.ts";
import { parseBytes } from "../bytes.ts";
import type { Entry } from "./entry.ts";
import { formatGoTime } from "./go-time.ts";
import type { PatternMatch } from "../../../base/linear-pattern.ts";
import { compileSearch } from "./search-pattern.ts";

export type TemplateValue = string | number | boolean;
export type TemplateFunction = (args: readonly TemplateValue[], entry: Entry) => TemplateValue;

interface Signature {
  readonly run: TemplateFunction;
  /** Arguments, with what comes through a bar. */
  readonly least: number;
  readonly most?: number;
}

const MOST_REPEATS = 10_000;

const text = (value: TemplateValue) => String(value);
const number = (value: TemplateValue) => {
  const read = typeof value === "number" ? value : Number(text(value).trim() || NaN);
  if (Number.isNaN(read) && text(value) !== "NaN") return 0;
  return read;
};
const whole = (value: TemplateValue) => Math.trunc(number(value));

const one = (run: (value: string) => TemplateValue): Signature => ({ least: 1, run: ([value]) => run(text(value)) });
const two = (run: (a: string, b: string) => TemplateValue): Signature => ({
  least: 2,
  run: ([a, b]) => run(text(a), text(b)),
});
const three = (run: (a: string, b: string, c: string) => TemplateValue): Signature => ({
  least: 3,
  run: ([a, b, c]) => run(text(a), text(b), text(c)),
});
const fold = (read: (value: TemplateValue) => number, combine: (a: number, b: number) => number): Signature => ({
  least: 2,
  most: 100,
  run: (args) => args.map(read).reduce((a, b) => combine(a, b)),
});
const compare = (holds: (order: number) => boolean): Signature => ({
  least: 2,
  run: ([a, b]) => {
    const areNumbers = typeof a === "number" || typeof b === "number";
    const [left, right] = areNumbers ? [number(a), number(b)] : [text(a), text(b)];
    return holds(left < right ? -1 : left > right ? 1 : 0);
  },
});
const math = (run: (value: number) => number): Signature => ({ least: 1, run: ([value]) => run(number(value)) });

const trimStart = (value: string, set: string) => {
  let at = 0;
  while (at < value.length && set.includes(value[at])) at++;
  return value.slice(at);
};
const trimEnd = (value: string, set: string) => {
  let end = value.length;
  while (end > 0 && set.includes(value[end - 1])) end--;
  return value.slice(0, end);
};
const prefixed = (value: string, prefix: string) => (value.startsWith(prefix) ? value.slice(prefix.length) : value);
const suffixed = (value: string, suffix: string) =>
  suffix !== "" && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
const title = (value: string) =>
  value.replace(/(^|\s)(\S)/g, (_whole, space: string, letter: string) => space + letter.toUpperCase());
const indent = (count: TemplateValue, value: TemplateValue) =>
  text(value).replace(/^/gm, " ".repeat(Math.min(1000, Math.max(0, whole(count)))));
const substring = (from: number, to: number, value: string) => {
  const characters = Array.from(value);
  return characters.slice(Math.max(0, from), to < 0 || to > characters.length ? characters.length : to).join("");
};
const truncated = (count: number, value: string) => {
  const characters = Array.from(value);
  return count < 0 ? characters.slice(count).join("") : characters.slice(0, count).join("");
};
const replaceBy = (pattern: string, value: string, replacement: (found: PatternMatch) => string) => {
  const { find } = compileSearch(pattern);
  let out = "";
  let at = 0;
  for (let from = 0; from <= value.length;) {
    const found = find(value, from);
    if (!found) break;
    const isEmpty = found.end === found.start;
    // As in Go nothing matches right behind a match.
    if (!isEmpty || found.start > at || at === 0) {
      out += value.slice(at, found.start) + replacement(found);
      at = found.end;
    }
    // Behind a match of nothing the next one begins a character on.
    from = isEmpty ? found.end + ((value.codePointAt(found.end) ?? 0) > 0xffff ? 2 : 1) : found.end;
  }
  return out + value.slice(at);
};
const expand = (template: string, { groups, named }: PatternMatch) =>
  template.replace(/\$\{(\w+)\}|\$(\w+)/g, (_whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? "";
    return (/^\d+$/.test(name) ? groups[Number(name)] : named[name]) ?? "";
  });

/** %s %v %q %d %f %g %t %x with width, precision and flags - and 0. */
function formatPrintf([format, ...args]: readonly TemplateValue[]): string {
  let next = 0;
  return text(format).replace(
    /%(-?)(0?)(\d{0,4})(?:\.(\d{1,3}))?([svqdfgtxX%])/g,
    (_whole, left, zero, width, precision, verb) => {
      if (verb === "%") return "%";
      const arg = args[next++];
      let out = arg === undefined ? `%!${verb}(MISSING)` : formatVerb(arg, verb, precision);
      const size = Number(width || 0);
      out = left ? out.padEnd(size) : out.padStart(size, zero ? "0" : " ");
      return out;
    },
  );
}

function formatVerb(arg: TemplateValue, verb: string, precision: string | undefined): string {
  switch (verb) {
    case "q":
      return JSON.stringify(text(arg));
    case "d":
      return String(whole(arg));
    case "f":
      return number(arg).toFixed(precision === undefined ? 6 : Number(precision));
    case "g":
      return String(number(arg));
    case "x":
      return typeof arg === "number" ? arg.toString(16) : Buffer.from(text(arg)).toString("hex");
    case "X":
      return formatVerb(arg, "x", precision).toUpperCase();
    default:
      return precision === undefined ? text(arg) : Array.from(text(arg)).slice(0, Number(precision)).join("");
  }
}

function aligned(count: TemplateValue, value: TemplateValue, isLeft: boolean): string {
  const size = Math.min(MOST_REPEATS, Math.max(0, whole(count)));
  const characters = Array.from(text(value));
  if (characters.length >= size)
    return (isLeft ? characters.slice(0, size) : characters.slice(characters.length - size)).join("");
  const space = " ".repeat(size - characters.length);
  return isLeft ? characters.join("") + space : space + characters.join("");
}

export const TEMPLATE_FUNCTIONS: Readonly<Record<string, Signature>> = {
  __line__: { least: 0, run: (_args, entry) => entry.line },
  __timestamp__: {
    least: 0,
    run: (_args, entry) => formatGoTime("2006-01-02T15:04:05.999999999Z07:00", entry.timeNanos),
  },
  now: { least: 0, run: () => formatGoTime("2006-01-02T15:04:05.999999999Z07:00", BigInt(Date.now()) * 1_000_000n) },
  lower: one((value) => value.toLowerCase()),
  ToLower: one((value) => value.toLowerCase()),
  upper: one((value) => value.toUpperCase()),
  ToUpper: one((value) => value.toUpperCase()),
  title: one(title),
  trim: one((value) => value.trim()),
  TrimSpace: one((value) => value.trim()),
  trimAll: two((set, value) => trimEnd(trimStart(value, set), set)),
  Trim: two((value, set) => trimEnd(trimStart(value, set), set)),
  TrimLeft: two(trimStart),
  TrimRight: two(trimEnd),
  trimPrefix: two((prefix, value) => prefixed(value, prefix)),
  TrimPrefix: two(prefixed),
  trimSuffix: two((suffix, value) => suffixed(value, suffix)),
  TrimSuffix: two(suffixed),
  trunc: { least: 2, run: ([count, value]) => truncated(whole(count), text(value)) },
  substr: { least: 3, run: ([from, to, value]) => substring(whole(from), whole(to), text(value)) },
  replace: three((from, to, value) => value.replaceAll(from, () => to)),
  Replace: {
    least: 4,
    run: ([value, from, to, count]) => {
      let [out, left] = [text(value), whole(count)];
      if (left < 0) return out.replaceAll(text(from), () => text(to));
      let at = 0;
      for (; left > 0; left--) {
        const found = out.indexOf(text(from), at);
        if (found < 0) break;
        out = out.slice(0, found) + text(to) + out.slice(found + text(from).length);
        at = found + text(to).length + (text(from) === "" ? 1 : 0);
      }
      return out;
    },
  },
  repeat: {
    least: 2,
    run: ([count, value]) => {
      const times = Math.max(0, whole(count));
      if (times * text(value).length > MOST_REPEATS) throw new Error("repeat makes too long a text");
      return text(value).repeat(times);
    },
  },
  indent: { least: 2, run: ([count, value]) => indent(count, value) },
  nindent: { least: 2, run: ([count, value]) => `\n${indent(count, value)}` },
  alignLeft: { least: 2, run: ([count, value]) => aligned(count, value, true) },
  alignRight: { least: 2, run: ([count, value]) => aligned(count, value, false) },
  contains: two((part, value) => value.includes(part)),
  hasPrefix: two((part, value) => value.startsWith(part)),
  hasSuffix: two((part, value) => value.endsWith(part)),
  len: one((value) => Buffer.byteLength(value)),
  count: two((pattern, value) => {
    let found = 0;
    replaceBy(pattern, value, () => (found++, ""));
    return found;
  }),
  regexReplaceAll: three((pattern, value, replacement) =>
    replaceBy(pattern, value, (found) => expand(replacement, found)),
  ),
  regexReplaceAllLiteral: three((pattern, value, replacement) => replaceBy(pattern, value, () => replacement)),
  b64enc: one((value) => Buffer.from(value).toString("base64")),
  b64dec: one((value) => Buffer.from(value, "base64").toString()),
  urlencode: one((value) => encodeURIComponent(value).replaceAll("%20", "+")),
  urldecode: one((value) => decodeURIComponent(value.replaceAll("+", " "))),
  printf: { least: 1, most: 100, run: formatPrintf },
  print: { least: 1, most: 100, run: (args) => args.map(text).join("") },
  default: { least: 2, run: ([fallback, value]) => (text(value) === "" ? fallback : value) },
  int: { least: 1, run: ([value]) => whole(value) },
  float64: math((value) => value),
  add: fold(whole, (a, b) => a + b),
  sub: fold(whole, (a, b) => a - b),
  mul: fold(whole, (a, b) => a * b),
  div: fold(whole, (a, b) => {
    if (b === 0) throw new Error("integer divide by zero");
    return Math.trunc(a / b);
  }),
  mod: fold(whole, (a, b) => {
    if (b === 0) throw new Error("integer divide by zero");
    return a % b;
  }),
  addf: fold(number, (a, b) => a + b),
  subf: fold(number, (a, b) => a - b),
  mulf: fold(number, (a, b) => a * b),
  divf: fold(number, (a, b) => a / b),
  max: fold(whole, Math.max),
  min: fold(whole, Math.min),
  maxf: fold(number, Math.max),
  minf: fold(number, Math.min),
  ceil: math(Math.ceil),
  floor: math(Math.floor),
  round: {
    least: 1,
    most: 3,
    run: ([value, digits = 0]) => {
      const scale = 10 ** Math.min(15, Math.max(0, whole(digits)));
      return Math.round(number(value) * scale) / scale;
    },
  },
  duration: one((value) => (parseDurationNanos(value) ?? 0) / 1e9),
  duration_seconds: one((value) => (parseDurationNanos(value) ?? 0) / 1e9),
  bytes: one((value) => parseBytes(value) ?? 0),
  date: two((layout, time) => formatGoTime(layout, nanosOf(time))),
  unixEpoch: one((time) => String(nanosOf(time) / 1_000_000_000n)),
  unixEpochMillis: one((time) => String(nanosOf(time) / 1_000_000n)),
  unixEpochNanos: one((time) => String(nanosOf(time))),
  unixToTime: one((value) => {
    if (!/^\d{1,20}$/.test(value)) throw new Error(`unable to parse time '${value}'`);
    const digits = value.length <= 10 ? 9 : value.length <= 13 ? 6 : value.length <= 16 ? 3 : 0;
    return formatGoTime("2006-01-02T15:04:05.999999999Z07:00", BigInt(value) * 10n ** BigInt(digits));
  }),
  eq: { least: 2, most: 100, run: ([first, ...rest]) => rest.some((value) => text(value) === text(first)) },
  ne: two((a, b) => a !== b),
  lt: compare((order) => order < 0),
  le: compare((order) => order <= 0),
  gt: compare((order) => order > 0),
  ge: compare((order) => order >= 0),
  not: { least: 1, run: ([value]) => value === "" || value === 0 || value === false },
  and: { least: 1, most: 100, run: (args) => args.find((value) => isEmpty(value)) ?? args[args.length - 1] },
  or: { least: 1, most: 100, run: (args) => args.find((value) => !isEmpty(value)) ?? args[args.length - 1] },
};

function isEmpty(value: TemplateValue): boolean {
  return value === "" || value === 0 || value === false;
}

/** Of a time as __timestamp__ gives it. */
function nanosOf(time: string): bigint {
  const found = /^(.{19})(?:\.(\d{1,9}))?Z$/.exec(time);
  const millis = found ? Date.parse(`${found[1]}Z`) : Date.parse(time);
  if (Number.isNaN(millis)) throw new Error(`cannot read the time ${JSON.stringify(time.slice(0, 50))}`);
  return BigInt(millis) * 1_000_000n + BigInt((found?.[2] ?? "").padEnd(9, "0"));
}
