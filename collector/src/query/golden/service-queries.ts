/** A service's golden signals as PromQL, for charts, boards, exemplars and whoever wants to go on from there. */
import type { MetricReader, MillisRange } from "../../store/store.ts";
import { formatPromDuration, quote } from "../metrics/parse/format-expr.ts";
import { jobPattern, SERVICE_LABEL } from "./service-of-series.ts";
import { ENTRY_KINDS, type TrafficMetric } from "./traffic-metrics.ts";
import type { Traffic } from "./traffic.ts";

export interface ServiceQueries {
  readonly rate: string;
  readonly errorRatio: string;
  readonly p50: string;
  readonly p95: string;
  readonly p99: string;
  /** For query_exemplars. */
  readonly exemplars: string;
}

/** @param window of rates: milliseconds, or what a board puts there */
export function serviceQueries(
  metric: TrafficMetric,
  statusLabel: string,
  service: string,
  countedBy: Traffic["countedBy"],
  window: number | string,
): ServiceQueries {
  const chosen = matchersOf(metric, service, countedBy);
  const over = typeof window === "string" ? window : formatPromDuration(window);
  const rate = (name: string, more = "") => `rate(${name}{${chosen}${more}}[${over}])`;
  const requests = `sum(${rate(`${metric.histogram}_count`)})`;
  const failed = `sum(${rate(`${metric.histogram}_count`, `,${statusLabel}=~${quote(metric.errors)}`)})`;
  const quantile = (q: number) => `histogram_quantile(${q}, sum by (le) (${rate(`${metric.histogram}_bucket`)}))`;
  return {
    rate: requests,
    // Without any error there is no series of errors, and the share is 0.
    errorRatio: `(${failed} or vector(0)) / ${requests}`,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    exemplars: `${metric.histogram}_bucket{${chosen}}`,
  };
}

/** Of the labels that may tell how a request ended, the one that the service's series have. */
export async function statusLabelOf(
  metrics: MetricReader,
  metric: TrafficMetric,
  service: string,
  range: MillisRange,
  signal?: AbortSignal,
): Promise<string> {
  const own =
    metric.source === "span_metrics"
      ? ({ name: SERVICE_LABEL, operator: "=", value: service } as const)
      : ({ name: "job", operator: "=~", value: jobPattern(service) } as const);
  const selection = [{ name: "__name__", operator: "=", value: `${metric.histogram}_count` } as const, own];
  const names = await metrics.labelNames({ selections: [selection], range, limit: 0 }, signal);
  return metric.statusLabels.find((name) => names.includes(name)) ?? metric.statusLabels[0];
}

function matchersOf({ source }: TrafficMetric, service: string, countedBy: Traffic["countedBy"]): string {
  if (source !== "span_metrics") return `job=~${quote(jobPattern(service))}`;
  const kinds = countedBy === "entry" ? `,${ENTRY_KINDS.name}${ENTRY_KINDS.operator}${quote(ENTRY_KINDS.value)}` : "";
  return `${SERVICE_LABEL}=${quote(service)}${kinds}`;
}
