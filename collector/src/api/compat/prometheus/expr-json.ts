/**
 * A PromQL expression as the JSON tree that Prometheus' parse_query gives, for tools that draw queries. Times and durations are
 * milliseconds.
 */
import {
  typeOf,
  type DurationExpr,
  type DurationValue,
  type Expr,
  type TimeModifiers,
  type VectorSelector,
} from "../../../query/metrics/parse/ast.ts";
import { formatNumber } from "../../../query/metrics/parse/format-expr.ts";

export function exprJson(expr: Expr): object {
  switch (expr.kind) {
    case "number":
      return { type: "numberLiteral", val: formatNumber(expr.value) };
    case "string":
      return { type: "stringLiteral", val: expr.value };
    case "paren":
      return { type: "parenExpr", expr: exprJson(expr.expr) };
    case "unary":
      return { type: "unaryExpr", op: expr.op, expr: exprJson(expr.expr) };
    case "vector":
      return { type: "vectorSelector", ...selectorJson(expr) };
    case "matrix":
      return { type: "matrixSelector", ...selectorJson(expr.selector), ...rangeJson("range", expr.range) };
    case "subquery":
      return {
        type: "subquery",
        expr: exprJson(expr.expr),
        ...rangeJson("range", expr.range),
        ...rangeJson("step", expr.step ?? 0),
        ...timeJson(expr),
      };
    case "call": {
      const { name, args, variadic, returns } = expr.func;
      return {
        type: "call",
        func: { name, argTypes: args, variadic, returnType: returns },
        args: expr.args.map(exprJson),
      };
    }
    case "aggregate":
      return {
        type: "aggregation",
        op: expr.op,
        expr: exprJson(expr.expr),
        param: expr.param ? exprJson(expr.param) : null,
        grouping: expr.grouping,
        without: expr.without,
      };
    case "binary":
      return {
        type: "binaryExpr",
        op: expr.op,
        lhs: exprJson(expr.lhs),
        rhs: exprJson(expr.rhs),
        matching:
          expr.matching && [expr.lhs, expr.rhs].every((side) => typeOf(side) === "vector")
            ? {
                card: expr.matching.cardinality,
                labels: expr.matching.labels,
                on: expr.matching.on,
                include: expr.matching.include,
                fillValues: { lhs: expr.matching.fill.lhs ?? null, rhs: expr.matching.fill.rhs ?? null },
              }
            : null,
        bool: expr.returnBool,
      };
  }
}

function selectorJson(selector: VectorSelector): object {
  return {
    name: selector.name,
    matchers: selector.matchers.map(({ name, operator, value }) => ({ name, value, type: operator })),
    ...timeJson(selector),
    anchored: selector.extension === "anchored",
    smoothed: selector.extension === "smoothed",
  };
}

function timeJson({ offset = 0, at }: TimeModifiers): object {
  return {
    ...rangeJson("offset", offset),
    timestamp: typeof at === "number" ? at : null,
    startOrEnd: typeof at === "string" ? at : null,
  };
}

/** Two members: what is known, and what is worked out when the query runs. */
function rangeJson(name: string, value: DurationValue): object {
  return typeof value === "number"
    ? { [name]: value, [`${name}Expr`]: null }
    : { [name]: 0, [`${name}Expr`]: durationJson(value) };
}

function durationJson(value: DurationExpr): object {
  if (value.op === "number")
    return { type: "numberLiteral", val: formatNumber(value.value), duration: value.isDuration };
  const isNegation = value.op === "negate" || value.op === "plus";
  return {
    type: "durationExpr",
    op: value.op === "negate" ? "-" : value.op === "plus" ? "+" : value.op,
    lhs: "lhs" in value ? durationJson(value.lhs) : null,
    rhs: isNegation || "rhs" in value ? durationJson((value as { rhs: DurationExpr }).rhs) : null,
    wrapped: value.wrapped ?? false,
  };
}
