/** Trace search, one trace, and the logs of a trace. */
import { Hono } from "hono";
import { scopeOf, type WorkScope } from "../../base/work-scope.ts";
import { NotFoundError } from "../../base/errors.ts";
import { parseKind, parseTraceQuery, type SpanConditions } from "../../query/traces/parse-query.ts";
import { searchTraces, streamTraces, type FoundTrace, type TraceSearchStep } from "../../query/traces/search-traces.ts";
import { formatLogsJson, formatTracesJson } from "../../wire/otlp/json-pieces.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireSearchLine, WireTraceSearch, WireTraceSummary } from "../contract.ts";
import { jsonResponse } from "../json-response.ts";
import { acceptsLines, lineResponse } from "../line-response.ts";
import * as parameters from "../parameters.ts";

export const MOST_TRACES = 1000;

export function traceRoutes({ reader, reportError }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/traces", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const limit = parameters.integer(query, "limit", 20, 1, MOST_TRACES);
      const filter = { range: parameters.timeRange(query), ...conditionsOf(query) };
      const { signal } = c.req.raw;
      if (acceptsLines(c.req.header("accept")))
        return lineResponse(searchLines(streamTraces(reader, filter, limit, signal), scopeOf(signal)), reportError);
      const { traces, truncated } = await searchTraces(reader, [filter], limit, c.req.raw.signal);
      return c.json<WireTraceSearch>({ traces: traces.map(wireSummary), truncated });
    })
    .get("/traces/:traceId", async (c) => {
      const id = parameters.traceId(c.req.param("traceId"));
      const batches = await reader.readTrace(id, c.req.raw.signal);
      if (batches.length === 0) throw unknownTrace(c.req.param("traceId"));
      return jsonResponse(formatTracesJson(batches));
    })
    .get("/traces/:traceId/logs", async (c) => {
      const id = parameters.traceId(c.req.param("traceId"));
      const batches = await reader.readTraceLogs(id, c.req.raw.signal);
      if (batches.length > 0) return jsonResponse(formatLogsJson(batches));
      // A trace without logs is no unknown trace.
      if ((await reader.readTraces([id], "skeleton", c.req.raw.signal)).length === 0)
        throw unknownTrace(c.req.param("traceId"));
      return c.json({ resourceLogs: [] });
    });
}

async function* searchLines(
  steps: AsyncIterable<TraceSearchStep>,
  { missing }: WorkScope,
): AsyncGenerator<WireSearchLine> {
  for await (const { traces, truncated, share } of steps) {
    for (const trace of traces) yield { trace: wireSummary(trace) };
    if (share < 1) yield { progress: share };
    else yield { progress: 1, truncated, ...(missing.length > 0 ? { partial: missing.join("; ") } : {}) };
  }
}

/** The form's fields and the text query together: all conditions hold. */
function conditionsOf(query: URLSearchParams): SpanConditions {
  const typed = parseTraceQuery(parameters.text(query, "q") ?? "");
  const kind = parameters.text(query, "kind");
  const form: SpanConditions = {
    service: parameters.text(query, "service"),
    operation: parameters.text(query, "operation"),
    kind: kind === undefined ? undefined : parseKind(kind),
    minDurationNanos: parameters.durationNanos(query, "minDuration"),
    maxDurationNanos: parameters.durationNanos(query, "maxDuration"),
    errorsOnly: parameters.flag(query, "errors") || undefined,
  };
  const given = Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined));
  return { ...typed, ...given, attributes: [...(typed.attributes ?? []), ...parameters.attributes(query)] };
}

export function wireSummary({
  startUnixNano,
  durationNanos,
  matchedAtUnixNano,
  ...summary
}: FoundTrace): WireTraceSummary {
  return {
    ...summary,
    startTimeUnixNano: String(startUnixNano),
    durationNanos: String(durationNanos),
    matchedAtUnixNano: String(matchedAtUnixNano),
    services: [...summary.services],
    preview: [...summary.preview],
  };
}

function unknownTrace(id: string): NotFoundError {
  return new NotFoundError(`cannot find the trace ${id}: it never came, or its time is over`);
}
