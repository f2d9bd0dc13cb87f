/**
 * Scrapes one target again and again: at its own offset within the interval, one scrape at a time, each written as one batch with `up` and what
 * else Prometheus says of a scrape. Samples that the pipeline refuses are not kept for later: the next scrape brings newer ones.
 */
import { DecodeError, messageOf } from "../../base/errors.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { Logger } from "../../component/logger.ts";
import type { ActiveTarget } from "../../component/scrape-targets.ts";
import { METRIC_NAME, type Labels } from "../../model/labels.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import { RequestEncoder } from "../../wire/prometheus/request-encoder.ts";
import { ScrapeError, type ScrapeClient } from "./scrape-client.ts";
import { ScrapedSeries, type SeriesOptions } from "./scraped-series.ts";
import type { Target } from "./target.ts";

/** A scrape that begins this little off its time is written at its time, so that timestamps stand at equal distances and compress well. */
const TOLERANCE_MILLIS = 20;
const TOLERANCE_SHARE = 0.01;

export interface ScrapeLoopParts {
  readonly target: Target;
  readonly scrapePool: string;
  readonly client: ScrapeClient;
  readonly series: SeriesOptions;
  readonly extraMetrics: boolean;
  readonly bodyLimitBytes: number;
  readonly next: Consumer<MetricBatch>;
  readonly logger: Logger;
  /** Why it must not be scraped; "" = it may. Asked before each scrape. */
  readonly refusal: () => string;
  readonly now?: () => number;
}

interface Report {
  readonly isUp: boolean;
  readonly seconds: number;
  readonly scraped: number;
  readonly afterRelabelling: number;
  readonly added: number;
  readonly bytes: number;
}

export class ScrapeLoop {
  readonly #parts: ScrapeLoopParts;
  readonly #series: ScrapedSeries;
  readonly #reportLabels: ReadonlyMap<string, Labels>;
  readonly #stop = new AbortController();
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #nextMillis = 0;
  #lastError = "";
  #lastScrapeMillis: number | undefined;
  #lastSeconds = 0;
  #health: ActiveTarget["health"] = "unknown";
  #refusedBefore = false;

