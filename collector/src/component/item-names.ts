/** How the Collector calls the items of each signal in the names of its own metrics. */
import type { BatchOf } from "./consumer.ts";

export const ITEMS_OF: Readonly<Record<keyof BatchOf, string>> = {
  traces: "spans",
  logs: "log_records",
  metrics: "metric_points",
};
