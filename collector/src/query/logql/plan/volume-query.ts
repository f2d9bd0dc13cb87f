/** How many bytes of lines there are of each combination of some labels, as a query: `sum by (…) (bytes_over_time({…}[…]))`. */
import type { VectorSelector } from "../../metrics/parse/ast.ts";
import type { LogSelector, Query, RangeAggregation } from "../parse/ast.ts";

export function volumeQuery(
  logs: LogSelector,
  labels: readonly string[],
  rangeMillis: number,
): Query & { readonly kind: "metric" } {
  const { span, matchers } = logs;
  const leaf: VectorSelector = { kind: "vector", span, name: "", matchers };
  const range: RangeAggregation = { operator: "bytes_over_time", logs, rangeMillis, offsetMillis: 0 };
  const expr = { kind: "aggregate", op: "sum", span, expr: leaf, grouping: labels, without: false } as const;
  return { kind: "metric", expr, ranges: new Map([[leaf, range]]) };
}
