/**
 * The lexer of log queries, asked by the parser for what may stand at a place: what a character means depends on it (`/` begins an
 * expression or a path, `-` negates or is part of a word). Holds the position; knows no grammar.
 */
import { QueryError } from "../../../base/errors.ts";
import type { KeyNode, RegexNode, TextNode } from "./ast.ts";

/** Ends a plain word anywhere. */
const WORD_END = /[\s()|"'`]/;
const SPACE = /\s*/y;
/** A key, and the operator behind it. URLs (http://…), times of day (12:30), Module::name and "Error: text" are no keys. */
const KEYED =
  /(?:(@?)([A-Za-z_$\u{80}-\u{10ffff}][^\s:=<>!()|"'`,~[\]{}]*)|@?"((?:[^"\\]|\\.)*)")(:(?!\/\/|:|\s)|\s*?(?:=~|!~|!=|>=|<=|==|=|>|<))/uy;
const NAME = /(@?)([^\s:=<>!()|"'`,~[\]{}]+)/y;
const REGEX = /\/((?:\\.|[^/\\\n])+)\/(i?)(?=[\s)|]|$)/y;

export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length;
  }

  skipSpace(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)?.[0].length ?? 0;
  }

  /** What a sticky expression finds here, after white space; the position goes behind it. */
  take(expression: RegExp): RegExpExecArray | undefined {
    this.skipSpace();
    return this.takeHere(expression);
  }

  /** The same without white space before it. */
  takeHere(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found) this.at += found[0].length;
    return found ?? undefined;
  }

  takeSymbol(symbol: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(symbol, this.at)) return false;
    this.at += symbol.length;
    return true;
  }

  /** One of the words, in any case, that no word character follows. */
  takeKeyword(...words: readonly string[]): string | undefined {
    this.skipSpace();
    const word = /[A-Za-z_]+/y;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0];
    if (found === undefined || !words.includes(found.toLowerCase())) return undefined;
    const behind = this.text[this.at + found.length];
    if (behind !== undefined && !WORD_END.test(behind) && behind !== ",") return undefined;
    this.at += found.length;
    return found.toLowerCase();
  }

  /** `key:`, `@key>=`, `"a key"=`: the key and what stands behind it. */
  takeKeyed(): { key: KeyNode; operator: string } | undefined {
    this.skipSpace();
    const start = this.at;
    const found = this.takeHere(KEYED);
    if (!found) return undefined;
    const [whole, at, plain, quoted, operator] = found;
    const end = start + whole.length - operator.length;
    const name = plain ?? unescape(quoted);
    if (name === "") throw this.error("cannot read a key: it is empty", start, "write key:value");
    return { key: { name, isAttribute: at === "@" || plain === undefined, start, end }, operator: operator.trim() };
  }

  /** A name where only one can stand. */
  takeName(): KeyNode | undefined {
    this.skipSpace();
    const start = this.at;
    if (this.text[start] === '"' || this.text.startsWith('@"', start)) {
      if (this.text[start] === "@") this.at++;
      const { text: name, end } = this.takeQuoted();
      return { name, isAttribute: true, start, end };
    }
    const found = this.takeHere(NAME);
    return found && { name: found[2], isAttribute: found[1] === "@", start, end: this.at };
  }

  isAtQuote(): boolean {
    return /["'`]/.test(this.text[this.at] ?? "");
  }

  /** A text in quotes, which stand here. A backslash makes the next character plain; not within backticks. */
  takeQuoted(): TextNode {
    const start = this.at;
    const quote = this.text[start];
    let i = start + 1;
    while (i < this.text.length && this.text[i] !== quote) i += this.text[i] === "\\" && quote !== "`" ? 2 : 1;
    if (i >= this.text.length) {
      const what = quote === '"' ? "a quote" : quote === "'" ? "a single quote" : "a backtick";
      throw this.error(`cannot read the query: ${what} is not closed`, start, `write ${quote}text${quote}`);
    }
    const inner = this.text.slice(start + 1, i);
    this.at = i + 1;
    return {
      text: quote === "`" ? inner : unescape(inner),
      quote: quote === '"' ? "words" : "exact",
      start,
      end: this.at,
    };
  }

  takeRegex(): RegexNode | undefined {
    const start = this.at;
    const found = this.takeHere(REGEX);
    if (!found) return undefined;
    const [, pattern, flag] = found;
    return {
      pattern: pattern.replace(/\\\//g, "/"),
      patternStart: start + 1,
      ignoreCase: flag === "i",
      whole: false,
      start,
      end: this.at,
    };
  }

  /** Everything up to white space, a quote, a parenthesis or a pipe; pairs of parentheses within a word belong to it. */
  takeWord(ends: RegExp = WORD_END): TextNode | undefined {
    const start = this.at;
    let depth = 0;
    let i = start;
    for (; i < this.text.length; i++) {
      const character = this.text[i];
      if (character === "\\" && i + 1 < this.text.length && !/\s/.test(this.text[i + 1])) {
        i++;
        continue;
      }
      if (character === "(" && i > start && !ends.test(this.text[i - 1])) depth++;
      else if (character === ")" && depth > 0) depth--;
      else if (/['`]/.test(character) && i > start && /\w/.test(this.text[i + 1] ?? "")) continue;
      else if (ends.test(character)) break;
    }
    if (i === start) return undefined;
    this.at = i;
    return { text: this.text.slice(start, i), quote: "none", start, end: i };
  }

  error(message: string, position: number, hint?: string): QueryError {
    return new QueryError(message, position, hint);
  }

  /** What stands at the position, for messages. */
  get here(): string {
    this.skipSpace();
    return /^(?:["'`]|[^\s()|"'`]{1,40}|[()|])/.exec(this.text.slice(this.at))?.[0] ?? "the end";
  }
}

function unescape(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, character: string) =>
    character === "n" ? "\n" : character === "t" ? "\t" : character,
  );
}
