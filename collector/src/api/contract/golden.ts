/** Golden signals, the map, instances, releases, errors and cardinality. A part of ../contract.ts. */
import type { WireSpanKind } from "./services.ts";
import type { WireTraceSummary } from "./traces.ts";

/** All four golden signals of every service that sent spans or metrics in the range, the worst first. */
export interface WireGoldenSignals {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  services: WireGoldenService[];
}

/**
 * Where traffic, errors and latency come from: series made of spans at ingest (right whatever sampling does), the stored spans, what the
 * service itself says in metrics (http_server_request_duration_seconds and the like), or nowhere.
 */
export type WireGoldenSource = "span_metrics" | "spans" | "server_metrics" | "none";

export interface WireGoldenService {
  name: string;
  /** Index of the service's hue, 0 to 13. */
  color: number;
  /** Newest first, at most five. */
  versions: string[];
  source: WireGoldenSource;
  /** "entry": by server and consumer spans; "all": it has none, so by all its spans. */
  countedBy: "entry" | "all";
  /** null where there is no source; 0 requests make the ratio and the latencies null. */
  ratePerSecond: number | null;
  /** 0 to 1. */
  errorRatio: number | null;
  p50Millis: number | null;
  p90Millis: number | null;
  p95Millis: number | null;
  p99Millis: number | null;
  /** Now (the newest value in the range); null when the service sends nothing that tells. */
  saturation: WireSaturation | null;
  health: WireHealth;
  /** One value per time bucket; null = there is none. */
  series: {
    ratePerSecond: (number | null)[];
    errorRatio: (number | null)[];
    p95Millis: (number | null)[];
    /** 0 to 1. */
    saturation: (number | null)[];
  };
}

export interface WireSaturation {
  /** 0 to 1: the highest of the service's resources and instances. */
  value: number;
  /** Of the resource that is the fullest: "event loop", "cpu", "memory", "connection pool", … */
  resource: string;
  /** The metric it was computed from. */
  metric: string;
  /** Which of the instances; "" = there is one, or it has no name. */
  instance: string;
}

export interface WireHealth {
  level: WireLevel;
  /** 0 = fine; what "worst first" goes by. */
  score: number;
  /** Worst first; empty when all is well. */
  reasons: { signal: "traffic" | "errors" | "latency" | "saturation"; level: WireLevel; text: string }[];
}

export type WireLevel = "ok" | "warn" | "bad";

/** One service with all that its page draws; operations, map, instances, errors and examples have endpoints of their own. */
export interface WireGoldenDetail extends Omit<WireGoldenService, "series"> {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  series: WireGoldenService["series"] & {
    errorsPerSecond: (number | null)[];
    p50Millis: (number | null)[];
    p90Millis: (number | null)[];
    p99Millis: (number | null)[];
  };
  /** Requests by latency: counts[time bucket][latency bucket]; the last bound is null, for +Inf. Upper bounds, inclusive. */
  heatmap: { boundsMillis: (number | null)[]; counts: number[][] };
  /** What the saturation is made of, the fullest first; with one series for each resource and instance, 12 at most. */
  saturationParts: WireSaturationPart[];
  /** The same figures as PromQL, for the metrics explorer, boards and query_exemplars; null when they come from stored spans. */
  queries: { rate: string; errorRatio: string; p50: string; p95: string; p99: string; exemplars: string } | null;
}

export interface WireSaturationPart extends WireSaturation {
  /** Id of the row in the table of sources. */
  source: string;
  /** PromQL it was computed with, for this service. */
  query: string;
  /** False: shown, but not part of the gauge (it is nearly full in good health, too). */
  counts: boolean;
  /** As far as the source says when it becomes tight, 0 to 1. */
  warnAt: number;
  badAt: number;
  series: (number | null)[];
}

/** The table that saturation is computed with: built-in rows and those that users added. */
export interface WireSaturationSources {
  sources: WireSaturationSource[];
}

