/** What the server says of itself, and what it allows: status/buildinfo, drilldown-limits. */
import { Hono } from "hono";
import { formatDurationMillis } from "../../../base/duration.ts";
import { NO_LIMITS } from "../../../base/work-scope.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { MOST_ENTRIES } from "./parameters.ts";

/** Whose API this is: clients decide by it what they may ask for. */
const LOKI_VERSION = "3.5.0";

export function statusRoutes({ reader, info, limits = NO_LIMITS }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/status/buildinfo", () => {
      const application = { application: "goldspan", applicationVersion: info().version };
      const built = { revision: "", branch: "", buildUser: "", buildDate: "", goVersion: "" };
      return Response.json({ version: LOKI_VERSION, ...built, ...application });
    })
    .get("/drilldown-limits", async () => {
      const { retentionMillis } = (await reader.reportStorage({ limit: 1 })).budgets;
      return Response.json({
        limits: {
          discover_log_levels: true,
          discover_service_name: ["service_name"],
          max_entries_limit_per_query: MOST_ENTRIES,
          max_query_bytes_read: `${limits.maxBytes}B`,
          max_query_length: "0s",
          max_query_lookback: "0s",
          max_query_range: "0s",
          max_query_series: 5000,
          metric_aggregation_enabled: false,
          pattern_persistence_enabled: false,
          query_timeout: formatDurationMillis(limits.timeoutMillis),
          retention_period: formatDurationMillis(retentionMillis),
          volume_enabled: true,
          volume_max_series: 1000,
        },
        pattern_ingester_enabled: true,
        version: LOKI_VERSION,
        maxDetectedFields: 1000,
        maxDetectedValues: 1000,
        maxLabelValues: 1000,
        maxLines: MOST_ENTRIES,
      });
    });
}
