/** Where the metrics page leads: queries to begin with, and an alert from a query. */
import type { PrometheusAnswer } from "../api/client.ts";
import type { PromRange, PromResult } from "../api/prometheus.ts";
import { parsePromValue } from "../model/prom-series.ts";
import { boundAbove } from "../model/promql-threshold.ts";
import { links } from "../state/links.ts";

export const STARTERS = {
  rate: 'sum by (service_name) (rate(traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER"}[1m]))',
  p95: 'histogram_quantile(0.95, sum by (service_name, le) (rate(traces_span_metrics_duration_seconds_bucket{span_kind="SPAN_KIND_SERVER"}[1m])))',
  errors:
    'sum by (service_name) (rate(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"}[1m])) / sum by (service_name) (rate(traces_span_metrics_calls_total[1m]))',
};

/** The editor of rules with one about the query, whose bound lies over what is seen now. */
export function alertOfQuery(query: string, answer?: PrometheusAnswer<PromResult<readonly PromRange[]>>): string {
  const values = (answer?.data.result ?? []).flatMap(({ values: samples = [] }) =>
    samples.map(([, text]) => parsePromValue(text)),
  );
  return links.alerts({ tab: "rules", new: "expr", ask: query, above: boundAbove(values) });
}
