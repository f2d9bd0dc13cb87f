/** What the page of one service shows beside its golden signals, the map of all, and what takes most series. */
import { Hono } from "hono";
import { SPAN_KINDS } from "../../model/span-batch.ts";
import { errorGroups } from "../../query/errors/error-groups.ts";
import { reportCardinality } from "../../query/golden/cardinality.ts";
import { goldenSignals, type GoldenSignals } from "../../query/golden/golden-signals.ts";
import { quantileMillis, totalOf } from "../../query/golden/latency-counts.ts";
import { releasesOf, seenInstances, seenVersions } from "../../query/golden/releases.ts";
import { saturationOf, type SaturationPart } from "../../query/golden/saturation.ts";
import { serviceMap, type MapEdge, type MapNodeKind } from "../../query/golden/service-map.ts";
import { listSaturationSources } from "../../query/golden/stored-sources.ts";
import { timeBuckets } from "../../query/golden/time-buckets.ts";
import { trafficOfSpans } from "../../query/golden/traffic-of-spans.ts";
import { serviceColors } from "../../query/services/service-colors.ts";
import { searchTraces } from "../../query/traces/search-traces.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type {
  WireCardinality,
  WireErrorGroups,
  WireExamples,
  WireInstances,
  WireMapNode,
  WireReleases,
  WireServiceMap,
} from "../contract.ts";
import * as parameters from "../parameters.ts";
import { nanosOf, wireSaturation } from "./golden.ts";
import { wireSummary } from "./traces.ts";

const MOST_INSTANCES = 200;
const MOST_VERSIONS = 20;
const MOST_RELEASES = 100;
/** Of the newest slow traces the slowest are shown. */
const SLOW_TRACES_READ = 60;
/** Enough to say how a node does. */
const MAP_BUCKETS = 10;

