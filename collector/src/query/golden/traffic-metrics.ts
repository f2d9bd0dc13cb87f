/**
 * Which metrics tell of a service's requests: a table. Each is a histogram of durations by operation or route, with a label that says
 * what failed. A new source is a row.
 */
import type { LabelMatcher } from "../../store/store.ts";
import { labelValue, type Labels } from "../../model/labels.ts";
import type { TrafficSource } from "./traffic.ts";

export interface TrafficMetric {
  readonly source: TrafficSource;
  /** Name of the histogram, without `_bucket`. */
  readonly histogram: string;
  /** Its unit in milliseconds. */
  readonly unitMillis: number;
  /** Counts the same requests; read in place of the histogram where that has too many series. */
  readonly counter?: string;
  /** Labels that say how a request ended; the first one that a series has counts. */
  readonly statusLabels: readonly string[];
  /** An anchored expression: what they say of requests that failed. */
  readonly errors: string;
}

export const ENTRY_KINDS: LabelMatcher = {
  name: "span_kind",
  operator: "=~",
  value: "SPAN_KIND_SERVER|SPAN_KIND_CONSUMER",
};

const HTTP_STATUS = ["http_response_status_code", "http_status_code", "status_code", "status", "code"];
const HTTP_ERRORS = "5..";
const RPC_STATUS = ["rpc_response_status_code", "rpc_grpc_status_code", "grpc_code"];
/** What gRPC's semantic conventions call errors of a server, by number and by name. */
const RPC_ERRORS = "2|4|12|13|14|15|UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS";

/** In this order: of several that a service has the first one is taken. */
export const TRAFFIC_METRICS: readonly TrafficMetric[] = [
  spanMetric("traces_span_metrics_duration_seconds", 1000),
  spanMetric("traces_span_metrics_duration_milliseconds", 1),
  serverMetric("http_server_request_duration_seconds", 1000, HTTP_STATUS, HTTP_ERRORS),
  serverMetric("http_server_duration_milliseconds", 1, HTTP_STATUS, HTTP_ERRORS),
  serverMetric("http_request_duration_seconds", 1000, HTTP_STATUS, HTTP_ERRORS),
  serverMetric("rpc_server_call_duration_seconds", 1000, RPC_STATUS, RPC_ERRORS),
  serverMetric("rpc_server_duration_milliseconds", 1, RPC_STATUS, RPC_ERRORS),
];

/** A predicate on a series' labels. */
export function errorTest({ statusLabels, errors }: TrafficMetric): (labels: Labels) => boolean {
  const pattern = new RegExp(`^(?:${errors})$`);
  return (labels) => {
    for (const name of statusLabels) {
      const value = labelValue(labels, name);
      if (value !== "") return pattern.test(value);
    }
    return false;
  };
}

function spanMetric(histogram: string, unitMillis: number): TrafficMetric {
  return {
    source: "span_metrics",
    histogram,
    unitMillis,
    counter: "traces_span_metrics_calls_total",
    statusLabels: ["status_code"],
    errors: "STATUS_CODE_ERROR",
  };
}

function serverMetric(
  histogram: string,
  unitMillis: number,
  statusLabels: readonly string[],
  errors: string,
): TrafficMetric {
  return { source: "server_metrics", histogram, unitMillis, statusLabels, errors };
}
