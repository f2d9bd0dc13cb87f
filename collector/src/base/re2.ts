/**
 * RE2's regular expressions (https://github.com/google/re2/wiki/Syntax) in JavaScript's syntax, for the flag `u`. In: an expression;
 * out: the source of a RegExp, or a PatternError that says where it goes wrong. What RE2 refuses (look-around, back-references,
 * repetitions beyond 1000) is refused. Unlike RE2, JavaScript backtracks: nested repetitions can take long on long texts.
 */

/** An expression that RE2 would not take. */
export class PatternError extends Error {
  override name = "PatternError";
  /** 0-based offset into the expression. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

export interface Re2Options {
  /** Lets look-around through, which JavaScript knows and RE2 doesn't. */
  readonly lookAround?: boolean;
  /** Only whether a text matches is asked for, not what of it: the flag U (the shortest match) changes nothing then. */
  readonly wholeText?: boolean;
}

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

/** RE2's white space: JavaScript's \s has the rest of Unicode's and \v beside it. */
const SPACE = "\\t\\n\\f\\r ";
const MAX_REPEAT = 1000;

export function translateRe2(text: string, { lookAround = false, wholeText = false }: Re2Options = {}): string {
  let out = "";
  let i = 0;
  /** Flag groups `(?i:` that stand open in each enclosing group, the innermost last. */
  const open: string[][] = [[]];
  const starts: number[] = [];
  while (i < text.length) {
    const rest = text.slice(i);
    const enter = (source: string) => {
      out += source;
      open.push([]);
      starts.push(i);
    };
    let found: RegExpExecArray | null;
    if ((found = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest))) {
      enter(`(?<${found[1]}>`);
    } else if ((found = /^\(\?([imsU-]+)([:)])/.exec(rest)) && /^(?!-?$)[a-zA-Z]*(?:-[a-zA-Z]+)?$/.test(found[1])) {
      if (found[1].includes("U") && !wholeText) throw new PatternError("the flag U is not supported", i);
      const flags = distinctFlags(found[1].replaceAll("U", ""));
      if (found[2] === ":") {
        enter(flags === "" ? "(?:" : `(?${flags}:`);
      } else if (flags !== "") {
        // JavaScript has no flags "from here on": they become a group that ends where the enclosing one does, or at a |.
        out += `(?${flags}:`;
        open.at(-1)?.push(flags);
      }
    } else if ((found = /^\(\?:/.exec(rest)) || (lookAround && (found = /^\(\?<?[=!]/.exec(rest)))) {
      enter(found[0]);
    } else if (rest.startsWith("(?")) {
      throw new PatternError(`invalid or unsupported group: \`${rest.slice(0, 4)}\``, i);
    } else if ((found = /^\(/.exec(rest))) {
      enter("(");
    } else if ((found = /^\)/.exec(rest))) {
      if (open.length === 1) throw new PatternError("unexpected )", i);
      out += ")".repeat((open.pop()?.length ?? 0) + 1);
      starts.pop();
    } else if ((found = /^\|/.exec(rest))) {
      const flags = open.at(-1) ?? [];
      out += ")".repeat(flags.length) + "|" + flags.map((flag) => `(?${flag}:`).join("");
    } else if ((found = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest))) {
      out += found[1].replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&");
    } else if (
      (found = /^\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[pP]\{\^?\w+\}|[pP][A-Z]|0[0-7]{0,2}|[\s\S])/.exec(rest))
    ) {
      out += escape(found[0], i);
    } else if (rest.startsWith("\\")) {
      throw new PatternError("trailing backslash at the end", i);
    } else if ((found = /^\[(?:\^?\]?)(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/.exec(rest))) {
      out += characterClass(found[0], i);
    } else if (rest.startsWith("[")) {
      throw new PatternError("missing closing ]", i);
    } else if ((found = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(rest))) {
      out += repetition(found[0], text, i);
    } else {
      found = /^[\s\S]/u.exec(rest) as RegExpExecArray;
      out += /[{}\]]/.test(found[0]) ? `\\${found[0]}` : found[0];
    }
    i += found[0].length;
  }
  if (starts.length > 0) throw new PatternError("missing closing )", starts.at(-1) ?? 0);
  return out + ")".repeat(open.at(-1)?.length ?? 0);
}

