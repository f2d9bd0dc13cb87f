/**
 * LogQL text into tokens. Words stay words: what one means depends on where it stands. Strings and their escapes are PromQL's, so its
 * reader reads them. https://grafana.com/docs/loki/latest/query/log_queries/
 */
import { parseDurationNanos } from "../../../base/duration.ts";
import { QueryError } from "../../../base/errors.ts";
import { readString } from "../../metrics/parse/lexer.ts";
import { parseBytes } from "../bytes.ts";

export type TokenKind = "word" | "number" | "duration" | "bytes" | "string" | "symbol" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of a string: without quotes and escapes. */
  readonly value?: string;
  /** Of a number; of a duration in nanoseconds, of a size in bytes. */
  readonly number?: number;
}

const SYMBOLS = /^(?:\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|--(?:strict|keep-empty)\b|[|{}()[\],=<>+\-*/%^])/;
const WORD = /^[A-Za-z_][A-Za-z0-9_]*/;
/** Begins with a digit; what it is tells its unit. */
const QUANTITY = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:[A-Za-zµμ]+(?:[\d.]+[A-Za-zµμ]+)*)?)/;

/** @throws QueryError at the first thing that is no token */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (true) {
    i += /^(?:\s|#[^\n]*)*/.exec(text.slice(i))?.[0].length ?? 0;
    if (i >= text.length) break;
    const token = readToken(text, i);
    tokens.push(token);
    i = token.end;
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return tokens;
}

function readToken(text: string, start: number): Token {
  const rest = text.slice(start, start + 4096);
  if (/^["`]/.test(rest)) return readQuoted(text, start);
  const found = (WORD.exec(rest) ?? QUANTITY.exec(rest) ?? SYMBOLS.exec(rest))?.[0];
  if (found === undefined) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
    const hint = character === "'" ? 'texts stand in "double quotes" or `backticks`' : undefined;
    throw parseError(text, `syntax error: unexpected ${JSON.stringify(character)}`, start, hint);
  }
  const at = { text: found, start, end: start + found.length };
  if (WORD.test(found)) return { kind: "word", ...at };
  if (!/^[\d.]/.test(found)) return { kind: "symbol", ...at };
  if (!/^0[xX]/.test(found) && /[A-DF-Za-df-zµμ]/.test(found.replace(/[eE][-+]?\d+$/, ""))) {
    const nanos = parseDurationNanos(found);
    if (nanos !== undefined) return { kind: "duration", ...at, number: nanos };
    const bytes = parseBytes(found);
    if (bytes !== undefined) return { kind: "bytes", ...at, number: bytes };
    const hint = "a number has no unit, a duration one such as 5m, a size one such as 2MB";
    throw parseError(text, `syntax error: unexpected ${JSON.stringify(found)}`, start, hint);
  }
  const number = Number(found);
  if (Number.isNaN(number)) throw parseError(text, `syntax error: unexpected ${JSON.stringify(found)}`, start);
  return { kind: "number", ...at, number };
}

function readQuoted(text: string, start: number): Token {
  try {
    const { end, value } = readString(text, start);
    return { kind: "string", text: text.slice(start, end), start, end, value };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const message = error.message.replace(/^\d+:\d+: parse error: /, "");
    throw parseError(text, `literal not terminated: ${message}`, error.position ?? start);
  }
}

/** As Loki words it: "parse error at line 1, col 5: …"; columns count characters from 1. */
export function parseError(text: string, message: string, at: number, hint?: string): QueryError {
  const lines = text.slice(0, at).split("\n");
  const column = Array.from(lines.at(-1) ?? "").length + 1;
  return new QueryError(`parse error at line ${lines.length}, col ${column}: ${message}`, at, hint);
}
