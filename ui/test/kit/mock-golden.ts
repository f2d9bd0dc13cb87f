/** The mock's golden signals, instances, errors, examples and releases: counted from the corpus, with made-up saturations. */
import type {
  WireErrorGroups,
  WireExamples,
  WireGoldenDetail,
  WireGoldenService,
  WireGoldenSignals,
  WireHealth,
  WireInstances,
  WireReleases,
  WireSaturation,
} from "goldspan/contract";
import { percentile, spansIn, summarizeServices } from "./mock-red.ts";
import { summarize, type Bounds } from "./mock-traces.ts";
import { SHOP_SERVICES } from "./shop-services.ts";
import type { ShopSpan, ShopTrace } from "./trace-generator.ts";

const BOUNDS_MILLIS = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000, null];

/** Which resource of whom is how full; the rest is derived from the name. */
const TIGHT: Readonly<Record<string, { value: number; resource: string; metric: string }>> = {
  inventory: { value: 0.94, resource: "connection pool", metric: "db.client.connection.count" },
  "email-worker": { value: 0.81, resource: "event loop", metric: "nodejs.eventloop.utilization" },
};

export function mockGolden(traces: readonly ShopTrace[], bounds: Bounds, buckets: number): WireGoldenSignals {
  const red = summarizeServices(traces, bounds, buckets);
  const seconds = red.bucketMillis / 1000;
  const services = red.services.map((service): WireGoldenService => {
    const saturation = saturationOf(service.name);
    const { requests, errors, p95Millis } = service.series;
    return {
      name: service.name,
      color: service.color,
      versions: service.versions,
      source: "span_metrics",
      countedBy: service.countedBy,
      ratePerSecond: service.ratePerSecond,
      errorRatio: service.errorRatio,
      p50Millis: service.p50Millis,
      p90Millis: service.p90Millis,
      p95Millis: service.p95Millis,
      p99Millis: service.p99Millis,
      saturation,
      health: healthOf(service.errorRatio, saturation),
      series: {
        ratePerSecond: requests.map((count) => count / seconds),
        errorRatio: requests.map((count, index) => (count > 0 ? errors[index] / count : null)),
        p95Millis,
        saturation: requests.map((_, index) => (saturation ? wave(saturation.value, index) : null)),
      },
    };
  });
  services.sort((a, b) => b.health.score - a.health.score);
  const { startMillis, endMillis, bucketMillis } = red;
  return { startMillis, endMillis, bucketMillis, services };
}

export function mockGoldenDetail(
  traces: readonly ShopTrace[],
  name: string,
  bounds: Bounds,
  buckets: number,
): WireGoldenDetail | undefined {
  const { services, ...frame } = mockGolden(traces, bounds, buckets);
  const service = services.find((service) => service.name === name);
  if (!service) return undefined;
  const perBucket = entriesByBucket(traces, name, bounds, buckets);
  const at = (share: number): (number | null)[] => perBucket.map((spans) => percentile(spans, share));
  const seconds = frame.bucketMillis / 1000;
  const selector = `service_name="${name}",span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"`;
  const quantile = (q: number): string =>
    `histogram_quantile(${q}, sum by (le) (rate(traces_span_metrics_duration_seconds_bucket{${selector}}[1m])))`;
  return {
    ...service,
    ...frame,
    series: {
      ...service.series,
      errorsPerSecond: perBucket.map((spans) => spans.filter(isError).length / seconds),
      p50Millis: at(0.5),
      p90Millis: at(0.9),
      p99Millis: at(0.99),
    },
    heatmap: {
      boundsMillis: BOUNDS_MILLIS,
      counts: perBucket.map((spans) =>
        BOUNDS_MILLIS.map(
          (bound, index) =>
            spans.filter(
              ({ millis }) => millis > (BOUNDS_MILLIS[index - 1] ?? 0) && millis <= (bound ?? Number.POSITIVE_INFINITY),
            ).length,
        ),
      ),
    },
    saturationParts: partsOf(name, buckets),
    queries: {
      rate: `sum(rate(traces_span_metrics_calls_total{${selector}}[1m]))`,
      errorRatio: `sum(rate(traces_span_metrics_calls_total{${selector},status_code="STATUS_CODE_ERROR"}[1m])) / sum(rate(traces_span_metrics_calls_total{${selector}}[1m]))`,
      p50: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
      exemplars: `traces_span_metrics_duration_seconds_bucket{${selector}}`,
    },
  };
}

export function mockInstances(traces: readonly ShopTrace[], name: string, bounds: Bounds): WireInstances {
  const spans = spansIn(traces, bounds).filter((span) => span.service === name);
  const versions = [...new Set(spans.map((span) => span.version))].reverse();
  const seen = (version: string): { firstSeenMillis: number; lastSeenMillis: number } => {
    const starts = spans.filter((span) => span.version === version).map(({ start }) => start);
    return { firstSeenMillis: Math.min(...starts), lastSeenMillis: Math.max(...starts) };
  };
  return {
    versions: versions.map((version) => ({ version, ...seen(version) })),
    instances: versions.flatMap((version, index) =>
      ["8fk2p", "x7vq4"].map((suffix, number) => ({
        instance: `${name}-6c8d9f7b5${index}-${suffix}`,
        version,
        ...seen(version),
        saturation: index === 0 ? scaled(saturationOf(name), 1 - number * 0.2) : null,
      })),
    ),
  };
}

