/**
 * PromQL text into tokens. What a word means depends on where it stands (a keyword, a metric, a label), so words stay words; the parser
 * tells them apart. https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
import { QueryError } from "../../../base/errors.ts";
import { GO_ESCAPES } from "../../../base/go-escapes.ts";
import { lineAndColumn } from "./position.ts";

export type TokenKind = "word" | "number" | "duration" | "string" | "symbol" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of a string: without quotes and escapes. */
  readonly value?: string;
}

const SYMBOLS = /^(?:==|!=|=~|!~|<=|>=|<\/|>\/|[-+*/%^=<>(){}[\],@:])/;
const NUMBER = /^(?:0[xX](?:_?[0-9a-fA-F])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][-+]?\d(?:_?\d)*)?)/;
const DURATION = /^(?:\d+(?:ms|[smhdwy]))+(?![0-9A-Za-z_])/;

/** @throws QueryError at the first thing that is no token */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let i = 0;
  const fail = (message: string, at = i): never => {
    throw parseError(text, message, at);
  };
  let isInBraces = false;
  let isInBrackets = false;
  while (true) {
    i += /^(?:[ \t\r\n]|#[^\r\n]*)*/.exec(text.slice(i))?.[0].length ?? 0;
    if (i >= text.length) break;
    const rest = text.slice(i);
    let found: RegExpExecArray | null;
    if ((found = /^["'`]/.exec(rest))) {
      const token = readString(text, i);
      tokens.push(token);
      i = token.end;
      continue;
    }
    let kind: TokenKind = "symbol";
    if (/^(?:\d|\.\d)/.test(rest)) {
      if ((found = DURATION.exec(rest))) kind = "duration";
      else {
        found = NUMBER.exec(rest);
        kind = "number";
        const behind = rest[found?.[0].length ?? 0] ?? "";
        if (!found || /[0-9A-Za-z_.]/.test(behind)) {
          const bad = /^[0-9A-Za-z_.]*/.exec(rest)?.[0] ?? "";
          return fail(`bad number or duration syntax: ${JSON.stringify(bad)}`);
        }
      }
    } else if ((found = isInBrackets ? /^[A-Za-z_]+/.exec(rest) : /^[A-Za-z_:][A-Za-z0-9_:]*/.exec(rest))) {
      kind = "word";
      if (isInBraces) found = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest) ?? fail("unexpected character inside braces: ':'");
    } else if ((found = SYMBOLS.exec(rest))) {
      // "=~" and "!~" are matchers', everything else of two characters is an operator's.
      if (!isInBraces && found[0] === "=~") fail("unexpected character after '=': '~'");
      if (!isInBraces && found[0] === "!~") fail("unexpected character after '!': '~'");
      if (isInBraces && found[0] === "==") found[0] = "=";
    } else {
      const character = String.fromCodePoint(text.codePointAt(i) ?? 0);
      return fail(`unexpected character${isInBraces ? " inside braces" : ""}: '${character}'`);
    }
    const symbol = kind === "symbol" ? found[0] : "";
    if (symbol === "{") {
      if (isInBraces) fail("unexpected left brace '{'");
      isInBraces = true;
    } else if (symbol === "}") {
      if (!isInBraces) fail("unexpected character: '}'");
      isInBraces = false;
    } else if (isInBraces && kind === "symbol" && !/^(?:,|=|!=|=~|!~)$/.test(symbol)) {
      fail(`unexpected character inside braces: '${symbol}'`);
    } else if (symbol === "(") depth++;
    else if (symbol === ")") {
      if (--depth < 0) fail("unexpected right parenthesis ')'");
    } else if (symbol === "[") {
      if (isInBrackets) fail("unexpected left bracket '['");
      isInBrackets = true;
    } else if (symbol === "]") {
      if (!isInBrackets) fail("unexpected right bracket ']'");
      isInBrackets = false;
    }
    tokens.push({ kind, text: found[0], start: i, end: i + found[0].length });
    i += found[0].length;
  }
  if (isInBraces) fail("unexpected end of input inside braces");
  if (depth > 0) fail("unclosed left parenthesis");
  if (isInBrackets) fail("unclosed left bracket");
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return tokens;
}

/** A string in quotes of any of the three kinds, with Go's escapes. */
export function readString(text: string, start: number): Token {
  const quote = text[start];
  let value = "";
  let i = start + 1;
  const token = (): Token => ({ kind: "string", text: text.slice(start, i), start, end: i, value });
  if (quote === "`") {
    const end = text.indexOf("`", i);
    if (end < 0) throw parseError(text, "unterminated raw string", start);
    value = text.slice(i, end);
    i = end + 1;
    return token();
  }
  /** Bytes of \x and octal escapes, which may make up one character together. */
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) value += decodeBytes(bytes);
    bytes = [];
  };
  while (true) {
    const character = text[i];
    if (character === undefined || character === "\n") throw parseError(text, "unterminated quoted string", start);
    if (character !== "\\") {
      flush();
      i++;
      if (character === quote) return token();
      value += character;
      continue;
    }
    const rest = text.slice(i + 1, i + 11);
    const found = /^(?:[abfnrtv\\]|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(rest);
    if (!found && rest[0] === quote) {
      flush();
      value += quote;
      i += 2;
      continue;
    }
    if (!found) {
      if (rest === "") throw parseError(text, "escape sequence not terminated", i);
      if (/^[xuU0-7]/.test(rest)) throw parseError(text, "illegal character in escape sequence", i);
      const code = (rest.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      throw parseError(text, `unknown escape sequence U+${code} '${rest[0]}'`, i);
    }
    const [whole, byte, short, long, octal] = found;
    if (byte !== undefined || octal !== undefined) {
      const code = byte === undefined ? Number.parseInt(octal, 8) : Number.parseInt(byte, 16);
      if (code > 255) throw parseError(text, "escape sequence is an invalid Unicode code point", i);
      bytes.push(code);
    } else {
      flush();
      const code = Number.parseInt(short ?? long ?? "", 16);
      if (Number.isNaN(code)) value += GO_ESCAPES[whole];
      else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        throw parseError(text, "escape sequence is an invalid Unicode code point", i);
      else value += String.fromCodePoint(code);
    }
    i += 1 + whole.length;
  }
}

/** Bytes that are no UTF-8 become lone surrogates, U+DC00 + byte: such a string is no good as a label, and can be shown as it was written. */
function decodeBytes(bytes: readonly number[]): string {
  const text = Buffer.from(bytes).toString();
  if (!text.includes("\uFFFD")) return text;
  return bytes.map((byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join("");
}

/** As Prometheus words it, with the place in front. */
export function parseError(text: string, message: string, at: number, hint?: string): QueryError {
  return new QueryError(`${lineAndColumn(text, at)}: parse error: ${message}`, at, hint);
}
