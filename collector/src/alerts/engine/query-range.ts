/** How far back an expression looks: where the evidence of its alert begins. */
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import { resolveExpr } from "../../query/metrics/plan/resolve-expr.ts";
import { selectorWindows } from "../../query/metrics/plan/selector-windows.ts";

const LEAST_MILLIS = 5 * 60_000;
const MOST_MILLIS = 6 * 3_600_000;
const STEP_MILLIS = 60_000;

/** Milliseconds, at least 5 minutes and at most 6 hours; offsets count. 5 minutes for what cannot be parsed. */
export function queryRangeMillis(expr: string): number {
  const at = MOST_MILLIS;
  let range = LEAST_MILLIS;
  try {
    const resolved = resolveExpr(parseExpr(expr), { start: at, end: at, step: 0 });
    for (const { start } of selectorWindows(resolved, at, at, 0, STEP_MILLIS)) range = Math.max(range, at - start);
  } catch {
    return LEAST_MILLIS;
  }
  return Math.min(range, MOST_MILLIS);
}
