/** What is scraped: https://prometheus.io/docs/prometheus/latest/querying/api/#targets. In: the receivers' targets; out: their JSON. */
import { Hono } from "hono";
import { NO_TARGETS, type ActiveTarget } from "../../../component/scrape-targets.ts";
import { formatPromDuration } from "../../../query/metrics/parse/format-expr.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { success } from "./envelope.ts";
import { ParameterError } from "./parameters.ts";

const STATES = ["any", "active", "dropped"];
/** What Prometheus writes where it has not scraped yet. */
const NEVER = "0001-01-01T00:00:00Z";

export function targetRoutes({ targets }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/targets", async (c) => {
    const state = c.req.query("state")?.toLowerCase() ?? "any";
    if (!STATES.includes(state)) throw new ParameterError(`state must be one of ${STATES.join(", ")}`);
    const pool = c.req.query("scrapePool") ?? "";
    const { active, dropped, droppedCounts } = (await targets?.()) ?? NO_TARGETS;
    const chosen = <T extends { readonly scrapePool: string }>(all: readonly T[]) =>
      all.filter(({ scrapePool }) => pool === "" || scrapePool === pool);
    return success({
      activeTargets: state === "dropped" ? [] : chosen(active).map(wireTarget),
      droppedTargets: state === "active" ? [] : chosen(dropped),
      droppedTargetCounts: state === "active" ? {} : droppedCounts,
    });
  });
}

function wireTarget(target: ActiveTarget): Record<string, unknown> {
  const { discoveredLabels, labels, scrapePool, scrapeUrl, lastError, lastScrapeMillis, health } = target;
  return {
    discoveredLabels,
    labels,
    scrapePool,
    scrapeUrl,
    globalUrl: scrapeUrl,
    lastError,
    lastScrape: lastScrapeMillis === undefined ? NEVER : new Date(lastScrapeMillis).toISOString(),
    lastScrapeDuration: target.lastScrapeDurationSeconds,
    health,
    scrapeInterval: formatPromDuration(target.scrapeIntervalMillis),
    scrapeTimeout: formatPromDuration(target.scrapeTimeoutMillis),
  };
}
