/** What a rule asks: an expression at a time, answered by samples. Scalars are a sample without labels. */
import { QueryError } from "../../base/errors.ts";
import { runInstantQuery, type QueryOptions } from "../../query/metrics/engine.ts";
import type { VectorSample } from "../../query/metrics/result.ts";

/**
 * Rejects with QueryError, LimitError or AbortedError.
 * @param signal carries limits that the query shares with others; absent = it has those of whoever made this function
 */
export type QueryVector = (query: string, timeMillis: number, signal?: AbortSignal) => Promise<readonly VectorSample[]>;

export function queryVectorOf(options: Omit<QueryOptions, "query">): QueryVector {
  return async (query, timeMillis, signal = options.signal) => {
    const { value } = await runInstantQuery({ ...options, signal, query, timeMillis });
    if (value.type === "vector") return value.samples;
    if (value.type === "scalar") return [{ labels: [], timestampMillis: timeMillis, value: value.value }];
    throw new QueryError(
      "rule result is not a vector or scalar",
      0,
      "a range needs a function such as rate() around it",
    );
  };
}
