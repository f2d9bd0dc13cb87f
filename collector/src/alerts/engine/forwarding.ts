/**
 * Alerts of our rules to Alertmanagers elsewhere, as Prometheus sends them: when they begin or end, and again every resend_delay, so
 * that nothing needs to be kept. A slow or silent one holds nobody back: its queue is bounded, and what is dropped comes again.
 */
import { messageOf } from "../../base/errors.ts";
import type { StoreLog } from "../../store/store.ts";
import type { PostedAlert } from "../notify/alert.ts";
import type { SelfMetrics } from "./self-metrics.ts";

export interface AlertmanagerTarget {
  /** Of the server; `/api/v2/alerts` is added where the path doesn't end so. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An alert to be told of elsewhere. */
export interface ForwardedAlert {
  readonly fingerprint: string;
  readonly posted: PostedAlert;
  readonly isFiring: boolean;
}

const MOST_QUEUED = 10_000;
const BATCH = 256;
const TIMEOUT_MILLIS = 10_000;
const NAMES = ["alertmanager"];

export interface ForwardingParts {
  readonly targets: readonly AlertmanagerTarget[];
  readonly resendDelayMillis: number;
  readonly metrics: SelfMetrics;
  readonly log: StoreLog;
}

export class Forwarding {
  readonly #resendDelayMillis: number;
  readonly #lines: readonly Line[];
  /** When an alert was told of last, and whether as firing. */
  readonly #told = new Map<string, { readonly at: number; readonly isFiring: boolean }>();

  constructor({ targets, resendDelayMillis, metrics, log }: ForwardingParts) {
    this.#resendDelayMillis = resendDelayMillis;
    this.#lines = targets.map((target) => new Line(target, metrics, log));
  }

  /** Of one group's evaluation; takes what is to be told now. */
  take(alerts: readonly ForwardedAlert[], now: number): void {
    if (this.#lines.length === 0) return;
    const due = alerts.filter(({ fingerprint, isFiring }) => {
      const told = this.#told.get(fingerprint);
      // Also when the clock was set back: whoever was told takes an alert to be over that is not told again.
      return !told || told.isFiring !== isFiring || Math.abs(now - told.at) >= this.#resendDelayMillis;
    });
    if (due.length === 0) return;
    for (const { fingerprint, isFiring } of due) this.#told.set(fingerprint, { at: now, isFiring });
    for (const line of this.#lines) line.add(due.map(({ posted }) => posted));
  }

  /** Forgets alerts that nobody has spoken of for a while. */
  prune(now: number): void {
    for (const [fingerprint, { at }] of this.#told)
      if (now - at > 2 * this.#resendDelayMillis) this.#told.delete(fingerprint);
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.settled()));
  }
}

/** To one Alertmanager, a request at a time. */
class Line {
  readonly #address: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #log: StoreLog;
  readonly #labels: { readonly alertmanager: string };
  readonly #sent;
  readonly #errors;
  readonly #dropped;
  #queue: PostedAlert[] = [];
  #work: Promise<void> | undefined;
  #isFailing = false;

  constructor({ url, headers }: AlertmanagerTarget, metrics: SelfMetrics, log: StoreLog) {
    const base = url.replace(/\/+$/, "");
    this.#address = base.endsWith("/api/v2/alerts") ? base : `${base}/api/v2/alerts`;
    this.#headers = { "content-type": "application/json", ...headers };
    this.#log = log;
    this.#labels = { alertmanager: this.#address };
    this.#sent = metrics.counter("prometheus_notifications_sent_total", "Alerts sent to an Alertmanager.", NAMES);
    this.#errors = metrics.counter("prometheus_notifications_errors_total", "Alerts that could not be sent.", NAMES);
    this.#dropped = metrics.counter(
      "prometheus_notifications_dropped_total",
      "Alerts dropped as too many waited for an Alertmanager.",
      NAMES,
    );
  }

  add(alerts: readonly PostedAlert[]): void {
    this.#queue.push(...alerts);
    const tooMany = this.#queue.length - MOST_QUEUED;
    if (tooMany > 0) {
      this.#queue.splice(0, tooMany);
      this.#dropped.add(tooMany, this.#labels);
    }
    this.#work ??= this.#run();
  }

  async settled(): Promise<void> {
    await this.#work;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#post(this.#queue.splice(0, BATCH));
    this.#work = undefined;
  }

  async #post(alerts: readonly PostedAlert[]): Promise<void> {
    try {
      const response = await fetch(this.#address, {
        method: "POST",
        headers: this.#headers,
        body: JSON.stringify(alerts.map(wireAlert)),
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`HTTP ${response.status}: ${text.slice(0, 200)}`);
      this.#sent.add(alerts.length, this.#labels);
      this.#isFailing = false;
    } catch (error) {
      this.#errors.add(alerts.length, this.#labels);
      // Once for each time that it begins to fail.
      if (!this.#isFailing)
        this.#log.warn("cannot send alerts to an Alertmanager; they are sent again", {
          url: this.#address,
          error: messageOf(error),
        });
      this.#isFailing = true;
    }
  }
}

function wireAlert({ labels, annotations, startsAt, endsAt, generatorURL }: PostedAlert): object {
  const time = (millis: number | undefined) => millis !== undefined && new Date(millis).toISOString();
  return {
    labels,
    annotations,
    ...(startsAt !== undefined && { startsAt: time(startsAt) }),
    ...(endsAt !== undefined && { endsAt: time(endsAt) }),
    ...(generatorURL && { generatorURL }),
  };
}
