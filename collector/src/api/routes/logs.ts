/** Logs: search, and what is counted of them. The query language is query/logs; collector/docs/logs.md. */
import { Hono, type Context } from "hono";
import { QueryError } from "../../base/errors.ts";
import { scopeOf } from "../../base/work-scope.ts";
import { unitOf } from "../../query/logs/plan/fields.ts";
import type { AggregatePlan, LogPlan, TablePlan } from "../../query/logs/plan/log-plan.ts";
import { planLogQuery } from "../../query/logs/plan/plan-query.ts";
import { summarizeLogs, type LogSummary } from "../../query/logs/run/summarize.ts";
import { tabulate, type LogTable } from "../../query/logs/run/tabulate.ts";
import { findPatterns, type PatternStep } from "../../query/patterns/find-patterns.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireLogPatterns, WireLogSearch, WireLogSummary, WireLogTable } from "../contract.ts";
import { acceptsLines, lineResponse } from "../line-response.ts";
import { parseCursor } from "../logs/search-cursor.ts";
import { searchLogs, streamLogs } from "../logs/search-logs.ts";
import { wirePatterns } from "../logs/wire-patterns.ts";
import * as parameters from "../parameters.ts";

const MOST_LOGS = 1000;
const MOST_BUCKETS = 500;
const MOST_PATTERNS = 1000;
const USUAL_PATTERNS = 50;

export function logRoutes({ reader, reportError }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/logs", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const request = {
        plan: planLogQuery(parameters.text(query, "query") ?? ""),
        range: parameters.timeRange(query),
        order: parameters.choice(query, "order", ["newest", "oldest"]),
        limit: parameters.integer(query, "limit", 100, 1, MOST_LOGS),
        place: parseCursor(parameters.text(query, "cursor")),
      };
      const { signal } = c.req.raw;
      if (acceptsLines(c.req.header("accept"))) return lineResponse(streamLogs(reader, request, signal), reportError);
      return c.json<WireLogSearch>(await searchLogs(reader, request, signal));
    })
    .get("/logs/summary", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const { condition } = planLogQuery(parameters.text(query, "query") ?? "");
      const buckets = parameters.integer(query, "buckets", 60, 1, MOST_BUCKETS);
      const range = parameters.timeRange(query);
      return answer(
        c,
        wireSummaries(summarizeLogs(reader, condition, range, buckets, c.req.raw.signal), c.req.raw.signal),
      );
    })
    .get("/logs/table", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const text = parameters.text(query, "query") ?? "";
      const plan = planLogQuery(text);
      const table = tableOf(plan, text);
      const buckets = parameters.integer(query, "buckets", 60, 1, MOST_BUCKETS);
      const request = { condition: plan.condition, table, range: parameters.timeRange(query), buckets };
      return answer(c, wireTables(tabulate(reader, request, c.req.raw.signal), table, c.req.raw.signal));
    })
    .get("/logs/patterns", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const plan = planLogQuery(parameters.text(query, "query") ?? "");
      const usual = plan.patterns || USUAL_PATTERNS;
      const request = {
        condition: plan.condition,
        range: parameters.timeRange(query),
        limit: parameters.integer(query, "limit", Math.min(usual, MOST_PATTERNS), 1, MOST_PATTERNS),
        buckets: { most: parameters.integer(query, "buckets", 60, 1, MOST_BUCKETS) },
      };
      const { signal } = c.req.raw;
      return answer(c, wirePatternSteps(findPatterns(reader, request, signal), signal));
    });

  /** Each step as a line for who asks for lines, else the last one. */
  async function answer<T extends object>(c: Context<ApiEnv>, steps: AsyncGenerator<T>): Promise<Response> {
    if (acceptsLines(c.req.header("accept"))) return lineResponse(steps, reportError);
    let last: T | undefined;
    for await (const step of steps) last = step;
    return Response.json(last);
  }
}

function tableOf({ table, patterns }: LogPlan, text: string): TablePlan {
  if (table) return table;
  throw new QueryError(
    patterns === undefined ? "cannot make a table: the query counts nothing" : "cannot make a table of patterns",
    text.length,
    patterns === undefined ? "write | count by service behind it" : "GET /api/v1/logs/patterns has them",
  );
}

async function* wireSummaries(steps: AsyncIterable<LogSummary>, signal: AbortSignal): AsyncGenerator<WireLogSummary> {
  for await (const { progress, total, startMillis, stepMillis, levels } of steps)
    yield { progress, total, startMillis, stepMillis, levels, ...missing(progress, signal) };
}

async function* wireTables(
  steps: AsyncIterable<LogTable>,
  { by, aggregates }: TablePlan,
  signal: AbortSignal,
): AsyncGenerator<WireLogTable> {
  const columns: WireLogTable["columns"] = [
    ...by.map(({ name }) => ({ name, kind: "text" as const })),
    ...aggregates.map((aggregate) => ({ name: aggregate.name, kind: "number" as const, ...unit(aggregate) })),
  ];
  for await (const { progress, rows, series, matched, otherGroups } of steps)
    yield {
      progress,
      columns,
      rows: rows as WireLogTable["rows"],
      ...(series && {
        series: { startMillis: series.startMillis, stepMillis: series.stepMillis, values: series.values },
      }),
      matched,
      otherGroups,
      ...missing(progress, signal),
    };
}

async function* wirePatternSteps(
  steps: AsyncIterable<PatternStep>,
  signal: AbortSignal,
): AsyncGenerator<WireLogPatterns> {
  for await (const step of steps) yield { ...wirePatterns(step), ...missing(step.progress, signal) };
}

function unit({ func, of }: AggregatePlan): { unit?: "ms" | "s" | "By" } {
  const found = of === undefined || func === "count" || func === "count_unique" ? undefined : unitOf(of.name);
  return found === undefined ? {} : { unit: found };
}

/** Only the last step knows all that it lacks. */
function missing(progress: number, signal: AbortSignal): { partial?: string } {
  const lacks = progress === 1 ? scopeOf(signal).missing : [];
  return lacks.length > 0 ? { partial: lacks.join("; ") } : {};
}
