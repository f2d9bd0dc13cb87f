/** `sum by (a) (count_over_time(…))` needs of the range aggregation no more than `a`: what is summed anyway is put together at once. */
import { childrenOf, type Expr } from "../../metrics/parse/ast.ts";
import type { VectorSelector } from "../../metrics/parse/ast.ts";
import type { RangeAggregation, Stage } from "../parse/ast.ts";

export interface Grouping {
  readonly labels: readonly string[];
  readonly without: boolean;
}

/** Operators for which the sum of parts is the value of the whole. */
const ADDITIVE: ReadonlySet<string> = new Set([
  "rate",
  "count_over_time",
  "bytes_rate",
  "bytes_over_time",
  "sum_over_time",
]);

/** For range aggregations that have none of their own. */
export function leafGroupings(
  expr: Expr,
  ranges: ReadonlyMap<VectorSelector, RangeAggregation>,
): ReadonlyMap<VectorSelector, Grouping> {
  const groupings = new Map<VectorSelector, Grouping>();
  visit(expr);
  return groupings;

  function visit(node: Expr): void {
    if (node.kind === "aggregate" && node.op === "sum") {
      const inner = insideParentheses(node.expr);
      if (inner.kind === "vector" && ADDITIVE.has(ranges.get(inner)?.operator ?? ""))
        groupings.set(inner, { labels: node.grouping, without: node.without });
    }
    for (const child of childrenOf(node)) visit(child);
  }
}

function insideParentheses(expr: Expr): Expr {
  return expr.kind === "paren" ? insideParentheses(expr.expr) : expr;
}

const WITHOUT_LABELS: ReadonlySet<string> = new Set(["line", "json", "logfmt", "regexp", "pattern", "keep", "drop"]);

/** Where no label is asked for, nothing is parsed: lines are counted, and parsers' errors don't come up. As Loki does it. */
export function neededStages(stages: readonly Stage[], grouping: Grouping | undefined): readonly Stage[] {
  const needsNone = grouping && !grouping.without && grouping.labels.length === 0;
  if (!needsNone || !stages.every(({ kind }) => WITHOUT_LABELS.has(kind))) return stages;
  return stages.filter(({ kind }) => kind === "line");
}
