/** Aggregations over series. https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators */
import { QueryError } from "../../../base/errors.ts";
import type { AggregateExpr } from "../parse/ast.ts";
import { isEmpty, type Column, type Steps } from "../run/column.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";
import { countValues } from "./count-values.ts";
import { groupColumns, type Group } from "./groups.ts";
import { selectByRank, selectByRatio } from "./select-series.ts";
import {
  countGroup,
  extremeOfGroup,
  noteIgnoredHistograms,
  presenceOfGroup,
  quantileOfGroup,
  varianceOfGroup,
} from "./simple.ts";
import { sumGroup } from "./sum.ts";

export function evaluateAggregate(expr: AggregateExpr, steps: Steps, run: Run): readonly Column[] {
  const { op, param } = expr;
  const place = expr.expr.span.start;
  if (op === "count_values")
    return countValues(columnsOf(expr, steps, run), expr, param?.kind === "string" ? param.value : "", run);
  const params = param ? scalarsOf(expr, steps, run) : new Float64Array(0);
  const columns = columnsOf(expr, steps, run);
  if (op === "topk" || op === "bottomk" || op === "limitk") return selectByRank(columns, expr, params, run);
  if (op === "limit_ratio") return selectByRatio(columns, expr, params, run);
  if (op === "quantile") warnOfQuantiles(params, param?.span.start ?? place, run);
  const aggregated = groupColumns(columns, expr).map((group) => {
    run.scope.check();
    if (op !== "sum" && op !== "avg" && op !== "count" && op !== "group") noteIgnoredHistograms(group, op, place, run);
    return aggregateGroup(op, group, params, place, run);
  });
  return aggregated.filter((column) => !isEmpty(column));
}

function aggregateGroup(op: AggregateExpr["op"], group: Group, params: Float64Array, place: number, run: Run): Column {
  switch (op) {
    case "sum":
    case "avg":
      return sumGroup(group, op === "avg", place, run);
    case "count":
      return countGroup(group);
    case "group":
      return presenceOfGroup(group);
    case "min":
    case "max":
      return extremeOfGroup(group, op === "max");
    case "stddev":
    case "stdvar":
      return varianceOfGroup(group, op === "stddev");
    case "quantile":
      return quantileOfGroup(group, params);
    default:
      throw new QueryError(`cannot aggregate by ${op}`, place);
  }
}

function columnsOf({ expr }: AggregateExpr, steps: Steps, run: Run): readonly Column[] {
  const value = run.evaluate(expr, steps);
  if (value.type !== "vector") throw new QueryError("cannot aggregate what is no vector", expr.span.start);
  return value.columns;
}

function scalarsOf({ param, span }: AggregateExpr, steps: Steps, run: Run): Float64Array {
  const value = param && run.evaluate(param, steps);
  if (value?.type !== "scalar") throw new QueryError("the aggregation's parameter is no number", span.start);
  return value.values;
}

function warnOfQuantiles(params: Float64Array, place: number, { annotations }: Run): void {
  if (params.some(Number.isNaN)) annotations.warn(messages.invalidQuantile(NaN), place);
  const [most, least] = [Math.max(...params), Math.min(...params)];
  if (most > 1) annotations.warn(messages.invalidQuantile(most), place);
  if (least < 0) annotations.warn(messages.invalidQuantile(least), place);
}
