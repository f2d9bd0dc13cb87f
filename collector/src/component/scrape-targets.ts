/** What is scraped, and how that goes, as Prometheus' API tells it (https://prometheus.io/docs/prometheus/latest/querying/api/#targets). */

export interface ScrapeTargets {
  readonly active: readonly ActiveTarget[];
  readonly dropped: readonly DroppedTarget[];
  /** By job, also those that `dropped` does not name. */
  readonly droppedCounts: Readonly<Record<string, number>>;
}

export interface ActiveTarget {
  /** Before relabelling, with those that begin with __. */
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The job's name in the configuration. */
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  /** "" = none. */
  readonly lastError: string;
  /** Unix milliseconds; undefined = not yet. */
  readonly lastScrapeMillis: number | undefined;
  readonly lastScrapeDurationSeconds: number;
  readonly health: "up" | "down" | "unknown";
  readonly scrapeIntervalMillis: number;
  readonly scrapeTimeoutMillis: number;
}

export interface DroppedTarget {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}

export const NO_TARGETS: ScrapeTargets = { active: [], dropped: [], droppedCounts: {} };

export function mergeTargets(parts: readonly ScrapeTargets[]): ScrapeTargets {
  const droppedCounts: Record<string, number> = {};
  for (const part of parts)
    for (const [job, count] of Object.entries(part.droppedCounts))
      droppedCounts[job] = (droppedCounts[job] ?? 0) + count;
  return {
    active: parts.flatMap(({ active }) => active),
    dropped: parts.flatMap(({ dropped }) => dropped),
    droppedCounts,
  };
}
