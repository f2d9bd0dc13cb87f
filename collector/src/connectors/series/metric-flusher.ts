/**
 * Hands a connector's metrics to its metrics pipelines at regular times and when the collector stops. A refusal never reaches those who
 * send spans: what is cumulative is sent anew with the next flush, what is a delta is kept until it is taken.
 */
import { messageOf } from "../../base/errors.ts";
import type { Settings } from "../../component/component.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { Temporality } from "./metric-request.ts";

/** Deltas kept while the pipeline refuses them: at a flush a minute half an hour's. Then the oldest are lost, aloud. */
const MOST_UNSENT = 32;

export interface FlusherOptions {
  readonly settings: Settings;
  /** Undefined = the connector is the receiver of no metrics pipeline. */
  readonly next: Consumer<MetricBatch> | undefined;
  /** 0 = after every batch of spans. */
  readonly intervalMillis: number;
  readonly temporality: Temporality;
  /** The metrics as they are now. What is a delta begins anew with it. */
  readonly collect: () => MetricBatch[];
}

export class MetricFlusher {
  readonly #options: FlusherOptions;
  readonly #refused: { add(amount: number, labels: Readonly<Record<string, string>>): void };
  readonly #lost: { add(amount: number, labels: Readonly<Record<string, string>>): void };
  #unsent: MetricBatch[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  /** What was complained of last: a lasting reason is told once. */
  #complaint = "";

  constructor(options: FlusherOptions) {
    this.#options = options;
    const { telemetry } = options.settings;
    this.#refused = telemetry.counter(
      "goldspan_connector_refused_flushes_total",
      "Flushes of a connector's metrics that the pipeline refused; they are tried again.",
      ["connector"],
    );
    this.#lost = telemetry.counter(
      "goldspan_connector_lost_points_total",
      "Data points of a connector that were rejected for good, or given up.",
      ["connector"],
    );
  }

  start(): void {
    const { intervalMillis } = this.#options;
    if (intervalMillis > 0) this.#timer ??= setInterval(() => void this.flush(), intervalMillis);
  }

  /** To be called when a batch of spans was counted. */
  async counted(): Promise<void> {
    if (this.#options.intervalMillis > 0) return;
    while (this.#sending) await this.#sending;
    await this.flush();
  }

  /** Never throws. A flush under way is waited for and not joined: it may lack what was counted meanwhile. */
  async flush(): Promise<void> {
    // A pipeline slower than the interval gets the next flush when it is done with this one.
    if (this.#sending) return this.#sending;
    this.#collect();
    this.#sending = this.#send().finally(() => (this.#sending = undefined));
    await this.#sending;
  }

  /** The last flush. */
  async shutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#sending;
    await this.flush();
    const left = this.#unsent.splice(0).reduce((sum, { count }) => sum + count, 0);
    if (left > 0) this.#lose(left, "the metrics pipeline refused the last flush");
  }

  #collect(): void {
    const { collect, temporality, next } = this.#options;
    const batches = collect();
    if (!next) return;
    // What is cumulative says all that an earlier one said.
    this.#unsent = temporality === "delta" ? [...this.#unsent, ...batches] : batches;
    const given = this.#unsent.splice(0, Math.max(0, this.#unsent.length - Math.max(MOST_UNSENT, batches.length)));
    if (given.length > 0)
      this.#lose(
        given.reduce((sum, { count }) => sum + count, 0),
        "the metrics pipeline has refused them for too long",
      );
  }

  async #send(): Promise<void> {
    const { next, settings } = this.#options;
    const labels = { connector: settings.id.text };
    if (!next) return;
    while (this.#unsent.length > 0) {
      const [batch] = this.#unsent;
      try {
        const partial = await next.consume(batch);
        if (partial && partial.rejected > 0) this.#lose(Math.min(partial.rejected, batch.count), partial.message);
        else this.#complaint = "";
        this.#unsent.shift();
      } catch (error) {
        this.#refused.add(1, labels);
        this.#complain("cannot flush metrics; they are tried again", messageOf(error));
        return;
      }
    }
  }

  #lose(points: number, reason: string): void {
    this.#lost.add(points, { connector: this.#options.settings.id.text });
    this.#complain("data points of spans were rejected", reason);
  }

  #complain(message: string, reason: string): void {
    if (this.#complaint === reason) return;
    this.#complaint = reason;
    this.#options.settings.logger.warn(message, { reason });
  }
}
