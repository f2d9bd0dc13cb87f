/**
 * A tree made ready to run: durations worked out, start(), end(), step() and range() put in, `@` as a time, parentheses gone, and
 * known which parts come to the same at every step.
 */
import { QueryError } from "../../../base/errors.ts";
import { METRIC_NAME } from "../../../model/labels.ts";
import { childrenOf } from "../parse/ast.ts";
import type {
  AggregateExpr,
  BinaryExpr,
  CallExpr,
  DurationExpr,
  DurationValue,
  Expr,
  TimeModifiers,
  VectorSelector,
} from "../parse/ast.ts";

/** Unix milliseconds; step 0 = an instant query. */
export interface QueryTimes {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Their value depends on the time they are worked out for, whatever their arguments. */
const TIME_DEPENDENT = new Set(
  "day_of_month day_of_week day_of_year days_in_month hour minute month year predict_linear time timestamp".split(" "),
);

/** Throws QueryError when a duration comes to nothing that can be used. */
export function resolveExpr(expr: Expr, times: QueryTimes): Expr {
  return resolveNode(expr, { times, histograms: "whole" });
}

/** What is asked of the histograms below: all of them, only their counts and sums, or all whatever stands further down. */
interface Context {
  readonly times: QueryTimes;
  readonly histograms: "whole" | "stats" | "always whole";
}

const STATS = new Set(["histogram_count", "histogram_sum", "histogram_avg"]);
const NEEDS_BUCKETS = new Set(["histogram_quantile", "histogram_quantiles", "histogram_fraction"]);

/** For what stands below a node. */
function contextBelow(expr: Expr, context: Context): Context {
  if (context.histograms === "always whole") return context;
  const needsBuckets =
    expr.kind === "subquery" ||
    (expr.kind === "call" && NEEDS_BUCKETS.has(expr.func.name)) ||
    (expr.kind === "binary" && (expr.op === "</" || expr.op === ">/"));
  if (needsBuckets) return { ...context, histograms: "always whole" };
  return expr.kind === "call" && STATS.has(expr.func.name) ? { ...context, histograms: "stats" } : context;
}

function resolveNode(expr: Expr, context: Context): Expr {
  const { times } = context;
  const below = contextBelow(expr, context);
  const resolve = (child: Expr) => resolveNode(child, below);
  switch (expr.kind) {
    case "paren":
      return resolve(expr.expr);
    case "number":
    case "string":
      return expr;
    case "vector":
      return resolveSelector(expr, context);
    case "matrix":
      return {
        ...expr,
        selector: resolveSelector(expr.selector, context),
        range: durationOf(expr.range, times, false),
      };
    case "subquery": {
      const step = expr.step === undefined ? undefined : durationOf(expr.step, times, false);
      return {
        ...expr,
        ...modifiersOf(expr, times),
        expr: resolve(expr.expr),
        range: durationOf(expr.range, times, false),
        step,
      };
    }
    case "unary":
      return { ...expr, expr: resolve(expr.expr) };
    case "aggregate":
      return { ...expr, expr: resolve(expr.expr), param: expr.param && resolve(expr.param) } satisfies AggregateExpr;
    case "binary":
      return { ...expr, lhs: resolve(expr.lhs), rhs: resolve(expr.rhs) } satisfies BinaryExpr;
    case "call":
      return resolveCall(expr, times, resolve);
  }
}

function resolveCall(expr: CallExpr, times: QueryTimes, resolve: (child: Expr) => Expr): Expr {
  const number = (value: number): Expr => ({ kind: "number", span: expr.span, value, isDuration: false });
  switch (expr.func.name) {
    case "start":
      return number(times.start / 1000);
    case "end":
      return number(times.end / 1000);
    case "range":
      return number((times.end - times.start) / 1000);
    case "step":
      return number(times.start === times.end ? 0 : times.step / 1000);
    case "info": {
      const base = resolve(expr.args[0]);
      return { ...expr, args: [base, infoSelector(expr, base)] };
    }
    default:
      return { ...expr, args: expr.args.map(resolve) };
  }
}

/** Of the info metrics that info() looks at: as its second argument says, at the times of the first selector of its first one. */
function infoSelector({ args, span }: CallExpr, base: Expr): VectorSelector {
  const given = args[1]?.kind === "vector" ? args[1].matchers : [];
  const names = given.filter(({ name }) => name === METRIC_NAME);
  const others = given.filter(({ name }) => name !== METRIC_NAME);
  const isPositive = names.some(({ operator }) => operator === "=" || operator === "=~");
  if (names.length === 0) names.push({ name: METRIC_NAME, operator: "=", value: "target_info" });
  else if (!isPositive) names.unshift({ name: METRIC_NAME, operator: "=~", value: ".+_info" });
  return {
    kind: "vector",
    span: args[1]?.span ?? span,
    name: "",
    matchers: [...others, ...names],
    ...(firstTimes(base, 0, undefined) ?? { offset: 0 }),
  };
}

function firstTimes(expr: Expr, outerOffset: number, outerAt: TimeModifiers["at"]): TimeModifiers | undefined {
  if (expr.kind === "vector") {
    const at = expr.at ?? outerAt;
    const offset = (expr.offset as number) + (expr.at === undefined ? outerOffset : 0);
    return { offset, ...(at !== undefined && { at }) };
  }
  const [offset, at] =
    expr.kind === "subquery" ? [outerOffset + (expr.offset as number), expr.at ?? outerAt] : [outerOffset, outerAt];
  for (const child of childrenOf(expr)) {
    const found = firstTimes(child, offset, at);
    if (found) return found;
  }
  return undefined;
}

function resolveSelector(selector: VectorSelector, { times, histograms }: Context): VectorSelector {
  const tracksResets = histograms === "stats";
  return { ...selector, ...modifiersOf(selector, times), ...(tracksResets && { tracksResets }) };
}

function modifiersOf({ offset = 0, at }: TimeModifiers, times: QueryTimes): TimeModifiers {
  const time = at === "start" ? times.start : at === "end" ? times.end : at;
  return { offset: durationOf(offset, times, true), ...(time !== undefined && { at: time }) };
}

/** Milliseconds. */
function durationOf(value: DurationValue, times: QueryTimes, mayBeNegative: boolean): number {
  if (typeof value === "number") return value;
  const seconds = evaluateDuration(value, times);
  const fail = (message: string) => new QueryError(message, value.span.start);
  if (!Number.isFinite(seconds)) throw fail("duration is NaN or infinite");
  if (seconds <= 0 && !mayBeNegative) throw fail("duration must be greater than 0");
  if (Math.abs(seconds) > 2 ** 63 / 1e9) throw fail("duration is out of range");
  return Math.trunc(seconds * 1000);
}

function evaluateDuration(expr: DurationExpr, times: QueryTimes): number {
  switch (expr.op) {
    case "number":
      return expr.value;
    case "step":
      return times.step / 1000;
    case "range":
      return (times.end - times.start) / 1000;
    case "plus":
      return evaluateDuration(expr.rhs, times);
    case "negate":
      return -evaluateDuration(expr.rhs, times);
  }
  const [lhs, rhs] = [evaluateDuration(expr.lhs, times), evaluateDuration(expr.rhs, times)];
  switch (expr.op) {
    case "+":
      return lhs + rhs;
    case "-":
      return lhs - rhs;
    case "*":
      return lhs * rhs;
    case "/":
      if (rhs === 0) throw new QueryError("division by zero", expr.span.start);
      return lhs / rhs;
    case "%":
      if (rhs === 0) throw new QueryError("modulo by zero", expr.span.start);
      return lhs % rhs;
    case "^":
      return lhs ** rhs;
    case "min_of":
      return Math.min(lhs, rhs);
    case "max_of":
      return Math.max(lhs, rhs);
  }
}

/** Whether a resolved expression comes to the same at every step. */
export function isStepInvariant(expr: Expr): boolean {
  switch (expr.kind) {
    case "number":
    case "string":
      return true;
    case "vector":
      return expr.at !== undefined;
    case "matrix":
      return expr.selector.at !== undefined;
    case "subquery":
      return expr.at !== undefined;
    case "unary":
    case "paren":
      return isStepInvariant(expr.expr);
    case "aggregate":
      return isStepInvariant(expr.expr) && (expr.param === undefined || isStepInvariant(expr.param));
    case "binary":
      return isStepInvariant(expr.lhs) && isStepInvariant(expr.rhs);
    case "call": {
      if (expr.func.name === "timestamp" && expr.args[0].kind === "vector") return isStepInvariant(expr.args[0]);
      return !TIME_DEPENDENT.has(expr.func.name) && expr.args.every(isStepInvariant);
    }
  }
}
