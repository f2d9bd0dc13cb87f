/** The four golden signals of services, and the table that saturation is computed with. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import { goldenSignals, noSignals, type GoldenSignals } from "../../query/golden/golden-signals.ts";
import { listServiceNames } from "../../query/golden/list-services.ts";
import { trimmed } from "../../query/golden/latency-counts.ts";
import { queryOf, windowOf, type SaturationPart } from "../../query/golden/saturation.ts";
import { serviceQueries, statusLabelOf } from "../../query/golden/service-queries.ts";
import {
  deleteSaturationSource,
  listSaturationSources,
  putSaturationSource,
} from "../../query/golden/stored-sources.ts";
import { timeBuckets, type TimeBuckets } from "../../query/golden/time-buckets.ts";
import { serviceColors } from "../../query/services/service-colors.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type {
  WireGoldenDetail,
  WireGoldenService,
  WireGoldenSignals,
  WireSaturation,
  WireSaturationPart,
  WireSaturationSource,
  WireSaturationSources,
} from "../contract.ts";
import { jsonBody } from "../json-body.ts";
import * as parameters from "../parameters.ts";

const MOST_VERSIONS = 5;
const MOST_PARTS = 12;

export function goldenRoutes({ reader, documents }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/golden", async (c) => {
      const buckets = bucketsOf(c.req.url);
      const { signal } = c.req.raw;
      const sources = await listSaturationSources(documents);
      const [found, versions] = await Promise.all([
        goldenSignals(reader, sources, buckets, undefined, signal),
        versionsOf(buckets, signal),
      ]);
      const colors = await serviceColors(documents, found.map(({ service }) => service).sort());
      return c.json<WireGoldenSignals>({
        ...wireBuckets(buckets),
        services: found.map((one) => ({
          ...wireService(one, colors, versions),
          series: {
            ratePerSecond: [...one.series.ratePerSecond],
            errorRatio: [...one.series.errorRatio],
            p95Millis: one.series.quantileMillis(0.95),
            saturation: [...one.series.saturation],
          },
        })),
      });
    })
    .get("/golden/:service", async (c) => {
      const service = c.req.param("service");
      const buckets = bucketsOf(c.req.url);
      const { signal } = c.req.raw;
      const sources = await listSaturationSources(documents);
      const [[found], versions] = await Promise.all([
        goldenSignals(reader, sources, buckets, service, signal),
        versionsOf(buckets, signal),
      ]);
      if (!found && !(await listServiceNames(reader, { start: 0, end: Date.now() }, signal)).includes(service))
        throw new NotFoundError(`cannot find the service ${service}: it has sent no spans and no metrics`);
      const one = found ?? noSignals(service, buckets);
      const colors = await serviceColors(documents, [service]);
      return c.json<WireGoldenDetail>({
        ...wireBuckets(buckets),
        ...wireService(one, colors, versions),
        series: {
          ratePerSecond: [...one.series.ratePerSecond],
          errorRatio: [...one.series.errorRatio],
          errorsPerSecond: [...one.series.errorsPerSecond],
          p50Millis: one.series.quantileMillis(0.5),
          p90Millis: one.series.quantileMillis(0.9),
          p95Millis: one.series.quantileMillis(0.95),
          p99Millis: one.series.quantileMillis(0.99),
          saturation: [...one.series.saturation],
        },
        heatmap: wireHeatmap(one),
        saturationParts: (one.saturation?.parts ?? [])
          .slice(0, MOST_PARTS)
          .map((part) => wirePart(part, service, buckets)),
        queries: await queriesOf(one, buckets, signal),
      });
    })
    .get("/saturation-sources", async (c) =>
      c.json<WireSaturationSources>({ sources: await listSaturationSources(documents) }),
    )
    .put("/saturation-sources/:id", async (c) =>
      c.json<WireSaturationSource>(await putSaturationSource(documents, c.req.param("id"), await jsonBody(c.req.raw))),
    )
    .delete("/saturation-sources/:id", async (c) => {
      await deleteSaturationSource(documents, c.req.param("id"));
      return c.body(null, 204);
    });

  async function versionsOf(buckets: TimeBuckets, signal: AbortSignal): Promise<Map<string, readonly string[]>> {
    const services = await reader.listServices(nanosOf(buckets), signal);
    return new Map(services.map(({ name, versions }) => [name, versions.slice(0, MOST_VERSIONS)]));
  }

  async function queriesOf(
    { service, traffic, metric }: GoldenSignals,
    buckets: TimeBuckets,
    signal: AbortSignal,
  ): Promise<WireGoldenDetail["queries"]> {
    if (!traffic || !metric) return null;
    const statusLabel = await statusLabelOf(reader.metrics, metric, service, buckets, signal);
    return serviceQueries(metric, statusLabel, service, traffic.countedBy, windowOf(buckets));
  }
}

/** The last hour where no range is asked for. */
export function bucketsOf(url: string): TimeBuckets {
  const query = new URL(url).searchParams;
  const { start, end } = parameters.millisRange(query, Date.now());
  return timeBuckets(start, end, parameters.integer(query, "buckets", 30, 1, 500));
}

export function nanosOf({ start, end }: { start: number; end: number }): { start: bigint; end: bigint } {
  return { start: BigInt(Math.round(start)) * 1_000_000n, end: BigInt(Math.round(end)) * 1_000_000n };
}

function wireBuckets({
  start,
  end,
  width,
}: TimeBuckets): Pick<WireGoldenSignals, "startMillis" | "endMillis" | "bucketMillis"> {
  return { startMillis: start, endMillis: end, bucketMillis: width };
}

function wireService(
  one: GoldenSignals,
  colors: ReadonlyMap<string, number>,
  versions: ReadonlyMap<string, readonly string[]>,
): Omit<WireGoldenService, "series"> {
  const { service, traffic, health, saturation } = one;
  return {
    name: service,
    color: colors.get(service) ?? 0,
    versions: [...(versions.get(service) ?? [])],
    source: traffic?.source ?? "none",
    countedBy: traffic?.countedBy ?? "all",
    ratePerSecond: one.ratePerSecond,
    errorRatio: one.errorRatio,
    p50Millis: one.quantileMillis(0.5),
    p90Millis: one.quantileMillis(0.9),
    p95Millis: one.quantileMillis(0.95),
    p99Millis: one.quantileMillis(0.99),
    saturation: saturation?.worst ? wireSaturation(saturation.worst) : null,
    health: { ...health, reasons: [...health.reasons] },
  };
}

export function wireSaturation({ source, instance, value }: SaturationPart): WireSaturation {
  return { value, resource: source.resource, metric: source.metric, instance };
}

function wirePart(part: SaturationPart, service: string, buckets: TimeBuckets): WireSaturationPart {
  const { source, series } = part;
  return {
    ...wireSaturation(part),
    source: source.id,
    query: queryOf(source, service, windowOf(buckets)),
    counts: source.counts,
    warnAt: source.warnAt,
    badAt: source.badAt,
    series: [...series],
  };
}

function wireHeatmap({ traffic }: GoldenSignals): WireGoldenDetail["heatmap"] {
  if (!traffic) return { boundsMillis: [], counts: [] };
  const { boundsMillis, counts } = trimmed(traffic.latencies);
  return {
    boundsMillis: boundsMillis.map((bound) => (Number.isFinite(bound) ? bound : null)),
    counts: counts.map((row) => Array.from(row, (count) => Math.round(count * 100) / 100)),
  };
}
