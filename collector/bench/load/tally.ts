/** Counts what became of a run's requests and how long they took. */
import type { SenderResult } from "./sender-options.ts";
import type { Outcome } from "./transport.ts";

export class Tally {
  readonly #millis: number[] = [];
  readonly #failed = new Map<string, number>();
  records = 0;
  requests = 0;
  refused = 0;
  refusedWithTime = 0;
  unknown = 0;
  unknownRecords = 0;
  missed = 0;
  bytesSent = 0;

  /** @param millis from when the request was due; only acknowledged ones count into the latencies */
  add(outcome: Outcome, count: number, bytes: number, millis: number): void {
    this.bytesSent += bytes;
    switch (outcome.kind) {
      case "acknowledged":
        this.requests++;
        this.records += count;
        this.#millis.push(millis);
        break;
      case "refused":
        this.refused++;
        if (outcome.afterSeconds !== undefined) this.refusedWithTime++;
        break;
      case "unknown":
        this.unknown++;
        this.unknownRecords += count;
        break;
      case "failed":
        this.#failed.set(outcome.status, (this.#failed.get(outcome.status) ?? 0) + 1);
        break;
    }
  }

  result(): Omit<SenderResult, "seconds" | "generatorShare" | "samples" | "giants"> {
    const sorted = Float64Array.from(this.#millis).sort();
    const { records, requests, refused, refusedWithTime, unknown, unknownRecords, missed, bytesSent } = this;
    return {
      records,
      requests,
      refused,
      refusedWithTime,
      unknown,
      unknownRecords,
      missed,
      bytesSent,
      failed: Object.fromEntries(this.#failed),
      latency: {
        p50: quantile(sorted, 0.5),
        p95: quantile(sorted, 0.95),
        p99: quantile(sorted, 0.99),
        max: sorted.at(-1) ?? 0,
      },
    };
  }
}

/** The smallest value that at least this share of the values doesn't exceed; 0 when there is none. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
}
