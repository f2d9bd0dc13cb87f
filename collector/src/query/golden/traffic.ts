/** What is known of a service's requests, whatever it was counted from. */
import type { LatencyCounts } from "./latency-counts.ts";

/**
 * "span_metrics": series made of spans at ingest, right whatever sampling does; "spans": the sums of stored spans; "server_metrics":
 * what the service says itself, in metrics.
 */
export type TrafficSource = "span_metrics" | "spans" | "server_metrics";

export interface Traffic {
  readonly service: string;
  readonly source: TrafficSource;
  /** "entry": by its server and consumer spans; "all": it has none, so by all its spans. */
  readonly countedBy: "entry" | "all";
  /** Per time bucket. */
  readonly requests: Float64Array;
  readonly errors: Float64Array;
  readonly latencies: LatencyCounts;
  /** Unix milliseconds up to which its requests are counted; there may be more to come after it. */
  readonly newest: number;
}

export interface TrafficOfAll {
  readonly services: ReadonlyMap<string, Traffic>;
  /** Unix milliseconds of the oldest data that was read or is there: what was before it was not zero, but unknown. */
  readonly oldest: number;
}
