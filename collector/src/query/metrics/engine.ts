/**
 * PromQL, version 3: text (or a parsed expression) and a time or a range of times in, a typed value with annotations out. It knows
 * series only through MetricReader. https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
import { QueryError } from "../../base/errors.ts";
import type { MetricReader } from "../../store/store.ts";
import type { QueryResult } from "./result.ts";

export interface QueryOptions {
  readonly reader: MetricReader;
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

/** Throws QueryError, LimitError, AbortedError. The value is of the expression's type. */
export async function runInstantQuery(_query: InstantQuery): Promise<QueryResult> {
  throw new QueryError("cannot run PromQL yet");
}

/** Throws QueryError, LimitError, AbortedError. The value is a matrix. */
export async function runRangeQuery(_query: RangeQuery): Promise<QueryResult> {
  throw new QueryError("cannot run PromQL yet");
}