export function servicePageRoutes({ reader, documents }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/services/:service/instances", async (c) => {
      const [service, range, { signal }] = [c.req.param("service"), rangeOf(c.req.url), c.req.raw];
      const sources = await listSaturationSources(documents);
      const buckets = timeBuckets(range.start, range.end, MAP_BUCKETS);
      const [saturations, instances, versions] = await Promise.all([
        saturationOf(reader.metrics, sources, buckets, service, signal),
        seenInstances(reader, range, service, signal),
        seenVersions(reader, range, service, signal),
      ]);
      const saturation = saturations.get(service);
      const fullest = new Map<string, SaturationPart>();
      for (const part of saturation?.parts ?? [])
        if (part.source.counts && !fullest.has(part.instance)) fullest.set(part.instance, part);
      return c.json<WireInstances>({
        instances: instances.slice(0, MOST_INSTANCES).map(({ service: _, ...instance }) => {
          const part = fullest.get(instance.instance);
          return { ...instance, saturation: part ? wireSaturation(part) : null };
        }),
        versions: versions.slice(0, MOST_VERSIONS).map((version) => ({ ...version })),
      });
    })
    .get("/services/:service/errors", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const limit = parameters.integer(query, "limit", 20, 1, 100);
      const range = nanosOf(rangeOf(c.req.url));
      const found = await errorGroups(reader, c.req.param("service"), range, limit, c.req.raw.signal);
      return c.json<WireErrorGroups>({
        ...found,
        groups: found.groups.map((group) => ({
          ...group,
          kind: SPAN_KINDS[group.kind] ?? "unspecified",
          lastSeenUnixNano: String(group.lastSeenUnixNano),
          traceIds: [...group.traceIds],
        })),
      });
    })
    .get("/services/:service/examples", async (c) => {
      const [service, range, { signal }] = [c.req.param("service"), rangeOf(c.req.url), c.req.raw];
      const limit = parameters.integer(new URL(c.req.url).searchParams, "limit", 5, 1, 50);
      const filter = { range: nanosOf(range), service };
      const traffic = await trafficOfSpans(reader, timeBuckets(range.start, range.end, 1), service, signal);
      const latencies = traffic.services.get(service)?.latencies;
      const p95 = latencies && quantileMillis(latencies.boundsMillis, totalOf(latencies), 0.95);
      const minDurationNanos = BigInt(Math.round((p95 ?? 0) * 1e6));
      const [failed, slow] = await Promise.all([
        searchTraces(reader, [{ ...filter, errorsOnly: true }], limit, signal),
        searchTraces(reader, [{ ...filter, minDurationNanos }], SLOW_TRACES_READ, signal),
      ]);
      const slowest = slow.traces.toSorted((a, b) => Number(b.durationNanos - a.durationNanos)).slice(0, limit);
      return c.json<WireExamples>({ slow: slowest.map(wireSummary), failed: failed.traces.map(wireSummary) });
    })
    .get("/releases", async (c) => {
      const service = parameters.text(new URL(c.req.url).searchParams, "service");
      const releases = await releasesOf(reader, rangeOf(c.req.url), service, c.req.raw.signal);
      return c.json<WireReleases>({ releases: releases.slice(0, MOST_RELEASES) });
    })
    .get("/map", async (c) => {
      const service = parameters.text(new URL(c.req.url).searchParams, "service");
      const [range, { signal }] = [rangeOf(c.req.url), c.req.raw];
      const sources = await listSaturationSources(documents);
      const buckets = timeBuckets(range.start, range.end, MAP_BUCKETS);
      const [{ source, edges, kinds }, golden] = await Promise.all([
        serviceMap(reader, range, service, signal),
        goldenSignals(reader, sources, buckets, undefined, signal),
      ]);
      const byName = new Map(golden.map((one) => [one.service, one]));
      // Services that nobody calls and that call nobody are there, too.
      const alone =
        service === undefined
          ? golden.filter(({ traffic }) => traffic?.source === "span_metrics" || traffic?.source === "spans")
          : [];
      const names = new Set([...kinds.keys(), ...alone.map((one) => one.service)]);
      const services = [...names].filter((name) => (kinds.get(name) ?? "service") === "service").sort();
      const colors = await serviceColors(documents, services);
      const nodes = [...names]
        .sort()
        .map((name) => wireNode(name, kinds.get(name) ?? "service", edges, byName, colors));
      return c.json<WireServiceMap>({
        startMillis: range.start,
        endMillis: range.end,
        source,
        nodes,
        edges: edges.map((edge) => ({ ...edge })),
      });
    })
    .get("/cardinality", async (c) => {
      const limit = parameters.integer(new URL(c.req.url).searchParams, "limit", 20, 1, 1000);
      const report = await reportCardinality(reader.metrics, limit, Date.now(), c.req.raw.signal);
      return c.json<WireCardinality>({
        series: report.series,
        metrics: [...report.metrics],
        labelNames: [...report.labelNames],
        labelPairs: [...report.labelPairs],
        refused: [...report.refused],
        findings: report.findings,
      });
    });
}

function rangeOf(url: string): { start: number; end: number } {
  return parameters.millisRange(new URL(url).searchParams, Date.now());
}

function wireNode(
  id: string,
  kind: MapNodeKind,
  edges: readonly MapEdge[],
  golden: ReadonlyMap<string, GoldenSignals>,
  colors: ReadonlyMap<string, number>,
): WireMapNode {
  const known = kind === "service" ? golden.get(id) : undefined;
  if (known)
    return {
      id,
      kind,
      color: colors.get(id) ?? 0,
      ratePerSecond: known.ratePerSecond,
      errorRatio: known.errorRatio,
      p95Millis: known.quantileMillis(0.95),
      saturation: known.saturation?.worst ? wireSaturation(known.saturation.worst) : null,
      level: known.health.level,
    };
  const incoming = edges.filter(({ server }) => server === id);
  const rate = incoming.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
  const failed = incoming.reduce((sum, { ratePerSecond, errorRatio }) => sum + ratePerSecond * errorRatio, 0);
  const p95s = incoming.map((edge) => edge.p95Millis ?? edge.clientP95Millis).filter((value) => value !== null);
  return {
    id,
    kind,
    color: kind === "service" ? (colors.get(id) ?? 0) : null,
    ratePerSecond: incoming.length > 0 ? rate : null,
    errorRatio: rate > 0 ? failed / rate : null,
    p95Millis: p95s.length > 0 ? Math.max(...p95s) : null,
    saturation: null,
    level: "ok",
  };
}