export function mockErrors(traces: readonly ShopTrace[], name: string, bounds: Bounds, limit: number): WireErrorGroups {
  const failed = traces.filter((trace) => trace.spans.some((span) => span.service === name && isError(span)));
  const spans = spansIn(failed, bounds).filter((span) => span.service === name && isError(span));
  const groups = Map.groupBy(spans, ({ span }) => `${span.name} ${span.status?.message ?? ""}`);
  return {
    tracesRead: failed.length,
    truncated: false,
    groups: [...groups.values()]
      .map((group) => {
        const newest = group.toSorted((a, b) => b.start - a.start);
        const { span } = newest[0];
        return {
          operation: span.name ?? "",
          kind: (["unspecified", "internal", "server", "client", "producer", "consumer"] as const)[span.kind ?? 0],
          type: span.events?.[0]?.attributes?.find(({ key }) => key === "exception.type")?.value?.stringValue ?? "",
          message: span.status?.message ?? "",
          count: group.length,
          lastSeenUnixNano: span.startTimeUnixNano ?? "0",
          traceIds: newest.slice(0, 3).map((one) => one.span.traceId),
        };
      })
      .sort((a, b) => b.count - a.count)
      .slice(0, limit),
  };
}

export function mockExamples(traces: readonly ShopTrace[], name: string, bounds: Bounds, limit: number): WireExamples {
  const within = traces.filter(({ spans }) =>
    spans.some((span) => span.service === name && span.start >= bounds.start && span.start <= bounds.end),
  );
  const slowest = (trace: ShopTrace): number =>
    Math.max(...trace.spans.filter((span) => span.service === name).map(({ millis }) => millis));
  const toSummary = (trace: ShopTrace) => summarize(trace, trace.spans[0].start);
  return {
    slow: within
      .toSorted((a, b) => slowest(b) - slowest(a))
      .slice(0, limit)
      .map(toSummary),
    failed: within
      .filter(({ spans }) => spans.some(isError))
      .slice(-limit)
      .reverse()
      .map(toSummary),
  };
}

export function mockReleases(traces: readonly ShopTrace[], service: string, bounds: Bounds): WireReleases {
  const releases = Object.entries(SHOP_SERVICES).flatMap(([name, { version, nextVersion }]) => {
    const first =
      nextVersion && spansIn(traces, bounds).find((span) => span.service === name && span.version === nextVersion);
    if (!nextVersion || !first || (service && service !== name)) return [];
    return [{ service: name, version: nextVersion, previousVersion: version, atMillis: Math.round(first.start) }];
  });
  return { releases };
}

export function saturationOf(name: string): WireSaturation | null {
  const tight = TIGHT[name];
  if (tight) return { ...tight, instance: `${name}-6c8d9f7b50-8fk2p` };
  if (name === "auth") return null;
  const value = 0.08 + (((name.length * 37) % 50) / 100) * 0.9;
  return { value, resource: "cpu", metric: "process.cpu.utilization", instance: "" };
}

function partsOf(name: string, buckets: number): WireGoldenDetail["saturationParts"] {
  const main = saturationOf(name);
  if (!main) return [];
  const common = {
    query: `max(${main.metric.replaceAll(".", "_")}{job="${name}"})`,
    counts: true,
    warnAt: 0.75,
    badAt: 0.9,
  };
  const others = [
    { value: 0.31, resource: "memory", metric: "process.memory.usage", instance: "" },
    { value: 0.22, resource: "heap", metric: "v8js.memory.heap.used", instance: "" },
  ];
  return [main, ...others].map((part, index) => ({
    ...part,
    ...common,
    source: part.resource.replace(" ", "_"),
    counts: part.resource !== "heap",
    series: Array.from({ length: buckets }, (_, at) =>
      index === 1 && at < buckets / 4 ? null : wave(part.value, at + index * 7),
    ),
  }));
}

function healthOf(errorRatio: number, saturation: WireSaturation | null): WireHealth {
  const reasons: WireHealth["reasons"] = [];
  if (errorRatio >= 0.01) {
    const level = errorRatio >= 0.05 ? "bad" : "warn";
    reasons.push({ signal: "errors", level, text: `${(errorRatio * 100).toFixed(1)} % of requests fail` });
  }
  if (saturation && saturation.value >= 0.75) {
    const level = saturation.value >= 0.9 ? "bad" : "warn";
    reasons.push({
      signal: "saturation",
      level,
      text: `${saturation.resource} ${Math.round(saturation.value * 100)} % full`,
    });
  }
  const level = reasons.some((reason) => reason.level === "bad") ? "bad" : reasons.length > 0 ? "warn" : "ok";
  return { level, score: reasons.length === 0 ? 0 : 1 + errorRatio * 10 + (saturation?.value ?? 0), reasons };
}

function entriesByBucket(traces: readonly ShopTrace[], name: string, bounds: Bounds, buckets: number): ShopSpan[][] {
  const width = (bounds.end - bounds.start) / buckets;
  const perBucket: ShopSpan[][] = Array.from({ length: buckets }, () => []);
  for (const span of spansIn(traces, bounds)) {
    if (span.service !== name || (span.span.kind !== 2 && span.span.kind !== 5)) continue;
    perBucket[Math.min(buckets - 1, Math.floor((span.start - bounds.start) / width))].push(span);
  }
  return perBucket;
}

function isError(span: ShopSpan): boolean {
  return span.span.status?.code === 2;
}

function wave(around: number, index: number): number {
  return Math.min(1, around * (0.92 + 0.08 * Math.sin(index / 3)));
}

function scaled(saturation: WireSaturation | null, by: number): WireSaturation | null {
  return saturation && { ...saturation, value: saturation.value * by };
}
