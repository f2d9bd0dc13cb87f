/**
 * LogQL: text and a time or a range of times in, log entries or typed values out. Range aggregations are worked out from the store's logs
 * one after the other; around them PromQL's operators do what they do for metrics. It knows logs only through scans.
 * https://grafana.com/docs/loki/latest/query/
 */
import { scopeOf } from "../../base/work-scope.ts";
import type { Expr } from "../metrics/parse/ast.ts";
import type { QueryValue } from "../metrics/result.ts";
import { Annotations } from "../metrics/run/annotations.ts";
import type { Column, Steps, Value } from "../metrics/run/column.ts";
import { evaluate } from "../metrics/run/evaluate.ts";
import { instantResult, rangeResult } from "../metrics/run/results.ts";
import { SampleBudget, type Run } from "../metrics/run/run.ts";
import type { Query } from "./parse/ast.ts";
import { leafGroupings } from "./plan/leaf-grouping.ts";
import { aggregateRange } from "./run/aggregate-range.ts";
import type { LogReader, ScanCounts } from "./run/scan-entries.ts";

export { parseLogSelector, parseQuery } from "./parse/parse-query.ts";
export { searchLogs as runLogQuery, type FoundEntry } from "./run/search-logs.ts";
export type { LogReader, ScanCounts } from "./run/scan-entries.ts";

export interface MetricQuery {
  readonly reader: LogReader;
  readonly query: Query & { readonly kind: "metric" };
  /** Unix nanoseconds of the first step. */
  readonly startNanos: bigint;
  readonly signal?: AbortSignal;
}

/** Values and numbers held at a time. */
const MOST_SAMPLES = 10_000_000;

export function newCounts(): ScanCounts {
  return { lines: 0, bytes: 0, entries: 0 };
}

/** Throws QueryError, LimitError, AbortedError. */
export async function runInstantMetric(query: MetricQuery, counts: ScanCounts): Promise<QueryValue> {
  const steps = { start: 0, step: 1, count: 1 };
  const value = await runMetric(query, steps, counts);
  return instantResult(value, Number(query.startNanos) / 1e6);
}

/** Steps from the start on, up to `endNanos` inclusive; the value is a matrix. Throws QueryError, LimitError, AbortedError. */
export async function runRangeMetric(
  query: MetricQuery & { readonly endNanos: bigint; readonly stepMillis: number },
  counts: ScanCounts,
): Promise<QueryValue> {
  const { startNanos, endNanos, stepMillis: step } = query;
  const steps = { start: 0, step, count: Math.floor(Number(endNanos - startNanos) / 1e6 / step) + 1 };
  const value = await runMetric(query, steps, counts);
  // Times are worked out from the start of the query, where doubles hold nanoseconds.
  return rangeResult(value, { ...steps, start: Number(startNanos) / 1e6 });
}

async function runMetric(
  { reader, query, startNanos, signal }: MetricQuery,
  steps: Steps,
  counts: ScanCounts,
): Promise<Value> {
  const { expr, ranges } = query;
  const columns = new Map<Expr, readonly Column[]>();
  const scope = scopeOf(signal);
  const run: Run = {
    lookback: 0,
    subqueryStep: 0,
    annotations: new Annotations(),
    scope,
    budget: new SampleBudget(MOST_SAMPLES),
    isInstant: steps.count === 1,
    options: { usesStartTimestamps: false, usesTypeLabels: false },
    evaluate: (part, at) => {
      const leaf = columns.get(part);
      return leaf ? { type: "vector", columns: leaf } : evaluate(part, at, run);
    },
    seriesOf: () => [],
  };
  const groupings = leafGroupings(expr, ranges);
  for (const [leaf, range] of ranges) {
    const grouping = groupings.get(leaf);
    columns.set(leaf, await aggregateRange({ reader, leaf, range, grouping, startNanos, steps, run, signal }, counts));
  }
  run.budget.used = 0;
  const value = run.evaluate(expr, steps);
  scope.addRows(value.type === "vector" ? value.columns.length : 1);
  return value;
}
