/** Evaluates a resolved expression at some steps: each kind of node has its file. */
import { QueryError } from "../../../base/errors.ts";
import { evaluateAggregate } from "../aggregate/evaluate-aggregate.ts";
import { evaluateBinary } from "../binary/evaluate-binary.ts";
import { evaluateCall } from "../functions/evaluate-call.ts";
import { scaleHistogram } from "../histogram/arithmetic.ts";
import type { Expr, UnaryExpr } from "../parse/ast.ts";
import { isStepInvariant } from "../plan/resolve-expr.ts";
import { mergeColumns, repeatColumn, type Column, type Steps, type Value } from "./column.ts";
import { evaluateSelector } from "./evaluate-selector.ts";
import type { Run } from "./run.ts";

export function evaluate(expr: Expr, steps: Steps, run: Run): Value {
  run.scope.check();
  const { budget } = run;
  const before = budget.used;
  const value = repeats(expr, steps) ? repeatedly(expr, steps, run) : evaluateNode(expr, steps, run);
  // What the parts took is free again.
  budget.used = before;
  budget.take(value.type === "vector" ? value.columns.length * steps.count : steps.count);
  return value;
}

/** What comes to the same at every step is worked out once. */
function repeats(expr: Expr, steps: Steps): boolean {
  const isLeaf = expr.kind === "number" || expr.kind === "string" || expr.kind === "vector";
  return steps.count > 1 && !isLeaf && isStepInvariant(expr);
}

function repeatedly(expr: Expr, { start, step, count }: Steps, run: Run): Value {
  const once = evaluateNode(expr, { start, step, count: 1 }, run);
  if (once.type === "scalar") return { type: "scalar", values: new Float64Array(count).fill(once.values[0]) };
  if (once.type !== "vector") return once;
  return { type: "vector", columns: once.columns.map((column) => repeatColumn(column, count)) };
}

function evaluateNode(expr: Expr, steps: Steps, run: Run): Value {
  switch (expr.kind) {
    case "number":
      return { type: "scalar", values: new Float64Array(steps.count).fill(expr.value) };
    case "string":
      return { type: "string", value: expr.value };
    case "vector":
      return { type: "vector", columns: evaluateSelector(expr, steps, run) };
    case "call":
      return evaluateCall(expr, steps, run);
    case "aggregate":
      return { type: "vector", columns: evaluateAggregate(expr, steps, run) };
    case "binary":
      return evaluateBinary(expr, steps, run);
    case "unary":
      return evaluateUnary(expr, steps, run);
    case "paren":
      return run.evaluate(expr.expr, steps);
    case "matrix":
    case "subquery":
      throw new QueryError(
        "a range stands only in a function's parentheses, or alone in an instant query",
        expr.span.start,
      );
  }
}

function evaluateUnary({ op, expr }: UnaryExpr, steps: Steps, run: Run): Value {
  const value = run.evaluate(expr, steps);
  if (op === "+" || value.type === "string") return value;
  if (value.type === "scalar") return { type: "scalar", values: value.values.map((one) => -one) };
  return { type: "vector", columns: mergeColumns(value.columns.map(negated)) };
}

function negated(column: Column): Column {
  return {
    ...column,
    dropsName: true,
    values: column.values.map((value) => -value),
    ...(column.histograms && { histograms: column.histograms.map((one) => one && scaleHistogram(one, -1)) }),
  };
}
