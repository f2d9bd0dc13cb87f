/** One job: finds its targets, keeps a loop for each of them, and starts and stops loops as targets come and go. */
import type { OwnMetrics } from "../../component/component.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { Logger } from "../../component/logger.ts";
import type { ScrapeTargets } from "../../component/scrape-targets.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { PrometheusConfig, ScrapeConfig } from "./config.ts";
import { FileDiscovery } from "./file-discovery.ts";
import { ownTarget } from "./own-target.ts";
import { compileRelabel } from "./relabel.ts";
import { ScrapeClient } from "./scrape-client.ts";
import { ScrapeLoop } from "./scrape-loop.ts";
import { TargetResolver, type Target, type TargetGroup } from "./target.ts";

const DEFAULT_TIMEOUT_MILLIS = 10_000;
const DEFAULT_BODY_BYTES = 64 * 1024 * 1024;

export interface ScrapePoolParts {
  readonly global: PrometheusConfig["global"];
  readonly config: ScrapeConfig;
  readonly extraMetrics: boolean;
  readonly next: Consumer<MetricBatch>;
  readonly logger: Logger;
  readonly userAgent: string;
  /** Of this process; undefined = nobody offers them. */
  readonly own: OwnMetrics | undefined;
}

export class ScrapePool {
  readonly #parts: ScrapePoolParts;
  readonly #resolver: TargetResolver;
  readonly #client: ScrapeClient;
  readonly #discoveries: readonly FileDiscovery[];
  readonly #groups: (readonly TargetGroup[])[];
  readonly #loops = new Map<string, ScrapeLoop>();
  readonly #ending = new Set<Promise<void>>();
  readonly #loopParts: Omit<ConstructorParameters<typeof ScrapeLoop>[0], "target" | "series">;
  #dropped: readonly Readonly<Record<string, string>>[] = [];
  #errors: readonly string[] = [];
  #stopped = false;

  constructor(parts: ScrapePoolParts) {
    this.#parts = parts;
    const { global, config, next, logger, userAgent, own } = parts;
    const interval = config.scrape_interval ?? global.scrape_interval;
    const timeout = config.scrape_timeout ?? Math.min(global.scrape_timeout ?? DEFAULT_TIMEOUT_MILLIS, interval);
    this.#resolver = new TargetResolver(config, interval, timeout, own?.ports ?? []);
    const bodyLimitBytes = config.body_size_limit || global.body_size_limit || DEFAULT_BODY_BYTES;
    this.#client = new ScrapeClient({
      ...config,
      protocols: config.scrape_protocols ?? global.scrape_protocols,
      fallbackProtocol: config.fallback_scrape_protocol,
      compression: config.enable_compression,
      bodyLimitBytes,
      userAgent,
      own,
    });
    const known = config.own_metrics ? [...config.static_configs, ownTarget(own?.ports ?? [])] : config.static_configs;
    this.#groups = [known, ...config.file_sd_configs.map(() => [])];
    this.#discoveries = config.file_sd_configs.map(
      ({ files, refresh_interval }, i) =>
        new FileDiscovery({
          files,
          refreshMillis: refresh_interval,
          logger,
          onChange: (groups) => {
            this.#groups[i + 1] = groups;
            this.#sync();
          },
        }),
    );
    this.#loopParts = {
      scrapePool: config.job_name,
      client: this.#client,
      extraMetrics: parts.extraMetrics || (config.extra_scrape_metrics ?? global.extra_scrape_metrics ?? false),
      bodyLimitBytes,
      next,
      logger,
      refusal: () => this.#refusal(),
    };
  }

  start(): void {
    this.#sync();
    for (const discovery of this.#discoveries) discovery.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const discovery of this.#discoveries) discovery.stop();
    await Promise.all([...Array.from(this.#loops.values(), (loop) => loop.stop(false)), ...this.#ending]);
    this.#client.close();
  }

  state(): ScrapeTargets {
    const { job_name: job, keep_dropped_targets } = this.#parts.config;
    const most = keep_dropped_targets || this.#parts.global.keep_dropped_targets || Infinity;
    return {
      active: Array.from(this.#loops.values(), (loop) => loop.state()),
      dropped: this.#dropped.slice(0, most).map((discoveredLabels) => ({ discoveredLabels, scrapePool: job })),
      droppedCounts: { [job]: this.#dropped.length },
    };
  }

  #sync(): void {
    if (this.#stopped) return;
    const { logger, config } = this.#parts;
    const { targets, dropped, errors } = this.#resolver.resolve(this.#groups.flat());
    this.#dropped = dropped;
    for (const error of errors) if (!this.#errors.includes(error)) logger.warn(error, { job: config.job_name });
    this.#errors = errors;
    const wanted = new Set(targets.map(({ key }) => key));
    for (const [key, loop] of this.#loops) {
      if (wanted.has(key)) continue;
      this.#loops.delete(key);
      const ending = loop.stop(true);
      this.#ending.add(ending);
      void ending.finally(() => this.#ending.delete(ending));
    }
    for (const target of targets) {
      if (this.#loops.has(target.key)) continue;
      const loop = new ScrapeLoop({ ...this.#loopParts, target, series: this.#seriesOptions(target) });
      this.#loops.set(target.key, loop);
      loop.start();
    }
  }

  /** Beyond the limit no target of the job is scraped: whoever made too many sees it at once. */
  #refusal(): string {
    const limit = this.#parts.config.target_limit || this.#parts.global.target_limit || 0;
    if (limit === 0 || this.#loops.size <= limit) return "";
    return `target limit exceeded: the job has ${this.#loops.size} targets, more than ${limit}`;
  }

  #seriesOptions({ labels }: Target): ConstructorParameters<typeof ScrapeLoop>[0]["series"] {
    const { config, global } = this.#parts;
    return {
      targetLabels: labels,
      externalLabels: global.external_labels,
      honorLabels: config.honor_labels,
      honorTimestamps: config.honor_timestamps,
      trackTimestampsStaleness: config.track_timestamps_staleness,
      relabel: compileRelabel(config.metric_relabel_configs),
      sampleLimit: config.sample_limit || global.sample_limit || 0,
      labelLimit: config.label_limit || global.label_limit || 0,
      labelNameLengthLimit: config.label_name_length_limit || global.label_name_length_limit || 0,
      labelValueLengthLimit: config.label_value_length_limit || global.label_value_length_limit || 0,
      legacyNames: (config.metric_name_validation_scheme ?? global.metric_name_validation_scheme) === "legacy",
    };
  }
}