export interface WireSaturationSourceDocument {
  /** "cpu", "memory", "connection pool", or any other name people know. */
  resource: string;
  /** The metric to be named; the source is looked at only when it has series. */
  metric: string;
  /** PromQL that gives 0 (idle) to 1 (full), with labels job (or service_name) and, where there are several, instance. */
  query: string;
  description?: string;
  /** By default 0.75 and 0.9. */
  warnAt?: number;
  badAt?: number;
  /** By default true. */
  counts?: boolean;
}

export interface WireSaturationSource extends Required<WireSaturationSourceDocument> {
  id: string;
  builtIn: boolean;
}

export interface WireInstances {
  /** Last seen first, at most 200. */
  instances: WireInstance[];
  /** Newest first, at most 20. */
  versions: { version: string; firstSeenMillis: number | null; lastSeenMillis: number | null }[];
}

export interface WireInstance {
  /** service.instance.id, or the address that was scraped. */
  instance: string;
  /** "" = it names none. */
  version: string;
  /** Within the range. */
  firstSeenMillis: number;
  lastSeenMillis: number;
  saturation: WireSaturation | null;
}

/** Marks for charts: when a version was first seen that ran nowhere before. */
export interface WireReleases {
  /** Newest first, at most 100. */
  releases: { service: string; version: string; previousVersion: string | null; atMillis: number }[];
}

/** Failed spans of a service, by what went wrong: of the newest failed traces, `tracesRead` of them. */
export interface WireErrorGroups {
  /** Most frequent first. */
  groups: WireErrorGroup[];
  tracesRead: number;
  /** There are more failed traces in the range than were read. */
  truncated: boolean;
}

export interface WireErrorGroup {
  operation: string;
  kind: WireSpanKind;
  /** exception.type, error.type or the status code of the protocol; "" where none is known. */
  type: string;
  message: string;
  count: number;
  lastSeenUnixNano: string;
  /** Newest first, at most three. */
  traceIds: string[];
}

export interface WireExamples {
  /** The slowest of the newest traces that were slower than the service's p95. */
  slow: WireTraceSummary[];
  /** Newest first. */
  failed: WireTraceSummary[];
}

export interface WireServiceMap {
  startMillis: number;
  endMillis: number;
  /** "spans": from the newest stored spans; then there are no latencies and only services. */
  source: "service_graph" | "spans";
  /** Ordered by id. */
  nodes: WireMapNode[];
  edges: WireMapEdge[];
}

export interface WireMapNode {
  /** Service name; of another kind the name that clients call it by. */
  id: string;
  kind: "service" | "user" | "database" | "queue" | "external";
  /** Index of the hue; null for what is no service. */
  color: number | null;
  /** What it answers; for the kinds that send nothing the sum of the edges that lead to it. */
  ratePerSecond: number | null;
  errorRatio: number | null;
  p95Millis: number | null;
  saturation: WireSaturation | null;
  level: WireLevel;
}

export interface WireMapEdge {
  client: string;
  server: string;
  kind: "call" | "queue" | "database" | "virtual";
  ratePerSecond: number;
  errorRatio: number;
  /** As the server measured it; null where it doesn't. */
  p95Millis: number | null;
  /** As the client saw it: with the network and the wait. */
  clientP95Millis: number | null;
}

/** What takes most series, of those that are in use. */
export interface WireCardinality {
  series: number;
  metrics: WireCount[];
  /** Label names by the number of their values. */
  labelNames: WireCount[];
  /** label=value by the number of series. */
  labelPairs: WireCount[];
  /** Series that a limit turned away, by who sent them. */
  refused: WireCount[];
  /** Which label of which metric makes so many series; worst first, empty when nothing stands out. */
  findings: { metric: string; label: string; values: number; series: number; text: string }[];
}

export interface WireCount {
  name: string;
  count: number;
}
