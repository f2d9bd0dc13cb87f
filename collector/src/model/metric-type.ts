/** What kind of metric a name stands for, as senders say it. */

/** In the order of remote write's numbers: https://github.com/prometheus/prometheus/blob/main/prompb/types.proto */
export const METRIC_TYPES = [
  "unknown",
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
] as const;

export type MetricType = (typeof METRIC_TYPES)[number];
