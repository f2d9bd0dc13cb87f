/** RED figures of services and operations, service colours, and calls between services. */
import { Hono } from "hono";
import { QueryError } from "../../base/errors.ts";
import { SPAN_KINDS } from "../../model/span-batch.ts";
import { summarizeOperations, summarizeServices } from "../../query/services/red.ts";
import { serviceColors } from "../../query/services/service-colors.ts";
import type { StoreReader, TimeRange } from "../../store/store.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireDependencies, WireOperations, WireServiceColors, WireServices } from "../contract.ts";
import * as parameters from "../parameters.ts";

const MOST_VERSIONS = 5;

export function serviceRoutes({ reader, documents }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/services", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const buckets = bucketsOf(query);
      const range = await rangeOf(query, reader);
      const services = await summarizeServices(reader, range, buckets, c.req.raw.signal);
      const colors = await serviceColors(
        documents,
        services.map(({ name }) => name),
      );
      return c.json<WireServices>({
        ...wireRange(range, buckets),
        services: services.map((service) => ({
          ...service,
          versions: service.versions.slice(0, MOST_VERSIONS),
          color: colors.get(service.name) ?? 0,
        })),
      });
    })
    .get("/services/:service/operations", async (c) => {
      return c.json(
        await operationsOf(reader, c.req.param("service"), new URL(c.req.url).searchParams, c.req.raw.signal),
      );
    })
    .get("/operations", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const service = parameters.text(query, "service");
      if (service === undefined)
        throw new QueryError("cannot list operations without a service", undefined, "add ?service=NAME");
      return c.json(await operationsOf(reader, service, query, c.req.raw.signal));
    })
    .get("/service-colors", async (c) => {
      const services = await reader.listServices({ start: 0n, end: 2n ** 64n - 1n }, c.req.raw.signal);
      const colors = await serviceColors(
        documents,
        services.map(({ name }) => name),
      );
      return c.json<WireServiceColors>({ colors: Object.fromEntries(colors) });
    })
    .get("/dependencies", async (c) => {
      const range = parameters.timeRange(new URL(c.req.url).searchParams);
      return c.json<WireDependencies>({ dependencies: await reader.summarizeDependencies(range, c.req.raw.signal) });
    });
}

async function operationsOf(
  reader: StoreReader,
  service: string,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<WireOperations> {
  const buckets = bucketsOf(query);
  const range = await rangeOf(query, reader);
  const operations = await summarizeOperations(reader, service, range, buckets, signal);
  return {
    ...wireRange(range, buckets),
    operations: operations.map((operation) => ({ ...operation, kind: SPAN_KINDS[operation.kind] ?? "unspecified" })),
  };
}

function bucketsOf(query: URLSearchParams): number {
  return parameters.integer(query, "buckets", 30, 1, 500);
}

/** Rates need a range: where the caller leaves an end open, the data's own end is taken. */
async function rangeOf(query: URLSearchParams, reader: StoreReader): Promise<TimeRange> {
  const asked = parameters.timeRange(query);
  if (parameters.hasRange(query)) return asked;
  const data = (await reader.dataRange("traces")) ?? { start: 0n, end: 0n };
  const start = parameters.text(query, "start") === undefined ? data.start : asked.start;
  const end = parameters.text(query, "end") === undefined ? data.end : asked.end;
  return { start, end: end < start ? start : end };
}

function wireRange(
  { start, end }: TimeRange,
  buckets: number,
): { startMillis: number; endMillis: number; bucketMillis: number } {
  const [startMillis, endMillis] = [Number(start) / 1e6, Number(end) / 1e6];
  return { startMillis, endMillis, bucketMillis: (endMillis - startMillis) / buckets };
}
