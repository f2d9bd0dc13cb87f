/** JSON Schemas of what contract.ts types of golden signals, the map and series, for the OpenAPI document. */
import { BOARD } from "./boards/board-schema.ts";
import { boolean, integer, list, nullable, number, object, ref, string } from "./json-schema.ts";

const gaps = list(nullable);
const orNull = (schema: object) => ({ anyOf: [schema, { type: "null" }] });
const choice = (...values: string[]) => ({ type: "string", enum: values });

const RANGE = { startMillis: number, endMillis: number, bucketMillis: number };
const LEVEL = choice("ok", "warn", "bad");
const SATURATION = { value: number, resource: string, metric: string, instance: string };
const SERIES = { ratePerSecond: gaps, errorRatio: gaps, p95Millis: gaps, saturation: gaps };
const COUNTS = list(object({ name: string, count: integer }));
const SERVICE = {
  name: string,
  color: integer,
  versions: list(string),
  source: choice("span_metrics", "spans", "server_metrics", "none"),
  countedBy: choice("entry", "all"),
  ratePerSecond: nullable,
  errorRatio: nullable,
  p50Millis: nullable,
  p90Millis: nullable,
  p95Millis: nullable,
  p99Millis: nullable,
  saturation: orNull(ref("Saturation")),
  health: object({
    level: LEVEL,
    score: number,
    reasons: list(object({ signal: choice("traffic", "errors", "latency", "saturation"), level: LEVEL, text: string })),
  }),
};

const BOARD_ENTRY = {
  id: string,
  title: string,
  description: string,
  panelCount: integer,
  readOnly: boolean,
  updatedAtMillis: nullable,
};

export const METRICS_SCHEMAS = {
  BoardDocument: BOARD,
  Boards: object({ boards: list(object(BOARD_ENTRY)) }),
  Board: object({ ...BOARD_ENTRY, board: ref("BoardDocument") }),
  BoardImport: object({
    ...BOARD_ENTRY,
    board: ref("BoardDocument"),
    notUnderstood: list(object({ path: string, what: string })),
  }),
  Saturation: object(SATURATION),
  GoldenSignals: object({ ...RANGE, services: list(object({ ...SERVICE, series: object(SERIES) })) }),
  GoldenDetail: object({
    ...RANGE,
    ...SERVICE,
    series: object({ ...SERIES, errorsPerSecond: gaps, p50Millis: gaps, p90Millis: gaps, p99Millis: gaps }),
    heatmap: object({ boundsMillis: gaps, counts: list(list(number)) }),
    saturationParts: list(
      object({
        ...SATURATION,
        source: string,
        query: string,
        counts: boolean,
        warnAt: number,
        badAt: number,
        series: gaps,
      }),
    ),
    queries: orNull(
      object({ rate: string, errorRatio: string, p50: string, p95: string, p99: string, exemplars: string }),
    ),
  }),
  SaturationSourceDocument: object(
    {
      resource: string,
      metric: string,
      query: string,
      description: string,
      warnAt: number,
      badAt: number,
      counts: boolean,
    },
    ["description", "warnAt", "badAt", "counts"],
  ),
  SaturationSource: object({
    id: string,
    builtIn: boolean,
    resource: string,
    metric: string,
    query: string,
    description: string,
    warnAt: number,
    badAt: number,
    counts: boolean,
  }),
  SaturationSources: object({ sources: list(ref("SaturationSource")) }),
  Instances: object({
    instances: list(
      object({
        instance: string,
        version: string,
        firstSeenMillis: number,
        lastSeenMillis: number,
        saturation: orNull(ref("Saturation")),
      }),
    ),
    versions: list(object({ version: string, firstSeenMillis: nullable, lastSeenMillis: nullable })),
  }),
  Releases: object({
    releases: list(
      object({ service: string, version: string, previousVersion: { type: ["string", "null"] }, atMillis: number }),
    ),
  }),
  ErrorGroups: object({
    groups: list(
      object({
        operation: string,
        kind: choice("unspecified", "internal", "server", "client", "producer", "consumer"),
        type: string,
        message: string,
        count: integer,
        lastSeenUnixNano: string,
        traceIds: list(string),
      }),
    ),
    tracesRead: integer,
    truncated: boolean,
  }),
  Examples: object({ slow: list(ref("TraceSummary")), failed: list(ref("TraceSummary")) }),
  ServiceMap: object({
    startMillis: number,
    endMillis: number,
    source: choice("service_graph", "spans"),
    nodes: list(
      object({
        id: string,
        kind: choice("service", "user", "database", "queue", "external"),
        color: nullable,
        ratePerSecond: nullable,
        errorRatio: nullable,
        p95Millis: nullable,
        saturation: orNull(ref("Saturation")),
        level: LEVEL,
      }),
    ),
    edges: list(
      object({
        client: string,
        server: string,
        kind: choice("call", "queue", "database", "virtual"),
        ratePerSecond: number,
        errorRatio: number,
        p95Millis: nullable,
        clientP95Millis: nullable,
      }),
    ),
  }),
  Cardinality: object({
    series: integer,
    metrics: COUNTS,
    labelNames: COUNTS,
    labelPairs: COUNTS,
    refused: COUNTS,
    findings: list(object({ metric: string, label: string, values: integer, series: integer, text: string })),
  }),
};
