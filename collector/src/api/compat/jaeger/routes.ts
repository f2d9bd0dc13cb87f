/**
 * Jaeger's HTTP APIs, so that jaeger-ui and Grafana's Jaeger data source work against Goldspan: the legacy one
 * (https://www.jaegertracing.io/docs/1.76/architecture/apis/#internal-http-json) and v3.
 */
import { Hono, type Context } from "hono";
import { NotFoundError, QueryError } from "../../../base/errors.ts";
import { selectRecords } from "../../../model/edit-select.ts";
import { SPAN_KINDS, type SpanBatch } from "../../../model/span-batch.ts";
import { findTraces, searchTraces } from "../../../query/traces/search-traces.ts";
import type { SpanFilter, StoreReader } from "../../../store/store.ts";
import { encodeTraces } from "../../../wire/otlp/encode-batch.ts";
import { formatTracesJson } from "../../../wire/otlp/json-pieces.ts";
import { decodeToObject } from "../../../wire/otlp/protobuf-to-json.ts";
import { TRACES_REQUEST } from "../../../wire/otlp/schema.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import type { WireOtlpTraces } from "../../contract.ts";
import { failureOf } from "../../errors.ts";
import { jsonResponse } from "../../json-response.ts";
import { text, traceId as parseTraceId } from "../../parameters.ts";
import { jaegerTraces, type JaegerTrace } from "./legacy-trace.ts";
import { legacySearch, v3Search } from "./parameters.ts";

const ALWAYS = { start: 0n, end: 2n ** 64n - 1n };
const DAY_MILLIS = 86_400_000;
/** Of the legacy API, in and out. */
const SPANS_A_PIECE = 512;

export function jaegerRoutes(context: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().route("/v3", v3Routes(context)).route("/", legacyRoutes(context));
}

function legacyRoutes({ reader, reportError }: ApiContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.onError((error, c) => {
    const { status, error: failure } = failureOf(error, reportError);
    return c.json(
      { data: null, total: 0, limit: 0, offset: 0, errors: [{ code: failure.code, msg: messageOf(failure) }] },
      status as 400,
    );
  });
  const list = (c: Context, data: readonly unknown[]) =>
    c.json({ data, total: data.length, limit: 0, offset: 0, errors: null });
  const traces = (data: readonly JaegerTrace[]) => jsonResponse(legacyPieces(data));

  routes.get("/services", async (c) => list(c, await servicesOf(reader)));
  routes.get("/services/:service/operations", async (c) => {
    const operations = await operationsOf(reader, c.req.param("service"));
    return list(c, [...new Set(operations.map(({ name }) => name))]);
  });
  routes.get("/operations", async (c) => {
    const { service, spanKind } = c.req.query();
    return list(c, await operationsOf(reader, service || undefined, spanKind || undefined));
  });
  routes.get("/traces", async (c) => {
    const query = new URL(c.req.url).searchParams;
    const ids = query.getAll("traceID").filter(Boolean);
    if (ids.length > 0) return traces(jaegerTraces(await readAll(reader, ids.map(traceIdOf), c.req.raw.signal)));
    const { filters, limit } = legacySearch(query);
    return traces(inOrder(await search(reader, filters, limit, c.req.raw.signal)));
  });
  routes.get("/traces/:traceId", async (c) => {
    const found = jaegerTraces(await readAll(reader, [traceIdOf(c.req.param("traceId"))], c.req.raw.signal));
    if (found.length === 0) throw new NotFoundError("trace not found");
    return traces(found);
  });
  routes.get("/dependencies", async (c) => {
    const query = new URL(c.req.url).searchParams;
    const end = millisOf(query, "endTs") ?? Date.now();
    const lookback = millisOf(query, "lookback") ?? DAY_MILLIS;
    const range = { start: BigInt(Math.max(0, end - lookback)) * 1_000_000n, end: BigInt(end) * 1_000_000n + 999_999n };
    const service = text(query, "service");
    const dependencies = await reader.summarizeDependencies(range, c.req.raw.signal);
    const chosen = dependencies.filter(
      ({ parent, child }) => service === undefined || parent === service || child === service,
    );
    return list(
      c,
      chosen.map(({ parent, child, callCount }) => ({ parent, child, callCount })),
    );
  });
  return routes;
}

