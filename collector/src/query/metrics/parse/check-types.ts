/** Whether a tree makes sense: types of operands and arguments, matching between vectors, selectors that select something. */
import type { QueryError } from "../../../base/errors.ts";
import { compileMatcher } from "../../../model/label-matcher.ts";
import { childrenOf, isComparison, isSetOperator, typeOf, type BinaryExpr, type CallExpr, type Expr } from "./ast.ts";
import type { ValueType } from "./function-signatures.ts";
import { parseError } from "./lexer.ts";

const SPOKEN: Readonly<Record<ValueType, string>> = {
  scalar: "scalar",
  string: "string",
  vector: "instant vector",
  matrix: "range vector",
};

type Fail = (message: string, at: number, hint?: string) => QueryError;

/** Throws QueryError at the first thing that doesn't. */
export function checkTypes(expr: Expr, text: string): void {
  check(expr, (message, at, hint) => parseError(text, message, at, hint));
}

function check(expr: Expr, fail: Fail): void {
  switch (expr.kind) {
    case "aggregate":
      expect(expr.expr, "vector", "aggregation expression", fail);
      if (expr.param)
        expect(expr.param, expr.op === "count_values" ? "string" : "scalar", "aggregation parameter", fail);
      break;
    case "binary":
      checkBinary(expr, fail);
      break;
    case "call":
      checkCall(expr, fail);
      return;
    case "unary": {
      const type = typeOf(expr.expr);
      if (type !== "scalar" && type !== "vector") {
        const said = "unary expression only allowed on expressions of type scalar or instant vector";
        throw fail(`${said}, got "${SPOKEN[type]}"`, expr.span.start);
      }
      break;
    }
    case "subquery": {
      const type = typeOf(expr.expr);
      if (type !== "vector")
        throw fail(`subquery is only allowed on instant vector, got ${type} instead`, expr.span.start);
      break;
    }
    case "vector":
      if (!expr.matchers.some((matcher) => !compileMatcher(matcher).matchesEmpty)) {
        const hint = 'name a metric, or add a matcher that an absent label does not meet, such as job=~".+"';
        throw fail("vector selector must contain at least one non-empty matcher", expr.span.start, hint);
      }
      break;
  }
  for (const child of childrenOf(expr)) check(child, fail);
}

function expect(expr: Expr, type: ValueType, context: string, fail: Fail): void {
  const got = typeOf(expr);
  if (got !== type) {
    throw fail(`expected type ${SPOKEN[type]} in ${context}, got ${SPOKEN[got]}`, expr.span.start, hintFor(type, got));
  }
}

function hintFor(wanted: ValueType, got: ValueType): string | undefined {
  if (wanted === "matrix" && got === "vector") return "add a range behind the selector, such as [5m]";
  if (wanted === "vector" && got === "matrix")
    return "a range needs a function such as rate() or avg_over_time() around it";
  if (wanted === "vector" && got === "scalar") return "vector() makes a vector of a number";
  if (wanted === "scalar" && got === "vector") return "scalar() makes a number of a vector of one element";
  return undefined;
}

function checkBinary(expr: BinaryExpr, fail: Fail): void {
  const { op, opSpan, lhs, rhs, returnBool, matching } = expr;
  const types = [typeOf(lhs), typeOf(rhs)];
  const areScalars = types.every((type) => type === "scalar");
  if (returnBool && !isComparison(op))
    throw fail("bool modifier can only be used on comparison operators", opSpan.start);
  if (isComparison(op) && !returnBool && areScalars)
    throw fail("comparisons between scalars must use BOOL modifier", opSpan.start, `write ${op} bool`);
  const twice = matching?.on && matching.labels.find((label) => matching.include.includes(label));
  if (twice) throw fail(`label "${twice}" must not occur in ON and GROUP clause at once`, opSpan.start);
  for (const side of [lhs, rhs]) {
    const type = typeOf(side);
    if (type === "scalar" || type === "vector") continue;
    throw fail(
      "binary expression must contain only scalar and instant vector types",
      side.span.start,
      hintFor("vector", type),
    );
  }
  if (!matching) return;
  const { labels, fill, cardinality } = matching;
  const isFilled = fill.lhs !== undefined || fill.rhs !== undefined;
  if (types.includes("scalar")) {
    if (labels.length > 0) throw fail("vector matching only allowed between instant vectors", expr.span.start);
    if (isFilled) throw fail("filling in missing series only allowed between instant vectors", expr.span.start);
    if (isSetOperator(op)) throw fail(`set operator "${op}" not allowed in binary scalar expression`, expr.span.start);
  } else if (isSetOperator(op)) {
    if (cardinality !== "many-to-many") throw fail(`no grouping allowed for "${op}" operation`, expr.span.start);
    if (isFilled) throw fail("filling in missing series not allowed for set operators", expr.span.start);
  }
}

function checkCall(expr: CallExpr, fail: Fail): void {
  const { func, args, span } = expr;
  const { name, args: types, variadic } = func;
  const least = variadic === 0 ? types.length : types.length - 1;
  const usage = `${name}(${types.map((type) => SPOKEN[type]).join(", ")}${variadic < 0 ? ", …" : ""})`;
  if (variadic === 0 && args.length !== least)
    throw fail(`expected ${least} argument(s) in call to "${name}", got ${args.length}`, span.start, usage);
  if (args.length < least)
    throw fail(`expected at least ${least} argument(s) in call to "${name}", got ${args.length}`, span.start, usage);
  if (variadic > 0 && args.length > least + variadic)
    throw fail(
      `expected at most ${least + variadic} argument(s) in call to "${name}", got ${args.length}`,
      span.start,
      usage,
    );
  args.forEach((arg, i) => {
    // The second of info() only says which labels to take: it may match anything.
    if (name === "info" && i === 1) checkInfoSelector(arg, fail);
    else {
      check(arg, fail);
      expect(arg, types[Math.min(i, types.length - 1)], `call to function "${name}"`, fail);
    }
  });
}

function checkInfoSelector(arg: Expr, fail: Fail): void {
  const type = typeOf(arg);
  if (type !== "vector")
    throw fail(`expected type instant vector in call to function "info", got ${SPOKEN[type]}`, arg.span.start);
  if (arg.kind !== "vector") throw fail("expected label selectors only", arg.span.start);
  if (arg.name !== "") throw fail("expected label selectors only, got vector selector instead", arg.span.start);
}
