/** Selectors out of PromQL: those of `match[]` parameters, and all that an expression holds. */
import { QueryError } from "../../../base/errors.ts";
import { childrenOf, type Expr } from "../../../query/metrics/parse/ast.ts";
import { parseSeriesSelector } from "../../../query/metrics/parse/parse-expr.ts";
import type { LabelMatcher } from "../../../store/store.ts";
import { ParameterError } from "./parameters.ts";

/** One selection a parameter; none = all series. */
export function matchSelections(form: URLSearchParams): (readonly LabelMatcher[])[] {
  return form.getAll("match[]").map(parseSelector);
}

/** It must say something: `{job=~".*"}` would be everything. */
function parseSelector(text: string): readonly LabelMatcher[] {
  try {
    return parseSeriesSelector(text).matchers;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new ParameterError(`invalid parameter "match[]": ${error.message}`);
  }
}

/** The matchers of every selector in an expression. */
export function selectorsOf(expr: Expr): (readonly LabelMatcher[])[] {
  if (expr.kind === "vector") return [expr.matchers];
  return childrenOf(expr).flatMap(selectorsOf);
}
