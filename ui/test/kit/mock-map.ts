/** The mock's service map and cardinality report: calls counted from the corpus, with a database, a queue and users beside the services. */
import type { WireCardinality, WireMapEdge, WireServiceMap } from "goldspan/contract";
import { mockGolden } from "./mock-golden.ts";
import { spansIn } from "./mock-red.ts";
import type { Bounds } from "./mock-traces.ts";
import type { ShopTrace } from "./trace-generator.ts";

export function mockMap(traces: readonly ShopTrace[], focus: string, bounds: Bounds): WireServiceMap {
  const { services, startMillis, endMillis } = mockGolden(traces, bounds, 1);
  const seconds = (endMillis - startMillis) / 1000;
  const counts = new Map<string, { count: number; errors: number; millis: number[] }>();
  const kinds = new Map<string, WireServiceMap["nodes"][number]["kind"]>();
  for (const trace of traces) {
    const byId = new Map(trace.spans.map((span) => [span.span.spanId, span]));
    for (const span of spansIn([trace], bounds)) {
      const parent = byId.get(span.span.parentSpanId ?? "");
      const system = span.span.attributes?.find(({ key }) => /^(db\.system\.name|messaging\.system)$/.test(key));
      const server = system && span.span.kind !== 5 ? (system.value?.stringValue ?? "") : span.service;
      if (server !== span.service) kinds.set(server, system?.key.startsWith("db") ? "database" : "queue");
      const client = server === span.service ? (parent?.service ?? "user") : span.service;
      if (client === server) continue;
      if (client === "user") kinds.set("user", "user");
      const key = `${client} ${server}`;
      const edge = counts.get(key) ?? { count: 0, errors: 0, millis: [] };
      counts.set(key, edge);
      edge.count += 1;
      edge.errors += span.span.status?.code === 2 ? 1 : 0;
      edge.millis.push(span.millis);
    }
  }
  const edges = [...counts].map(([key, { count, errors, millis }]): WireMapEdge => {
    const [client, server] = key.split(" ");
    const p95 = millis.sort((a, b) => a - b)[Math.floor(millis.length * 0.95)] ?? null;
    const kind =
      kinds.get(server) === "database"
        ? "database"
        : kinds.get(server) === "queue"
          ? "queue"
          : client === "user"
            ? "virtual"
            : "call";
    const measured = kinds.has(server) ? null : p95;
    return {
      client,
      server,
      kind,
      ratePerSecond: count / seconds,
      errorRatio: errors / count,
      p95Millis: measured,
      clientP95Millis: p95,
    };
  });
  const shown = focus ? edges.filter(({ client, server }) => client === focus || server === focus) : edges;
  const ids = new Set(shown.flatMap(({ client, server }) => [client, server]));
  const nodes = [
    ...services.map(({ name, color, ratePerSecond, errorRatio, p95Millis, saturation, health }) => ({
      id: name,
      kind: "service" as const,
      color,
      ratePerSecond,
      errorRatio,
      p95Millis,
      saturation,
      level: health.level,
    })),
    ...[...kinds].map(([id, kind]) => {
      const inbound = edges.filter((edge) => edge.server === id);
      const ratePerSecond = inbound.reduce((sum, edge) => sum + edge.ratePerSecond, 0);
      return {
        id,
        kind,
        color: null,
        ratePerSecond,
        errorRatio: 0,
        p95Millis: null,
        saturation: null,
        level: "ok" as const,
      };
    }),
  ]
    .filter(({ id }) => !focus || ids.has(id))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { startMillis, endMillis, source: "service_graph", nodes, edges: shown };
}

export function mockCardinality(empty: boolean): WireCardinality {
  if (empty) return { series: 0, metrics: [], labelNames: [], labelPairs: [], refused: [], findings: [] };
  return {
    series: 18_420,
    metrics: [
      { name: "http_client_request_duration_seconds_bucket", count: 9240 },
      { name: "traces_span_metrics_duration_seconds_bucket", count: 4208 },
      { name: "traces_span_metrics_calls_total", count: 612 },
      { name: "process_cpu_utilization_ratio", count: 60 },
    ],
    labelNames: [
      { name: "url_full", count: 2310 },
      { name: "instance", count: 64 },
      { name: "span_name", count: 48 },
    ],
    labelPairs: [
      { name: "job=recommendations", count: 9410 },
      { name: "job=checkout", count: 1200 },
    ],
    refused: [{ name: "recommendations", count: 412 }],
    findings: [
      {
        metric: "http_client_request_duration_seconds_bucket",
        label: "url_full",
        values: 2310,
        series: 9240,
        text: "url_full has 2,310 values and makes half of all series: drop it or cut it to a route",
      },
    ],
  };
}
