/**
 * Tells people, once, that telemetry does not arrive, and tells the collector afterwards what it has missed.
 * In: outcomes of requests. Out: one line in the life of the process for a collector that is away, one for each signal
 * it refuses, and a log record after a loss.
 */

import type { OtlpTarget, Signal } from "./otlp-target.ts";
import type { PostOutcome } from "./otlp-transport.ts";

/** A collector that starts a moment after the app is no news. */
const PATIENCE_MILLIS = 5_000;

export interface DeliveryNoticeOptions {
  /** Writes one line for the user; not called when the agent is quiet. */
  write: (line: string) => void;
  /** Told when requests are accepted again after items had to be given up. */
  reportLoss: (signal: Signal, lostItems: number) => void;
  now?: () => number;
}

export class DeliveryNotice {
  readonly #options: DeliveryNoticeOptions;
  readonly #now: () => number;
  #failingSince: number | undefined;
  #everAccepted = false;
  #problem: { key: string; text: string } | undefined;
  readonly #said = new Set<string>();

  constructor(options: DeliveryNoticeOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  record(target: OtlpTarget, outcome: PostOutcome, lostItems: number): void {
    if (outcome.kind === "accepted") {
      this.#failingSince = undefined;
      this.#everAccepted = true;
      if (lostItems > 0) this.#options.reportLoss(target.signal, lostItems);
      return;
    }
    if (outcome.kind === "too_large") return;
    this.#failingSince ??= this.#now();
    this.#problem = {
      key: outcome.kind === "refused" ? target.url.pathname : "away",
      text: `cannot send telemetry to ${withoutSecrets(target.url)} (${outcome.reason}); ${advice(target, outcome)}`,
    };
    if (outcome.kind === "refused" || this.#now() - this.#failingSince >= PATIENCE_MILLIS) this.#say();
  }

  /**
   * The process ends: without this line a short script would lose its telemetry in silence. A collector that has answered
   * before is only being stopped together with the app.
   */
  recordEnd(): void {
    if (this.#failingSince !== undefined && !this.#everAccepted) this.#say();
  }

  #say(): void {
    if (this.#problem === undefined || this.#said.has(this.#problem.key)) return;
    this.#said.add(this.#problem.key);
    this.#options.write(`goldspan agent: ${this.#problem.text}`);
  }
}

function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function advice(target: OtlpTarget, outcome: PostOutcome): string {
  if (target.url.port === "4317") {
    return "4317 is usually the port for gRPC: use port 4318, or set OTEL_EXPORTER_OTLP_PROTOCOL=grpc";
  }
  if (outcome.kind === "refused" && outcome.reason.startsWith("404")) {
    const exporter = `OTEL_${target.signal.toUpperCase()}_EXPORTER`;
    return `check OTEL_EXPORTER_OTLP_ENDPOINT, or set ${exporter}=none if ${target.signal} are not wanted there`;
  }
  if (outcome.kind === "refused") {
    return "check OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS. The app goes on without it";
  }
  return "is the collector running there? If it is elsewhere, set OTEL_EXPORTER_OTLP_ENDPOINT. The app goes on without it";
}
