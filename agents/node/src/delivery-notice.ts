/**
 * Tells people, once, that telemetry does not arrive, and tells the collector afterwards what it has missed.
 * In: outcomes of requests. Out: at most one line on stderr in the life of the process, and a log record after a loss.
 */

import type { OtlpTarget } from "./otlp-target.ts";
import type { PostOutcome } from "./otlp-transport.ts";

/** A collector that starts a moment after the app is no news. */
const PATIENCE_MILLIS = 5_000;

export interface DeliveryNoticeOptions {
  /** Writes one line for the user; not called when the agent is quiet. */
  write: (line: string) => void;
  /** Told when requests are accepted again after items had to be given up. */
  reportLoss: (signal: string, lostItems: number) => void;
  now?: () => number;
}

export class DeliveryNotice {
  readonly #options: DeliveryNoticeOptions;
  readonly #now: () => number;
  #failingSince: number | undefined;
  #problem: string | undefined;
  #said = false;

  constructor(options: DeliveryNoticeOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  record(target: OtlpTarget, outcome: PostOutcome, lostItems: number): void {
    if (outcome.kind === "accepted") {
      this.#failingSince = undefined;
      if (lostItems > 0) this.#options.reportLoss(target.url.pathname.split("/").at(-1) ?? "", lostItems);
      return;
    }
    if (outcome.kind === "too_large") return;
    this.#failingSince ??= this.#now();
    this.#problem = `cannot send telemetry to ${withoutSecrets(target.url)} (${outcome.reason}); ${advice(target, outcome)}`;
    if (outcome.kind === "refused" || this.#now() - this.#failingSince >= PATIENCE_MILLIS) this.#say();
  }

  /** The process ends while requests fail: without this line a short script would lose its telemetry in silence. */
  recordEnd(): void {
    if (this.#failingSince !== undefined) this.#say();
  }

  #say(): void {
    if (this.#said || this.#problem === undefined) return;
    this.#said = true;
    this.#options.write(`goldspan agent: ${this.#problem}`);
  }
}

function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function advice(target: OtlpTarget, outcome: PostOutcome): string {
  if (target.url.port === "4317") {
    return "4317 is usually the port for gRPC: use port 4318, or set OTEL_EXPORTER_OTLP_PROTOCOL=grpc";
  }
  if (outcome.kind === "refused") {
    return "check OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS. The app goes on without it";
  }
  return "is the collector running there? If it is elsewhere, set OTEL_EXPORTER_OTLP_ENDPOINT. The app goes on without it";
}
