/**
 * Durations of ranges, steps and offsets: a number of seconds, 1h30m, or (experimental in Prometheus) arithmetic over those, step(),
 * range(), min_of() and max_of().
 */
import type { DurationExpr, DurationValue, Span } from "./ast.ts";
import type { TokenStream } from "./token-stream.ts";
import type { Token } from "./lexer.ts";

const UNITS = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNIT_SECONDS = [365 * 86400, 7 * 86400, 86400, 3600, 60, 1, 0.001];
/** What fits into 64 bits of nanoseconds. */
const MAX_SECONDS = 2 ** 63 / 1e9;
const BINDING: Readonly<Record<string, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 3 };

/** Seconds of a number or a duration token. */
export function secondsOf(tokens: TokenStream, token: Token): number {
  if (token.kind === "number") return numberOf(token.text);
  const found = UNITS.exec(token.text);
  if (!found) throw tokens.error(`not a valid duration string: ${JSON.stringify(token.text)}`, token.start);
  const millis = UNIT_SECONDS.reduce((sum, unit, i) => sum + Number(found[i + 1] ?? 0) * Math.round(unit * 1000), 0);
  return millis / 1000;
}

export function numberOf(text: string): number {
  const digits = text.replaceAll("_", "");
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  return Number(digits);
}

/** In brackets: positive. */
export function parseRange(tokens: TokenStream): DurationValue {
  const expr = parseSum(tokens, 1);
  if (expr.op !== "number") return expr;
  if (expr.value <= 0) throw tokens.error("duration must be greater than 0", expr.span.start);
  return millisOf(expr.value);
}

/** Behind `offset`: arithmetic in parentheses only, so that `foo offset 5m * 2` doubles foo. */
export function parseOffset(tokens: TokenStream): DurationValue {
  const { kind } = tokens.peek();
  const word = tokens.word();
  const isStart =
    kind === "number" ||
    kind === "duration" ||
    tokens.isSymbol("+") ||
    tokens.isSymbol("-") ||
    tokens.isSymbol("(") ||
    (isDurationFunction(word) && tokens.isSymbol("(", 1));
  if (!isStart) throw tokens.unexpected("offset", "number, duration, step(), or range()", "write an age such as 5m");
  const expr = parseSigned(tokens, 4);
  return expr.op === "number" ? millisOf(expr.value) : expr;
}

export function millisOf(seconds: number): number {
  return Math.trunc(Math.round(seconds * 1e9) / 1e6);
}

function parseSum(tokens: TokenStream, binding: number): DurationExpr {
  let lhs = parseSigned(tokens, 2);
  while (true) {
    const { text, kind, start } = tokens.peek();
    const own = kind === "symbol" ? BINDING[text] : undefined;
    if (own === undefined || own < binding) return lhs;
    tokens.next();
    const rhs = parseSum(tokens, text === "^" ? own : own + 1);
    if ((text === "/" || text === "%") && rhs.op === "number" && rhs.value === 0)
      throw tokens.error(text === "/" ? "division by zero" : "modulo by zero", start);
    lhs = { op: text as "+", lhs, rhs, span: { start: lhs.span.start, end: rhs.span.end } };
  }
}

/** @param binding of what a sign stands before: 2 = powers too, 4 = a single value */
function parseSigned(tokens: TokenStream, binding: number): DurationExpr {
  const sign = tokens.peek();
  if (!tokens.isSymbol("+") && !tokens.isSymbol("-")) return parseOperand(tokens);
  tokens.next();
  const rhs = binding === 2 ? powerOf(tokens, parseSigned(tokens, 2)) : parseOperand(tokens);
  const span: Span = { start: sign.start, end: rhs.span.end };
  if (rhs.op === "number" && !rhs.wrapped) {
    const value = sign.text === "-" ? -rhs.value : rhs.value;
    checkSeconds(tokens, value, sign.start);
    return { ...rhs, value, span };
  }
  return sign.text === "-" ? { op: "negate", rhs, span } : rhs;
}

function powerOf(tokens: TokenStream, lhs: DurationExpr): DurationExpr {
  if (!tokens.takeSymbol("^")) return lhs;
  const rhs = parseSum(tokens, 3);
  return { op: "^", lhs, rhs, span: { start: lhs.span.start, end: rhs.span.end } };
}

function parseOperand(tokens: TokenStream): DurationExpr {
  const token = tokens.next();
  const { start, end } = token;
  if (token.kind === "number" || token.kind === "duration") {
    const value = secondsOf(tokens, token);
    checkSeconds(tokens, value, start);
    return { op: "number", value, isDuration: token.kind === "duration", span: { start, end } };
  }
  if (token.kind === "symbol" && token.text === "(") {
    const inner = parseSum(tokens, 1);
    const close = tokens.expectSymbol(")", "duration expression");
    const span = { start, end: close.end };
    return inner.op === "number" ? { op: "plus", rhs: inner, wrapped: true, span } : { ...inner, wrapped: true, span };
  }
  const word = token.kind === "word" ? token.text.toLowerCase() : "";
  if (isDurationFunction(word)) {
    tokens.expectSymbol("(", "duration expression");
    if (word === "step" || word === "range")
      return { op: word, span: { start, end: tokens.expectSymbol(")", "duration expression").end } };
    const lhs = parseSum(tokens, 1);
    tokens.expectSymbol(",", "duration expression");
    const rhs = parseSum(tokens, 1);
    return {
      op: word as "min_of",
      lhs,
      rhs,
      span: { start, end: tokens.expectSymbol(")", "duration expression").end },
    };
  }
  throw tokens.error(
    `unexpected ${token.kind === "end" ? "end of input" : JSON.stringify(token.text)} in subquery or range selector, expected number, duration, step(), or range()`,
    start,
    "write an age such as 5m",
  );
}

function isDurationFunction(word: string): boolean {
  return word === "step" || word === "range" || word === "min_of" || word === "max_of";
}

function checkSeconds(tokens: TokenStream, seconds: number, at: number): void {
  if (Math.abs(seconds) > MAX_SECONDS) throw tokens.error("duration out of range", at);
}