  constructor(parts: ScrapeLoopParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    this.#series = new ScrapedSeries(parts.series);
    this.#reportLabels = new Map(
      reportNames(parts.extraMetrics).map((name) => [name, reportLabels(name, parts.series)]),
    );
  }

  start(): void {
    const { key, intervalMillis } = this.#parts.target;
    const now = this.#now();
    // Spread over the interval by what the target is, so that a restart keeps its times.
    const offset = parseInt(key.slice(0, 8), 16) % intervalMillis;
    const base = Math.floor(now / intervalMillis) * intervalMillis + offset;
    this.#nextMillis = base >= now ? base : base + intervalMillis;
    this.#schedule();
  }

  /** @param isGone the target is no more: its series end now. Else (the collector stops) they go on after the next start. */
  async stop(isGone: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await this.#running;
    if (!isGone || this.#lastScrapeMillis === undefined) return;
    const out = new RequestEncoder();
    const now = this.#now();
    this.#series.writeGone(now, out);
    for (const labels of this.#reportLabels.values()) out.beginSeries(labels).staleSample(now).endSeries();
    await this.#hand(out);
  }

  state(): ActiveTarget {
    const { target, scrapePool } = this.#parts;
    return {
      discoveredLabels: target.discoveredLabels,
      labels: target.labels,
      scrapePool,
      scrapeUrl: target.url,
      lastError: this.#lastError,
      lastScrapeMillis: this.#lastScrapeMillis,
      lastScrapeDurationSeconds: this.#lastSeconds,
      health: this.#health,
      scrapeIntervalMillis: target.intervalMillis,
      scrapeTimeoutMillis: target.timeoutMillis,
    };
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#tick(), Math.max(0, this.#nextMillis - this.#now()));
  }

  async #tick(): Promise<void> {
    const { intervalMillis } = this.#parts.target;
    this.#running = this.#scrape(this.#nextMillis);
    await this.#running;
    if (this.#stop.signal.aborted) return;
    // A scrape that took longer than the interval leaves out what it missed.
    const missed = Math.max(0, Math.floor((this.#now() - this.#nextMillis) / intervalMillis));
    this.#nextMillis += (1 + missed) * intervalMillis;
    this.#schedule();
  }

  async #scrape(plannedMillis: number): Promise<void> {
    const { target, client, refusal, logger } = this.#parts;
    const tolerance = Math.min(TOLERANCE_MILLIS, target.intervalMillis * TOLERANCE_SHARE);
    const started = this.#now();
    const atMillis = Math.abs(started - plannedMillis) <= tolerance ? plannedMillis : started;
    const clock = performance.now();
    let out = new RequestEncoder();
    let counts = { scraped: 0, afterRelabelling: 0, added: 0, commit: () => {} };
    let bytes = 0;
    let error = "";
    try {
      const refused = refusal();
      if (refused !== "") throw new ScrapeError(refused);
      const exposition = await client.fetch(target, target.timeoutMillis, this.#stop.signal);
      bytes = exposition.bytes;
      counts = this.#series.write(exposition.text, exposition.format, atMillis, out);
    } catch (failure) {
      if (this.#stop.signal.aborted) return;
      if (!(failure instanceof ScrapeError) && !(failure instanceof DecodeError))
        logger.error("a scrape failed for a reason nobody foresaw", {
          url: target.url,
          error: (failure as Error).stack,
        });
      error = messageOf(failure);
      out = new RequestEncoder();
      this.#series.writeGone(atMillis, out);
    }
    const seconds = (performance.now() - clock) / 1000;
    this.#note(error, atMillis, seconds);
    this.#report(out, atMillis, { isUp: error === "", seconds, ...counts, bytes });
    if (await this.#hand(out)) counts.commit();
  }

  #note(error: string, atMillis: number, seconds: number): void {
    const { logger, target, scrapePool } = this.#parts;
    const health = error === "" ? "up" : "down";
    // Once for each time that it changes: a target that is down is down every interval.
    if (health !== this.#health && (health === "down" || this.#health === "down")) {
      const fields = { job: scrapePool, url: target.url, ...(error !== "" && { error }) };
      if (health === "down") logger.warn("a target cannot be scraped", fields);
      else logger.info("a target can be scraped again", fields);
    }
    [this.#health, this.#lastError, this.#lastScrapeMillis, this.#lastSeconds] = [health, error, atMillis, seconds];
  }

  #report(out: RequestEncoder, atMillis: number, report: Report): void {
    const values: Readonly<Record<string, number>> = {
      up: report.isUp ? 1 : 0,
      scrape_duration_seconds: report.seconds,
      scrape_samples_scraped: report.scraped,
      scrape_samples_post_metric_relabeling: report.afterRelabelling,
      scrape_series_added: report.added,
      scrape_timeout_seconds: this.#parts.target.timeoutMillis / 1000,
      scrape_sample_limit: this.#parts.series.sampleLimit,
      scrape_body_size_bytes: report.bytes,
    };
    for (const [name, labels] of this.#reportLabels) out.beginSeries(labels).sample(values[name], atMillis).endSeries();
  }

  /** False = it was refused, or nobody knows. */
  async #hand(out: RequestEncoder): Promise<boolean> {
    const { next } = this.#parts;
    const { bytes, samples } = out.finish();
    try {
      const partial = await next.consume({ signal: "metrics", format: "remote_write", bytes, count: samples });
      const rejected = partial?.rejected ?? 0;
      this.#warnOnce(rejected > 0 ? `${rejected} samples: ${partial?.message}` : "");
      return rejected < samples;
    } catch (error) {
      this.#warnOnce(messageOf(error));
      return false;
    }
  }

  #warnOnce(reason: string): void {
    const { logger, target, scrapePool } = this.#parts;
    if (reason !== "" && !this.#refusedBefore)
      logger.warn("samples of a target were not taken", { job: scrapePool, url: target.url, reason });
    this.#refusedBefore = reason !== "";
  }
}

function reportNames(extra: boolean): string[] {
  const names = [
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
  ];
  return extra ? [...names, "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes"] : names;
}

function reportLabels(name: string, { targetLabels, externalLabels }: SeriesOptions): Labels {
  const all: Record<string, string> = { ...externalLabels, ...targetLabels, [METRIC_NAME]: name };
  return Object.keys(all)
    .filter((label) => all[label] !== "")
    .sort()
    .flatMap((label) => [label, all[label]]);
}
