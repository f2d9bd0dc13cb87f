/** The board that every service has without anybody making it: its golden signals, as far as there are series, and its traces and logs. */
import type { SaturationSource } from "../../query/golden/saturation-sources.ts";
import { queryOf } from "../../query/golden/saturation.ts";
import type { ServiceQueries } from "../../query/golden/service-queries.ts";
import type { TrafficMetric } from "../../query/golden/traffic-metrics.ts";
import type { WireBoardDocument, WireBoardPanel } from "../contract.ts";

export interface GoldenBoardParts {
  readonly service: string;
  /** Undefined = no series tell of its requests. */
  readonly traffic: { readonly metric: TrafficMetric; readonly queries: ServiceQueries } | undefined;
  /** Those that have series of it. */
  readonly sources: readonly SaturationSource[];
}

/** Rates look back as far as the chart's resolution asks for. */
export const RATE_WINDOW = "$__rate_interval";

export function goldenBoardTitle(service: string): string {
  return `${service}: golden signals`;
}

export function goldenBoard({ service, traffic, sources }: GoldenBoardParts): WireBoardDocument {
  const rows: WireBoardPanel[] = [];
  if (traffic) rows.push(...trafficPanels(traffic.queries, traffic.metric.unitMillis === 1));
  else rows.push(noTraffic(service));
  if (sources.length > 0) rows.push(saturationPanel(service, sources));
  const bottom = Math.max(0, ...rows.map(({ grid }) => grid.y + grid.h));
  const search = JSON.stringify(service);
  return {
    title: goldenBoardTitle(service),
    description: "Made by Goldspan for this service; save a copy to change it.",
    panels: [
      ...rows,
      {
        type: "traces",
        title: "Failed traces",
        grid: { x: 0, y: bottom, w: 12, h: 8 },
        query: `service:${search} error`,
        limit: 20,
      },
      {
        type: "logs",
        title: "Warnings and errors",
        grid: { x: 12, y: bottom, w: 12, h: 8 },
        service,
        severity: "warn",
        limit: 50,
      },
    ],
  };
}

function trafficPanels({ rate, errorRatio, p50, p95, p99 }: ServiceQueries, isMillis: boolean): WireBoardPanel[] {
  const chart = (x: number, y: number, w: number) => ({ type: "timeseries" as const, grid: { x, y, w, h: 7 } });
  const errors = [
    { value: 0.01, level: "warn" as const },
    { value: 0.05, level: "bad" as const },
  ];
  return [
    {
      ...chart(0, 0, 8),
      title: "Traffic",
      queries: [{ promql: rate, legend: "requests" }],
      unit: "per_second",
      min: 0,
    },
    {
      ...chart(8, 0, 8),
      title: "Errors",
      queries: [{ promql: errorRatio, legend: "share" }],
      unit: "ratio",
      min: 0,
      thresholds: errors,
    },
    {
      ...chart(16, 0, 8),
      title: "Latency",
      queries: [
        { promql: p50, legend: "p50" },
        { promql: p95, legend: "p95" },
        { promql: p99, legend: "p99" },
      ],
      unit: isMillis ? "milliseconds" : "seconds",
      min: 0,
    },
  ];
}

function noTraffic(service: string): WireBoardPanel {
  return {
    type: "text",
    title: "Requests",
    grid: { x: 0, y: 0, w: 24, h: 3 },
    text: `No series tell of requests to ${service} yet: send spans through the span_metrics connector, or metrics such as http_server_request_duration_seconds.`,
  };
}

function saturationPanel(service: string, sources: readonly SaturationSource[]): WireBoardPanel {
  return {
    type: "timeseries",
    title: "Saturation",
    description: "0 is idle, 1 is full.",
    grid: { x: 0, y: 7, w: 24, h: 7 },
    queries: sources.slice(0, 20).map((source) => ({
      promql: queryOf(source, service, RATE_WINDOW),
      legend: `${source.resource} {{instance}}`,
    })),
    unit: "ratio",
    min: 0,
    max: 1,
    thresholds: [
      { value: 0.75, level: "warn" },
      { value: 0.9, level: "bad" },
    ],
  };
}
