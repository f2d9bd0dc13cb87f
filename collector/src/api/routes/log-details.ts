/** What surrounds a log search: values and names of fields, the lines around a record, records as they arrive and as a file. */
import { Hono } from "hono";
import { NO_LIMITS, openScope } from "../../base/work-scope.ts";
import { resolveField, type ResolvedField } from "../../query/logs/plan/fields.ts";
import type { LogPlan } from "../../query/logs/plan/log-plan.ts";
import { planLogQuery } from "../../query/logs/plan/plan-query.ts";
import { countFacets } from "../../query/logs/run/count-facets.ts";
import { listFields } from "../../query/logs/run/list-fields.ts";
import type { StoreReader, TimeRange } from "../../store/store.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireLogContext, WireLogFacets, WireLogFields } from "../contract.ts";
import { exportLogs } from "../logs/export-logs.ts";
import { logContext } from "../logs/log-context.ts";
import { tailResponse } from "../logs/tail-events.ts";
import * as parameters from "../parameters.ts";
import { textResponse } from "../text-response.ts";

const MOST_LINES = 500;
const MOST_FIELDS = 50;
/** For how long the records of a file are counted before it begins. */
const COUNT_MILLIS = 2000;

const EXPORT_TYPES = { csv: "text/csv; charset=utf-8; header=present", ndjson: "application/x-ndjson" } as const;

export function logDetailRoutes({ reader, limits = NO_LIMITS, reportError }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/logs/facets", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const { condition } = planOf(query);
      const limit = parameters.integer(query, "limit", 10, 1, 1000);
      const request = { condition, range: parameters.timeRange(query), fields: fieldsOf(query), limit };
      return c.json<WireLogFacets>((await countFacets(reader, request, c.req.raw.signal)) as WireLogFacets);
    })
    .get("/logs/fields", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const range = parameters.timeRange(query);
      return c.json<WireLogFields>({
        fields: await listFields(reader, planOf(query).condition, range, c.req.raw.signal),
      });
    })
    .get("/logs/context", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const request = {
        id: parameters.required(query, "id", "take it from a search's answer"),
        before: parameters.integer(query, "before", 20, 0, MOST_LINES),
        after: parameters.integer(query, "after", 20, 0, MOST_LINES),
        whole: parameters.flag(query, "whole"),
      };
      return c.json<WireLogContext>(await logContext(reader, request, c.req.raw.signal));
    })
    .get("/logs/tail", (c) => {
      const { condition } = planOf(new URL(c.req.url).searchParams);
      return tailResponse(reader, condition, c.req.raw.signal, reportError);
    })
    .get("/logs/export", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const plan = planOf(query);
      const format = parameters.choice(query, "format", ["csv", "ndjson"]);
      const range = settled(parameters.timeRange(query));
      const order = parameters.choice(query, "order", ["newest", "oldest"]);
      const request = { plan, range, order, format, fields: fieldsOf(query) ?? plan.fields };
      const { signal } = c.req.raw;
      const total = await countSoon(reader, plan, range, signal);
      const headers = {
        "content-type": EXPORT_TYPES[format],
        "content-disposition": `attachment; filename="logs-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.${format}"`,
        "cache-control": "no-store",
        ...(total === undefined ? {} : { "x-total": String(total) }),
      };
      return textResponse(exportLogs(reader, request, limits, signal), headers, reportError);
    });
}

function planOf(query: URLSearchParams): LogPlan {
  return planLogQuery(parameters.text(query, "query") ?? "");
}

/** `field` may be repeated. */
function fieldsOf(query: URLSearchParams): ResolvedField[] | undefined {
  const names = query.getAll("field").filter((name) => name !== "");
  if (names.length > MOST_FIELDS) throw parameters.wrong("field", names[MOST_FIELDS], `name at most ${MOST_FIELDS}`);
  if (names.length === 0) return undefined;
  return names.map((name) => resolveField({ name: name.replace(/^@/, ""), isAttribute: name.startsWith("@") }));
}

/** What arrives while a file is written doesn't get into it. */
function settled({ start, end }: TimeRange): TimeRange {
  const now = BigInt(Date.now()) * 1_000_000n;
  return { start, end: end > now && start <= now ? now : end };
}

/** Undefined = it would take too long to know. */
async function countSoon(
  reader: Pick<StoreReader, "scanLogs">,
  { condition, limit = Infinity }: LogPlan,
  range: TimeRange,
  signal: AbortSignal,
): Promise<number | undefined> {
  const scope = openScope(signal, NO_LIMITS);
  const until = performance.now() + COUNT_MILLIS;
  let total = 0;
  let isKnown = true;
  try {
    await reader.scanLogs(
      { range, condition, order: "newest" },
      (piece) => {
        total += piece?.count ?? 0;
        isKnown = performance.now() < until;
        return isKnown && total < limit;
      },
      scope.signal,
    );
  } finally {
    scope.close();
  }
  return isKnown ? Math.min(total, limit) : undefined;
}
