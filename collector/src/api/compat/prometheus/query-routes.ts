/**
 * PromQL over HTTP: query, query_range, query_exemplars, format_query and parse_query.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
 */
import { Hono, type Context } from "hono";
import { QueryError } from "../../../base/errors.ts";
import { NO_LIMITS, openScope, scopeOf, type WorkLimits } from "../../../base/work-scope.ts";
import { runInstantQuery, runRangeQuery } from "../../../query/metrics/engine.ts";
import { typeOf, type Expr } from "../../../query/metrics/parse/ast.ts";
import { formatPretty } from "../../../query/metrics/parse/format-expr.ts";
import { parseExpr } from "../../../query/metrics/parse/parse-expr.ts";
import type { QueryResult, QueryValue } from "../../../query/metrics/result.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { ExecutionError, pieceResponse, success, TRUNCATED } from "./envelope.ts";
import { exprJson } from "./expr-json.ts";
import * as parameters from "./parameters.ts";
import { exemplarPieces, resultPieces } from "./result-pieces.ts";
import { selectorsOf } from "./selectors.ts";

const MOST_POINTS = 11_000;
const GET_AND_POST = ["GET", "POST"];

export function queryRoutes({ reader, limits = NO_LIMITS }: ApiContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  const on = (path: string, answer: (form: URLSearchParams, c: Context<ApiEnv>) => Promise<Response> | Response) =>
    routes.on(GET_AND_POST, path, async (c) => answer(await parameters.formOf(c), c));

  on("/query", (form, c) => {
    const limit = parameters.limit(form);
    const timeMillis = parameters.optionalTime(form, "time", Date.now());
    return run(form, c, limits, limit, (query, signal, lookbackMillis) =>
      runInstantQuery({ reader: reader.metrics, query, timeMillis, signal, lookbackMillis }),
    );
  });

  on("/query_range", (form, c) => {
    const limit = parameters.limit(form);
    const [startMillis, endMillis] = [parameters.time(form, "start"), parameters.time(form, "end")];
    if (endMillis < startMillis) throw parameters.invalid("end", "end timestamp must not be before start time");
    const stepMillis = Math.trunc(parameters.duration(form, "step"));
    if (stepMillis <= 0)
      throw parameters.invalid(
        "step",
        "zero or negative query resolution step widths are not accepted. Try a positive integer",
      );
    if ((endMillis - startMillis) / stepMillis > MOST_POINTS)
      throw new parameters.ParameterError(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
      );
    const type = typeOf(parseQuery(form));
    if (type === "matrix" || type === "string")
      throw parameters.invalid(
        "query",
        `invalid expression type "${type === "matrix" ? "range vector" : type}" for range query, must be Scalar or instant Vector`,
      );
    return run(form, c, limits, limit, (query, signal, lookbackMillis) =>
      runRangeQuery({ reader: reader.metrics, query, startMillis, endMillis, stepMillis, signal, lookbackMillis }),
    );
  });

  on("/query_exemplars", async (form, c) => {
    const range = parameters.range(form);
    if (range.end < range.start)
      throw new parameters.ParameterError("end timestamp must not be before start timestamp");
    const selections = selectorsOf(parseQuery(form));
    if (selections.length === 0) return success([]);
    const found = await reader.metrics.selectExemplars({ selections, range, limit: 0 }, c.req.raw.signal);
    return pieceResponse(exemplarPieces(found));
  });

  on("/format_query", (form) => success(formatPretty(parseQuery(form))));
  on("/parse_query", (form) => success(exprJson(parseQuery(form))));
  return routes;
}

type Run = (query: string, signal: AbortSignal, lookbackMillis: number | undefined) => Promise<QueryResult>;

/** Runs under the limits of all queries and the time that this one asks for, whichever is less. */
async function run(
  form: URLSearchParams,
  c: Context<ApiEnv>,
  limits: WorkLimits,
  limit: number,
  runQuery: Run,
): Promise<Response> {
  const asked = parameters.optionalDuration(form, "timeout");
  const lookback = parameters.optionalDuration(form, "lookback_delta");
  parseQuery(form);
  const timeoutMillis =
    asked === undefined || asked <= 0
      ? limits.timeoutMillis
      : Math.min(asked, limits.timeoutMillis === 0 ? Infinity : limits.timeoutMillis);
  const scope = openScope(c.req.raw.signal, { ...limits, timeoutMillis }, c.env?.isCancelled);
  const started = performance.now();
  try {
    const lookbackMillis = lookback !== undefined && lookback > 0 ? lookback : undefined;
    const result = await runQuery(parameters.text(form, "query"), scope.signal, lookbackMillis);
    const { value, isTruncated } = truncated(result.value, limit);
    for (const missing of scope.missing) scopeOf(c.req.raw.signal).miss(missing);
    const warnings = [...result.warnings, ...scope.missing, ...(isTruncated ? [TRUNCATED] : [])];
    const stats = parameters.text(form, "stats") === "" ? undefined : statsText((performance.now() - started) / 1000);
    return pieceResponse(resultPieces(value, stats), { warnings, infos: result.infos });
  } catch (error) {
    // It could be read, so this is no bad request.
    if (error instanceof QueryError) throw new ExecutionError(error.message);
    throw error;
  } finally {
    scope.close();
  }
}

function parseQuery(form: URLSearchParams): Expr {
  try {
    return parseExpr(parameters.text(form, "query"));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(`invalid parameter "query": ${error.message}`, error.position, error.hint);
  }
}

function truncated(value: QueryValue, limit: number): { value: QueryValue; isTruncated: boolean } {
  if (limit > 0 && value.type === "vector" && value.samples.length > limit)
    return { value: { ...value, samples: value.samples.slice(0, limit) }, isTruncated: true };
  if (limit > 0 && value.type === "matrix" && value.series.length > limit)
    return { value: { ...value, series: value.series.slice(0, limit) }, isTruncated: true };
  return { value, isTruncated: false };
}

/** Times only, in seconds: samples are not counted. */
function statsText(seconds: number): string {
  return JSON.stringify({ timings: { evalTotalTime: seconds, execTotalTime: seconds } });
}
