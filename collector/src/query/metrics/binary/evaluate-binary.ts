/** Operators between two expressions. */
import { QueryError } from "../../../base/errors.ts";
import { isComparison, isSetOperator, type ArithmeticOperator, type BinaryExpr } from "../parse/ast.ts";
import type { Steps, Value } from "../run/column.ts";
import type { Run } from "../run/run.ts";
import { ARITHMETIC, COMPARISON } from "./operators.ts";
import { combineSets } from "./set-operators.ts";
import { combineWithScalar } from "./vector-scalar.ts";
import { combineVectors } from "./vector-vector.ts";

export function evaluateBinary(expr: BinaryExpr, steps: Steps, run: Run): Value {
  const { op, matching } = expr;
  const lhs = run.evaluate(expr.lhs, steps);
  const rhs = run.evaluate(expr.rhs, steps);
  if (lhs.type === "scalar" && rhs.type === "scalar") return combineScalars(expr, lhs.values, rhs.values);
  if (lhs.type === "vector" && rhs.type === "scalar")
    return { type: "vector", columns: combineWithScalar(expr, lhs.columns, rhs.values, false, run) };
  if (lhs.type === "scalar" && rhs.type === "vector")
    return { type: "vector", columns: combineWithScalar(expr, rhs.columns, lhs.values, true, run) };
  if (lhs.type !== "vector" || rhs.type !== "vector" || !matching)
    throw new QueryError("binary expression must contain only scalar and instant vector types", expr.span.start);
  const columns = isSetOperator(op)
    ? combineSets(op, lhs.columns, rhs.columns, matching)
    : combineVectors(expr, matching, lhs.columns, rhs.columns, steps.count, run);
  return { type: "vector", columns };
}

function combineScalars({ op, span }: BinaryExpr, a: Float64Array, b: Float64Array): Value {
  if (isComparison(op)) {
    const holds = COMPARISON[op];
    return { type: "scalar", values: a.map((value, i) => Number(holds(value, b[i]))) };
  }
  const combine = ARITHMETIC[op as ArithmeticOperator];
  if (!combine) throw new QueryError(`operator "${op}" not allowed for Scalar operations`, span.start);
  return { type: "scalar", values: a.map((value, i) => combine(value, b[i])) };
}
