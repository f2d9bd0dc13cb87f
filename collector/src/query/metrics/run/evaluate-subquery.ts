/** A subquery: an expression at steps of its own, whose values are a range of samples to a function. */
import type { SubqueryExpr } from "../parse/ast.ts";
import { FLOAT, HISTOGRAM, type Column, type Steps } from "./column.ts";
import type { Histogram } from "../histogram/histogram.ts";
import type { Run } from "./run.ts";
import type { Samples } from "./samples.ts";

/** @param steps of the outer query */
export function evaluateSubquery(expr: SubqueryExpr, steps: Steps, run: Run): Samples[] {
  const inner = subquerySteps(expr, steps, run.subqueryStep);
  if (inner.count <= 0) return [];
  run.budget.take(inner.count);
  const value = run.evaluate(expr.expr, inner);
  return value.type === "vector" ? value.columns.map((column) => samplesOf(column, inner)) : [];
}

/** Multiples of the step that lie in the range of any outer step. */
function subquerySteps(expr: SubqueryExpr, outer: Steps, defaultStep: number): Steps {
  const [offset, range] = [expr.offset as number, expr.range as number];
  const step = (expr.step as number | undefined) ?? defaultStep;
  const first = (expr.at as number | undefined) ?? outer.start;
  const last = (expr.at as number | undefined) ?? outer.start + (outer.count - 1) * outer.step;
  const after = first - offset - range;
  let start = step * Math.trunc(after / step);
  if (start <= after) start += step;
  return { start, step, count: Math.floor((last - offset - start) / step) + 1 };
}

function samplesOf(column: Column, steps: Steps): Samples {
  const { labels, dropsName, present, values } = column;
  const [floatSteps, histogramSteps]: number[][] = [[], []];
  for (let i = 0; i < present.length; i++) {
    if (present[i] === FLOAT) floatSteps.push(i);
    else if (present[i] === HISTOGRAM) histogramSteps.push(i);
  }
  const timesOf = (indexes: readonly number[]) => Float64Array.from(indexes, (i) => steps.start + i * steps.step);
  return {
    labels,
    dropsName,
    floats: { times: timesOf(floatSteps), values: Float64Array.from(floatSteps, (i) => values[i]) },
    histograms: {
      times: timesOf(histogramSteps),
      histograms: histogramSteps.map((i) => unhinted(column.histograms?.[i] as Histogram)),
    },
  };
}

/** Which samples a subquery picks says nothing of what lies between them: what hints say of neighbours doesn't hold. */
function unhinted(histogram: Histogram): Histogram {
  return histogram.hint === "reset" || histogram.hint === "not_reset" ? { ...histogram, hint: "unknown" } : histogram;
}
