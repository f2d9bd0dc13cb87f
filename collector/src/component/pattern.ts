/**
 * Regular expressions in configurations. The Collector's are RE2 (https://github.com/google/re2/wiki/Syntax); they are rewritten into
 * JavaScript's syntax, with `u`. In: text; out: a RegExp, or what is wrong. Unlike RE2, JavaScript backtracks: a pattern with
 * nested repetitions can take long on long texts. It also knows lookaround, which is let through.
 */
import { string, type Field } from "./config-schema.ts";

const POSIX: Record<string, string> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t ",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/** Unanchored, as in the Collector: write ^ and $ where the whole text must match. A string = why it is none. */
export function compilePattern(text: string, flags = "u"): RegExp | string {
  try {
    return new RegExp(rewrite(text), flags);
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
  }
}

/** A field that holds a pattern's text; compile it with {@link compilePattern} where it is used. */
export function pattern(options: { doc?: string; default?: string } = {}): Field<string> {
  return string({
    ...options,
    check(text) {
      const compiled = compilePattern(text);
      return typeof compiled === "string" ? `a regular expression (${compiled})` : undefined;
    },
  });
}

function rewrite(text: string): string {
  let out = "";
  let i = 0;
  /** Flag groups `(?i:` that stand open in each enclosing group, the innermost last. */
  const open: string[][] = [[]];
  while (i < text.length) {
    const rest = text.slice(i);
    let found: RegExpExecArray | null;
    if ((found = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest))) {
      out += `(?<${found[1]}>`;
      open.push([]);
    } else if ((found = /^\(\?([imsU-]+)\)/.exec(rest))) {
      if (found[1].includes("U")) throw new Error("the flag U is not supported");
      // JavaScript has no flags "from here on": they become a group that ends where the enclosing one does, or at a |.
      out += `(?${found[1]}:`;
      open.at(-1)?.push(found[1]);
    } else if ((found = /^\(\?(?:[ims-]*:|<?[=!])/.exec(rest)) || (found = /^\(/.exec(rest))) {
      out += found[0];
      open.push([]);
    } else if ((found = /^\)/.exec(rest))) {
      out += ")".repeat((open.length > 1 ? (open.pop()?.length ?? 0) : 0) + 1);
    } else if ((found = /^\|/.exec(rest))) {
      const flags = open.at(-1) ?? [];
      out += ")".repeat(flags.length) + "|" + flags.map((flag) => `(?${flag}:`).join("");
    } else if ((found = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest))) {
      out += found[1].replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&");
    } else if ((found = /^\\(?:x\{[0-9a-fA-F]+\}|[pP]\{\^?\w+\}|[pP][A-Z]|[\s\S])/.exec(rest))) {
      out += escape(found[0]);
    } else if ((found = /^\[(?:\^?\]?)(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/.exec(rest))) {
      out += characterClass(found[0]);
    } else if ((found = /^\{\d+(?:,\d*)?\}/.exec(rest))) {
      out += found[0];
    } else {
      found = /^[\s\S]/u.exec(rest) as RegExpExecArray;
      out += /[{}\]]/.test(found[0]) ? `\\${found[0]}` : found[0];
    }
    i += found[0].length;
  }
  return out + ")".repeat(open.at(-1)?.length ?? 0);
}

function escape(text: string): string {
  switch (text) {
    case "\\A":
      return "(?<![\\s\\S])";
    case "\\z":
      return "(?![\\s\\S])";
    case "\\a":
      return "\\x07";
    case "\\C":
      throw new Error("\\C is not supported");
  }
  if (/^\\[pP][A-Z]$/.test(text)) return `${text.slice(0, 2)}{${text[2]}}`;
  if (text.startsWith("\\x{")) return `\\u${text.slice(2)}`;
  // RE2 lets any punctuation be escaped; JavaScript only its own.
  return /^\\(?:_|[^\w\s^$\\.*+?()[\]{}|/])$/u.test(text) ? text.slice(1) : text;
}

function characterClass(text: string): string {
  const negated = text.startsWith("[^");
  let body = text.slice(negated ? 2 : 1, -1);
  if (body.startsWith("]")) body = `\\${body}`;
  const out = body.replace(
    /\[:(\^?)(\w+):\]|\\[\s\S]|[[]/g,
    (part, not: string | undefined, name: string | undefined) => {
      if (name !== undefined) {
        if (not || !(name in POSIX)) throw new Error(`the class ${part} is not supported`);
        return POSIX[name];
      }
      if (part === "[") return "\\[";
      return /^\\(?:_|[^\w\s^$\\.*+?()[\]{}|/-])$/u.test(part) ? part.slice(1) : part;
    },
  );
  return `[${negated ? "^" : ""}${out}]`;
}
