/**
 * A PromQL expression of an alert as what is measured and the bound it is held against, and back; and a bound to begin with. In: text;
 * out: text. Forgiving, as tokens are: what does not end with a comparison to a number has no bound. Pure.
 */
import { tokenize } from "./promql-tokens.ts";

export const BOUND_OPERATORS = [">", ">=", "<", "<=", "==", "!="] as const;

export interface BoundExpr {
  readonly measured: string;
  readonly operator: string;
  /** As it is written. */
  readonly bound: string;
}

/** Undefined = it is held against no number at its end. */
export function splitBound(expr: string): BoundExpr | undefined {
  const outer = outerTokens(expr);
  if (outer.some(({ text }) => /^(?:and|or|unless|bool)$/i.test(text))) return undefined;
  const comparisons = outer.filter(({ text }) => BOUND_OPERATORS.includes(text as ">"));
  if (comparisons.length !== 1) return undefined;
  const [{ text: operator, start, end }] = comparisons;
  const bound = expr.slice(end).trim();
  return /^-?\s*(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/i.test(bound)
    ? { measured: expr.slice(0, start).trim(), operator, bound }
    : undefined;
}

export function joinBound({ measured, operator, bound }: BoundExpr): string {
  if (operator === "" || bound.trim() === "") return measured;
  const binds = outerTokens(measured).some(
    ({ text }) => /^(?:and|or|unless)$/i.test(text) || BOUND_OPERATORS.includes(text as ">"),
  );
  return `${binds ? `(${measured})` : measured} ${operator} ${bound.trim()}`;
}

/** Two digits of a fifth more than the largest value that was seen; "1" where none was. */
export function boundAbove(values: Iterable<number | null>): string {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value !== null && Number.isFinite(value) && value > most) most = value;
  return most > 0 && Number.isFinite(most) ? String(Number((most * 1.2).toPrecision(2))) : "1";
}

/** Those in no bracket. */
function outerTokens(text: string): { readonly text: string; readonly start: number; readonly end: number }[] {
  let depth = 0;
  return tokenize(text).filter(({ kind, text: own }) => {
    if (kind !== "bracket") return depth === 0;
    depth += /[({[]/.test(own) ? 1 : -1;
    return false;
  });
}