function repetition(found: string, text: string, at: number): string {
  const before = text.slice(0, at);
  if (/(?:^|[^\\])(?:\\\\)*[(|]$|^$/.test(before) || /\(\?[a-zA-Z-]*[:)]$/.test(before))
    throw new PatternError(`missing argument to repetition operator: \`${found}\``, at);
  const following = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(text.slice(at + found.length));
  if (following) throw new PatternError(`invalid nested repetition operator: \`${found}${following[0]}\``, at);
  const bounds = /^\{(\d+)(?:,(\d*))?\}/.exec(found);
  if (bounds) {
    const [low, high] = [Number(bounds[1]), bounds[2] ? Number(bounds[2]) : Number(bounds[1])];
    if (low > MAX_REPEAT || high > MAX_REPEAT || high < low)
      throw new PatternError(`invalid repeat count: \`${found}\``, at);
  }
  return found;
}

function distinctFlags(flags: string): string {
  const [on, off = ""] = flags.split("-");
  const distinct = (text: string) => [...new Set(text)].join("");
  const kept = distinct(off);
  const set = distinct(on)
    .split("")
    .filter((flag) => !kept.includes(flag))
    .join("");
  return kept === "" ? set : `${set}-${kept}`;
}

function escape(text: string, at: number): string {
  switch (text) {
    case "\\A":
      return "(?<![\\s\\S])";
    case "\\z":
      return "(?![\\s\\S])";
    case "\\a":
      return "\\x07";
    case "\\s":
      return `[${SPACE}]`;
    case "\\S":
      return `[^${SPACE}]`;
    case "\\C":
      throw new PatternError("\\C is not supported", at);
  }
  if (text.startsWith("\\0")) return `\\x${Number.parseInt(text.slice(1), 8).toString(16).padStart(2, "0")}`;
  if (/^\\[pP]/.test(text)) return unicodeClass(text, at);
  if (text.startsWith("\\x{")) {
    if (Number.parseInt(text.slice(3, -1), 16) > 0x10ffff)
      throw new PatternError(`invalid escape sequence: \`${text}\``, at);
    return `\\u${text.slice(2)}`;
  }
  if (/^\\[a-zA-Z1-9]$/.test(text) && !/^\\[bBdDfnrtvwW]$/.test(text))
    throw new PatternError(`invalid escape sequence: \`${text}\``, at);
  // RE2 lets any punctuation be escaped; JavaScript only its own.
  return /^\\(?:_|[^\w\s^$\\.*+?()[\]{}|/])$/u.test(text) ? text.slice(1) : text;
}

/** \pN, \p{Greek}, \p{^Greek}: general categories and scripts. */
function unicodeClass(text: string, at: number): string {
  const name = text[2] === "{" ? text.slice(3, -1) : text[2];
  const negated = name.startsWith("^") !== (text[1] === "P");
  const bare = name.replace("^", "");
  const known = [bare, `Script=${bare}`].find(isUnicodeProperty);
  if (known === undefined) throw new PatternError(`invalid character class range: \`${text}\``, at);
  return `\\${negated ? "P" : "p"}{${known}}`;
}

function isUnicodeProperty(name: string): boolean {
  try {
    void new RegExp(`\\p{${name}}`, "u");
    return true;
  } catch {
    return false;
  }
}

function characterClass(text: string, at: number): string {
  const negated = text.startsWith("[^");
  let body = text.slice(negated ? 2 : 1, -1);
  if (body.startsWith("]")) body = `\\${body}`;
  const out = body.replace(
    /\[:(\^?)(\w+):\]|\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[pP]\{\^?\w+\}|[pP][A-Z]|0[0-7]{0,2}|[\s\S])|[[]/g,
    (part, not: string | undefined, name: string | undefined) => {
      if (name !== undefined) {
        if (not || !(name in POSIX)) throw new PatternError(`the class ${part} is not supported`, at);
        return POSIX[name];
      }
      if (part === "[") return "\\[";
      if (part === "\\s") return SPACE;
      if (part === "\\S") return "\\S";
      if (part === "\\-") return part;
      return escape(part, at);
    },
  );
  return `[${negated ? "^" : ""}${out}]`;
}
