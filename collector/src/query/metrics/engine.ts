/**
 * PromQL, version 3: text and a time or a range of times in, a typed value with annotations out. Parse, plan, fetch what the selectors
 * can ask for, run. It knows series only through MetricReader. https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
import { QueryError } from "../../base/errors.ts";
import { scopeOf } from "../../base/work-scope.ts";
import type { MetricReader } from "../../store/store.ts";
import { typeOf, type Expr } from "./parse/ast.ts";
import { parseExpr } from "./parse/parse-expr.ts";
import { resolveExpr, type QueryTimes } from "./plan/resolve-expr.ts";
import { selectorWindows } from "./plan/selector-windows.ts";
import type { QueryResult, QueryValue } from "./result.ts";
import { Annotations } from "./run/annotations.ts";
import type { Steps } from "./run/column.ts";
import { evaluate } from "./run/evaluate.ts";
import { fetchSeries } from "./run/fetch-series.ts";
import { evaluateRange } from "./run/range-result.ts";
import { instantResult, rangeResult } from "./run/results.ts";
import { SampleBudget, type Run, type RunOptions } from "./run/run.ts";

export interface QueryOptions extends Partial<RunOptions> {
  readonly reader: Pick<MetricReader, "selectSeries">;
  readonly query: string;
  /** How old a sample may be to stand for a series at a time; exclusive. Default 5 min. */
  readonly lookbackMillis?: number;
  /** Step of subqueries that name none. Default 1 min. */
  readonly subqueryStepMillis?: number;
  /** Samples held at a time at most; beyond it the query fails. Default 50 million. */
  readonly maxSamples?: number;
  /** Carries the limits of base/work-scope.ts. */
  readonly signal?: AbortSignal;
}

export interface InstantQuery extends QueryOptions {
  readonly timeMillis: number;
}

/** Steps from start on, up to end inclusive. */
export interface RangeQuery extends QueryOptions {
  readonly startMillis: number;
  readonly endMillis: number;
  readonly stepMillis: number;
}

const DEFAULT_LOOKBACK = 5 * 60_000;
const DEFAULT_SUBQUERY_STEP = 60_000;
/** 160 MB of times and values: a week of 1,000 series at a minute. Prometheus allows five times as many, on larger machines. */
const DEFAULT_MAX_SAMPLES = 10_000_000;

/** Throws QueryError, LimitError, AbortedError. The value is of the expression's type. */
export async function runInstantQuery(query: InstantQuery): Promise<QueryResult> {
  const { timeMillis: time } = query;
  const steps = { start: time, step: 1, count: 1 };
  return runQuery(query, { start: time, end: time, step: 0 }, steps, (expr, run) => {
    const isRange = expr.kind === "matrix" || expr.kind === "subquery";
    if (isRange) return { type: "matrix", series: evaluateRange(expr, steps, run) };
    return instantResult(run.evaluate(expr, steps), time);
  });
}

/** Throws QueryError, LimitError, AbortedError. The value is a matrix. */
export async function runRangeQuery(query: RangeQuery): Promise<QueryResult> {
  const { startMillis: start, endMillis: end, stepMillis: step } = query;
  if (!(step > 0)) throw new QueryError("zero or negative query resolution step widths are not accepted");
  if (end < start) throw new QueryError("end timestamp must not be before start time");
  const steps = { start, step, count: Math.floor((end - start) / step) + 1 };
  return runQuery(query, { start, end, step }, steps, (expr, run) => {
    const type = typeOf(expr);
    if (type === "matrix" || type === "string") {
      const got = type === "matrix" ? "range vector" : type;
      throw new QueryError(
        `invalid expression type "${got}" for range query, must be Scalar or instant Vector`,
        expr.span.start,
        type === "matrix" ? "a range needs a function such as rate() around it" : undefined,
      );
    }
    return rangeResult(run.evaluate(expr, steps), steps);
  });
}

async function runQuery(
  options: QueryOptions,
  times: QueryTimes,
  steps: Steps,
  evaluateRoot: (expr: Expr, run: Run) => QueryValue,
): Promise<QueryResult> {
  const { reader, query, lookbackMillis: lookback = DEFAULT_LOOKBACK, maxSamples = DEFAULT_MAX_SAMPLES } = options;
  const { subqueryStepMillis: subqueryStep = DEFAULT_SUBQUERY_STEP } = options;
  const { usesStartTimestamps = false, usesTypeLabels = false } = options;
  const scope = scopeOf(options.signal);
  const expr = resolveExpr(parseExpr(query), times);
  const budget = new SampleBudget(maxSamples);
  const last = steps.start + (steps.count - 1) * steps.step;
  const windows = selectorWindows(expr, steps.start, last, lookback, subqueryStep);
  const series = await fetchSeries(windows, reader, scope.signal, (count) => budget.take(count));
  budget.used = 0;
  budget.take(steps.count);
  const annotations = new Annotations();
  const run: Run = {
    lookback,
    subqueryStep,
    annotations,
    scope,
    budget,
    isInstant: times.step === 0,
    options: { usesStartTimestamps, usesTypeLabels },
    evaluate: (part, at) => evaluate(part, at, run),
    seriesOf: (selector) => {
      const stored = series.get(selector) ?? [];
      return selector.tracksResets ? stored.map((one) => one.tracked) : stored;
    },
  };
  const value = evaluateRoot(expr, run);
  scope.addRows(value.type === "vector" ? value.samples.length : value.type === "matrix" ? value.series.length : 1);
  return { value, warnings: annotations.format("warning", query), infos: annotations.format("info", query) };
}
