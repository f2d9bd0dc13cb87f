/** A template's text as tokens: texts outside of the braces, with white space trimmed where a dash asks for it, and what is inside. */
import { unescapeGo } from "../../base/go-escapes.ts";
import { TemplateError } from "./tree.ts";

export interface Token {
  readonly kind:
    | "text"
    | "open"
    | "close"
    | "name"
    | "field"
    | "variable"
    | "dot"
    | "string"
    | "number"
    | "character"
    | "symbol"
    | "end";
  /** Of a string its value, of a field its name. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** White space stands before it. */
  readonly isSpaced: boolean;
}

/** Tokens at most: 100 times those of the longest template seen. */
const MOST_TOKENS = 50_000;
const SPACE = " \t\r\n";
const INSIDE =
  /"((?:[^"\\\n]|\\.)*)"|`([^`]*)`|'((?:[^'\\\n]|\\[^\n]){1,12})'|([+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?))(?![\p{L}_])|\.([\p{L}_][\p{L}\p{N}_]*)|(\$[\p{L}\p{N}_]*)|([\p{L}_][\p{L}\p{N}_]*)|(:=|[|()=,.])/uy;

/** @throws TemplateError */
export function lexTemplate(text: string, name: string): Token[] {
  const tokens: Token[] = [];
  const fail = (message: string, at: number): never => {
    throw new TemplateError(`template: ${name}:${lineOf(text, at)}: ${message}`, at);
  };
  const push = (kind: Token["kind"], value: string, start: number, end: number, isSpaced = false) => {
    if (tokens.push({ kind, text: value, start, end, isSpaced }) > MOST_TOKENS) fail("the template is too long", start);
  };
  let at = 0;
  let trimsNext = false;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    const until = open < 0 ? text.length : open;
    const trimsLast = open >= 0 && text[open + 2] === "-" && SPACE.includes(text[open + 3] ?? "x");
    let plain = text.slice(at, until);
    if (trimsNext) plain = plain.replace(/^[ \t\r\n]+/, "");
    if (trimsLast) plain = trimEnd(plain);
    if (plain !== "") push("text", plain, at, until);
    if (open < 0) break;
    at = open + 2 + (trimsLast ? 2 : 0);
    if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at);
      if (end < 0) fail("unclosed comment", open);
      const close = /^(?:[ \t\r\n]-)?\}\}/.exec(text.slice(end + 2, end + 6));
      if (!close) return fail("comment ends before closing delimiter", open);
      trimsNext = close[0].length > 2;
      at = end + 2 + close[0].length;
      continue;
    }
    push("open", "{{", open, at);
    at = lexInside(text, at, push, fail);
    trimsNext = text[at - 3] === "-" && SPACE.includes(text[at - 4]);
  }
  push("end", "", text.length, text.length);
  return tokens;
}

/** @returns the offset behind the closing braces */
function lexInside(
  text: string,
  from: number,
  push: (kind: Token["kind"], value: string, start: number, end: number, isSpaced?: boolean) => void,
  fail: (message: string, at: number) => never,
): number {
  let at = from;
  for (;;) {
    const before = at;
    while (at < text.length && SPACE.includes(text[at])) at++;
    const isSpaced = at > before;
    if (at >= text.length) fail("unclosed action", from);
    if (isSpaced && text.startsWith("-}}", at)) {
      push("close", "}}", at, at + 3, isSpaced);
      return at + 3;
    }
    if (text.startsWith("}}", at)) {
      push("close", "}}", at, at + 2, isSpaced);
      return at + 2;
    }
    INSIDE.lastIndex = at;
    const found = INSIDE.exec(text);
    if (!found) return failAt(text, at, fail);
    const [all, quoted, raw, character, number, field, variable, name, symbol] = found;
    const end = at + all.length;
    if (quoted !== undefined)
      push(
        "string",
        unquote(quoted, () => fail("invalid syntax", at)),
        at,
        end,
        isSpaced,
      );
    else if (raw !== undefined) push("string", raw, at, end, isSpaced);
    else if (character !== undefined) {
      const value = unquote(character.replaceAll('"', '\\"'), () => fail("malformed character constant", at));
      if (Array.from(value).length !== 1) fail(`malformed character constant: ${all}`, at);
      push("character", value, at, end, isSpaced);
    } else if (number !== undefined) push("number", number, at, end, isSpaced);
    else if (field !== undefined) push("field", field, at, end, isSpaced);
    else if (variable !== undefined) push("variable", variable, at, end, isSpaced);
    else if (name !== undefined) push("name", name, at, end, isSpaced);
    else push(symbol === "." ? "dot" : "symbol", symbol, at, end, isSpaced);
    at = end;
  }
}

function failAt(text: string, at: number, fail: (message: string, at: number) => never): never {
  if (text[at] === '"') return fail("unterminated quoted string", at);
  if (text[at] === "`") return fail("unterminated raw quoted string", at);
  const number = /^[+-]?[\d.][\w.]*/.exec(text.slice(at, at + 40));
  if (number) return fail(`bad number syntax: ${JSON.stringify(number[0])}`, at);
  return fail(`unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} in command`, at);
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.includes(text[end - 1])) end--;
  return text.slice(0, end);
}

function unquote(text: string, fail: () => never): string {
  return unescapeGo(text, (escape) => (escape === "\\'" ? "'" : fail()));
}

/** 1-based. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