function v3Routes({ reader, reportError }: ApiContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.onError((error, c) => {
    const { status, error: failure } = failureOf(error, reportError);
    return c.json({ error: { httpCode: failure.code, message: messageOf(failure) } }, status as 400);
  });
  const result = (batches: readonly SpanBatch[]) => jsonResponse(wrapped(formatTracesJson(batches)));

  routes.get("/services", async (c) => c.json({ services: await servicesOf(reader) }));
  routes.get("/operations", async (c) => {
    const { service, spanKind, span_kind } = c.req.query();
    const operations = await operationsOf(reader, service || undefined, spanKind || span_kind || undefined);
    return c.json({
      operations: operations.map(({ name, spanKind: kind }) => ({ name, spanKind: kind || "internal" })),
    });
  });
  routes.get("/traces/:traceId", async (c) => {
    const batches = await reader.readTrace(traceIdOf(c.req.param("traceId")), c.req.raw.signal);
    if (batches.length === 0) throw new NotFoundError("No traces found");
    return result(batches);
  });
  routes.get("/traces", async (c) => {
    const { filters, limit } = v3Search(new URL(c.req.url).searchParams);
    const matches = await findTraces(reader, filters, limit, c.req.raw.signal);
    if (matches.length === 0) throw new NotFoundError("No traces found");
    const batches = await reader.readTraces(
      matches.map(({ traceId }) => traceId),
      "full",
      c.req.raw.signal,
    );
    return result(batches);
  });
  routes.get("/trace-summaries", async (c) => {
    const { filters, limit } = v3Search(new URL(c.req.url).searchParams);
    const { traces } = await searchTraces(reader, filters, limit, c.req.raw.signal);
    return c.json({
      summaries: traces.map((trace) => ({
        traceId: trace.traceId,
        rootServiceName: trace.rootService,
        rootOperationName: trace.rootOperation,
        minStartTimeUnixNano: String(trace.startUnixNano),
        maxEndTimeUnixNano: String(trace.startUnixNano + trace.durationNanos),
        spanCount: trace.spanCount,
        errorSpanCount: trace.errorCount,
        services: trace.services.map(({ name, spanCount, errorCount }) => ({
          name,
          spanCount,
          errorSpanCount: errorCount,
        })),
      })),
    });
  });
  return routes;
}

/** The legacy envelope, a few hundred spans a piece: an answer may be larger than one string can be (512 MB). */
function* legacyPieces(traces: readonly JaegerTrace[]): Generator<string> {
  yield '{"data":[';
  for (const [t, { spans, ...rest }] of traces.entries()) {
    yield `${t === 0 ? "" : ","}${JSON.stringify(rest).slice(0, -1)},"spans":[`;
    for (let i = 0; i < spans.length; i += SPANS_A_PIECE)
      yield `${i === 0 ? "" : ","}${JSON.stringify(spans.slice(i, i + SPANS_A_PIECE)).slice(1, -1)}`;
    yield "]}";
  }
  yield '],"total":0,"limit":0,"offset":0,"errors":null}';
}

function* wrapped(pieces: Iterable<string>): Generator<string> {
  yield '{"result":';
  yield* pieces;
  yield "}";
}

async function servicesOf(reader: StoreReader): Promise<string[]> {
  return (await reader.listServices(ALWAYS)).map(({ name }) => name);
}

async function operationsOf(
  reader: StoreReader,
  service?: string,
  spanKind?: string,
): Promise<{ name: string; spanKind: string }[]> {
  const summaries = await reader.summarizeOperations(ALWAYS, { buckets: 1, service });
  const operations = summaries.map(({ operation, kind }) => ({
    name: operation,
    spanKind: kind === 0 ? "" : (SPAN_KINDS[kind] ?? ""),
  }));
  const distinct = new Map(operations.map((operation) => [`${operation.spanKind}\0${operation.name}`, operation]));
  const chosen = [...distinct.values()].filter(
    (operation) => spanKind === undefined || operation.spanKind === spanKind.toLowerCase(),
  );
  return chosen.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function search(
  reader: StoreReader,
  filters: readonly SpanFilter[],
  limit: number,
  signal: AbortSignal,
): Promise<{ order: string[]; traces: JaegerTrace[] }> {
  const matches = await findTraces(reader, filters, limit, signal);
  const ids = matches.map(({ traceId }) => traceId);
  return {
    order: ids.map((id) => Buffer.from(id).toString("hex")),
    traces: jaegerTraces(await readAll(reader, ids, signal)),
  };
}

/** Newest match first. */
function inOrder({ order, traces }: { order: string[]; traces: JaegerTrace[] }): JaegerTrace[] {
  const byId = new Map(traces.map((trace) => [trace.traceID, trace]));
  return order.flatMap((id) => byId.get(id) ?? []);
}

async function readAll(reader: StoreReader, ids: readonly Uint8Array[], signal: AbortSignal): Promise<WireOtlpTraces> {
  const batches = await reader.readTraces(ids, "full", signal);
  return { resourceSpans: batches.flatMap((batch) => [...partsOf(batch)].flatMap(decodeSpans)) };
}

function* partsOf(batch: SpanBatch): Generator<SpanBatch> {
  for (let from = 0; from < batch.count; from += SPANS_A_PIECE) {
    const length = Math.min(SPANS_A_PIECE, batch.count - from);
    yield selectRecords(
      batch,
      Uint32Array.from({ length }, (_, i) => from + i),
    );
  }
}

function decodeSpans(batch: SpanBatch): WireOtlpTraces["resourceSpans"] {
  return (decodeToObject(encodeTraces([batch]), TRACES_REQUEST) as WireOtlpTraces).resourceSpans;
}

/** Hex of up to 32 digits, or base64, as Jaeger takes both. */
function traceIdOf(value: string): Uint8Array {
  if (!/^[0-9a-fA-F]+$/.test(value) && /^[A-Za-z0-9+/_-]{22}={0,2}$/.test(value))
    return new Uint8Array(Buffer.from(value, "base64"));
  return parseTraceId(value);
}

function millisOf(query: URLSearchParams, name: string): number | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value))
    throw new QueryError(`unable to parse param '${name}': it must be milliseconds, got ${value}`);
  return Number(value);
}

function messageOf({ message, hint }: { message: string; hint?: string }): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}
