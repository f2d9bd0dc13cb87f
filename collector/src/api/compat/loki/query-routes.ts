/** LogQL over HTTP: query, query_range, format_query. https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-at-a-single-point-in-time */
import { Hono, type Context } from "hono";
import {
  newCounts,
  parseQuery,
  runInstantMetric,
  runLogQuery,
  runRangeMetric,
  type FoundEntry,
} from "../../../query/logql/engine.ts";
import type { Query } from "../../../query/logql/parse/ast.ts";
import { formatQuery } from "../../../query/logql/parse/format-query.ts";
import type { QueryValue } from "../../../query/metrics/result.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { jsonResponse } from "../../json-response.ts";
import { statsOf, success } from "./envelope.ts";
import * as parameters from "./parameters.ts";
import { logPieces, metricPieces, streamsOf } from "./result-pieces.ts";

const FLAGS_HEADER = "x-loki-response-encoding-flags";
/** Series in an answer. */
const MOST_SERIES = 5000;

export function queryRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  const on = (path: string, answer: (form: parameters.Form, c: Context<ApiEnv>) => Promise<Response> | Response) =>
    routes.on(["GET", "POST"], path, async (c) => answer(await parameters.formOf(c), c));

  on("/query", async (form, c) => {
    const query = queryOf(form);
    if (query.kind === "logs")
      throw new parameters.ParameterError(
        "log queries are not supported as an instant query type, please change your query to a range query type",
      );
    const startNanos = parameters.time(form, "time", parameters.nowNanos());
    return metricAnswer(c, (counts) =>
      runInstantMetric({ reader, query, startNanos, signal: c.req.raw.signal }, counts),
    );
  });

  on("/query_range", async (form, c) => {
    const query = queryOf(form);
    const { start: startNanos, end: endNanos } = parameters.bounds(form);
    const { signal } = c.req.raw;
    if (query.kind === "metric") {
      const stepMillis = parameters.stepMillis(form, { start: startNanos, end: endNanos });
      return metricAnswer(c, (counts) =>
        runRangeMetric({ reader, query, startNanos, endNanos, stepMillis, signal }, counts),
      );
    }
    const limit = parameters.entryLimit(form);
    const direction = parameters.direction(form);
    const intervalMillis = parameters.text(form, "interval") === "" ? 0 : parameters.durationMillis(form, "interval");
    const started = performance.now();
    const counts = newCounts();
    const range = parameters.range(form);
    const found = await runLogQuery({ reader, logs: query.logs, range, direction, limit, signal }, counts);
    const isCategorized = wantsCategories(c);
    const entries = intervalMillis === 0 ? found : thinned(found, BigInt(Math.round(intervalMillis * 1e6)));
    const stats = statsOf({ ...counts, entries: entries.length }, (performance.now() - started) / 1000);
    return jsonResponse(logPieces(streamsOf(entries, isCategorized), isCategorized, stats));
  });

  on("/format_query", (form) => success(formatQuery(queryOf(form))));
  return routes;
}

function queryOf(form: parameters.Form): Query {
  return parseQuery(parameters.text(form, "query"));
}

export function wantsCategories(c: Context<ApiEnv>): boolean {
  return (c.req.header(FLAGS_HEADER) ?? "").split(",").some((flag) => flag.trim() === "categorize-labels");
}

async function metricAnswer(
  c: Context<ApiEnv>,
  run: (counts: ReturnType<typeof newCounts>) => Promise<QueryValue>,
): Promise<Response> {
  const started = performance.now();
  const counts = newCounts();
  const value = await run(counts);
  const series = value.type === "vector" ? value.samples.length : value.type === "matrix" ? value.series.length : 1;
  if (series > MOST_SERIES)
    throw new parameters.ParameterError(
      `maximum number of series (${MOST_SERIES}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum, count or topk`,
    );
  const stats = statsOf({ ...counts, entries: series }, (performance.now() - started) / 1000);
  return jsonResponse(metricPieces(value, wantsCategories(c), stats));
}

/** Of each stream only entries that are at least `interval` away from the one before. */
function thinned(entries: readonly FoundEntry[], interval: bigint): FoundEntry[] {
  const last = new Map<string, bigint>();
  return entries.filter(({ labels, timeNanos }) => {
    const key = labels.join("\0");
    const before = last.get(key);
    const distance = before === undefined ? interval : timeNanos > before ? timeNanos - before : before - timeNanos;
    if (distance < interval) return false;
    last.set(key, timeNanos);
    return true;
  });
}
