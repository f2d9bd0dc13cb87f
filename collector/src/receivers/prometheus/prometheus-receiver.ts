/** The prometheus receiver: a pool for each job. */
import type { Component, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import { mergeTargets, type ScrapeTargets } from "../../component/scrape-targets.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { Config } from "./config.ts";
import { ScrapePool } from "./scrape-pool.ts";

export class PrometheusReceiver implements Component {
  readonly #pools: readonly ScrapePool[];

  constructor(settings: Settings, { config, report_extra_scrape_metrics }: Config, next: Consumers) {
    const metrics = observeReceiver(settings, "http", next).metrics as Consumer<MetricBatch>;
    this.#pools = config.scrape_configs.map(
      (job) =>
        new ScrapePool({
          global: config.global,
          config: job,
          extraMetrics: report_extra_scrape_metrics,
          next: metrics,
          logger: settings.logger,
          userAgent: `goldspan/${settings.version}`,
          own: settings.host.own,
        }),
    );
  }

  async start(): Promise<void> {
    for (const pool of this.#pools) pool.start();
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.stop()));
  }

  scrapeTargets(): ScrapeTargets {
    return mergeTargets(this.#pools.map((pool) => pool.state()));
  }
}
