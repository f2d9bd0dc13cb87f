/** Exceptions by fingerprint: groups of a time range, and one of them. */
import { Hono } from "hono";
import { scopeOf } from "../../base/work-scope.ts";
import { exceptionDetail } from "../../query/exceptions/exception-detail.ts";
import type { ExceptionGroup } from "../../query/exceptions/exception-group.ts";
import { listExceptions } from "../../query/exceptions/list-exceptions.ts";
import { timeBuckets } from "../../query/golden/time-buckets.ts";
import { planLogQuery } from "../../query/logs/plan/plan-query.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireExceptionDetail, WireExceptionGroup, WireExceptionGroups } from "../contract.ts";
import * as parameters from "../parameters.ts";

export function exceptionRoutes({ reader, documents }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/exceptions", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const buckets = bucketsOf(query);
      const { condition } = planLogQuery(parameters.text(query, "query") ?? "");
      const service = parameters.text(query, "service");
      const limit = parameters.integer(query, "limit", 100, 1, 1000);
      const { signal } = c.req.raw;
      const found = await listExceptions(reader, documents, { buckets, condition, service, limit }, signal);
      return c.json<WireExceptionGroups>({
        groups: found.groups.map(wireGroup),
        total: found.total,
        startMillis: buckets.start,
        stepMillis: buckets.width,
        truncated: found.truncated || scopeOf(signal).missing.length > 0,
      });
    })
    .get("/exceptions/:fingerprint", async (c) => {
      const buckets = bucketsOf(new URL(c.req.url).searchParams);
      const fingerprint = c.req.param("fingerprint");
      const found = await exceptionDetail(reader, documents, fingerprint, buckets, c.req.raw.signal);
      return c.json<WireExceptionDetail>({
        group: wireGroup(found.group),
        stacktrace: found.stacktrace,
        startMillis: buckets.start,
        stepMillis: buckets.width,
        occurrences: found.occurrences.map(({ timeUnixNano, message, source, traceId, spanId, version }) => ({
          timeUnixNano: String(timeUnixNano),
          message,
          source,
          ...(traceId === undefined ? {} : { traceId }),
          ...(spanId === undefined ? {} : { spanId }),
          ...(version === undefined ? {} : { version }),
        })),
        operations: found.operations.map((operation) => ({ ...operation })),
      });
    });
}

/** By default the last hour, as of everything that is counted over time. */
function bucketsOf(query: URLSearchParams) {
  const { start, end } = parameters.millisRange(query, Date.now());
  return timeBuckets(start, end, parameters.integer(query, "buckets", 60, 1, 500));
}

function wireGroup(group: ExceptionGroup): WireExceptionGroup {
  const { fingerprint, type, message, service, culprit, count, firstEverUnixNano, traceId, spanId } = group;
  return {
    fingerprint,
    type,
    message,
    service,
    culprit,
    count,
    firstSeenUnixNano: String(group.firstSeenUnixNano),
    lastSeenUnixNano: String(group.lastSeenUnixNano),
    ...(firstEverUnixNano === undefined ? {} : { firstEverUnixNano: String(firstEverUnixNano) }),
    trend: [...group.trend],
    versions: [...group.versions],
    ...(traceId === undefined ? {} : { exampleTraceId: traceId }),
    ...(spanId === undefined ? {} : { exampleSpanId: spanId }),
  };
}
