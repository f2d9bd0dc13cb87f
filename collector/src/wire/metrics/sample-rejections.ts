/** Counts the data points of a request that were not taken, by reason, and names the first for the partial success. */
import type { Labels } from "../../model/labels.ts";
import { METRIC_NAME } from "../../model/labels.ts";
import { VERDICT, type Verdict } from "./sample-sink.ts";

export type RejectionReason = "invalid" | "out_of_order" | "duplicate" | "overlap" | "limit";

const REASON_OF: Readonly<Record<number, RejectionReason>> = {
  [VERDICT.outOfOrder]: "out_of_order",
  [VERDICT.duplicate]: "duplicate",
  [VERDICT.overlap]: "overlap",
  [VERDICT.refused]: "limit",
};
const WORDS: Readonly<Record<Exclude<RejectionReason, "invalid">, string>> = {
  out_of_order: "out of order sample: its series has a newer one",
  duplicate: "duplicate sample for timestamp: its series has another value at this time",
  overlap: "its time overlaps that of the delta before it",
  limit: "a limit of series is reached (max_series or max_series_per_job of the storage extension)",
};

const MOST_SHOWN = 500;

/** What became of a request. */
export interface SampleOutcome {
  readonly rejected: number;
  readonly reasons: ReadonlyMap<RejectionReason, number>;
  /** Names the first; "" when all was taken. */
  readonly message: string;
}

export class SampleRejections implements SampleOutcome {
  rejected = 0;
  readonly reasons = new Map<RejectionReason, number>();
  readonly #what: string;
  #first = "";

  /** @param what in the singular: "data point" */
  constructor(what: string) {
    this.#what = what;
  }

  /** @param describe names the point; asked of the first only */
  add(verdict: Verdict, describe: () => string): void {
    const reason = REASON_OF[verdict];
    this.#count(reason, () => `${describe()}: ${WORDS[reason as keyof typeof WORDS]}`);
  }

  invalid(describe: () => string): void {
    this.#count("invalid", describe);
  }

  get message(): string {
    if (this.rejected === 0) return "";
    return `cannot store ${this.rejected} ${this.#what}${this.rejected === 1 ? "" : "s"}, the first: ${this.#first}`;
  }

  #count(reason: RejectionReason, describe: () => string): void {
    if (this.rejected++ === 0) this.#first = describe();
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }
}

/** A series as PromQL writes it, with the time of a sample. */
export function describeSample(labels: Labels, timestamp: number): string {
  let name = "";
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === METRIC_NAME) name = labels[i + 1];
    else pairs.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`);
  }
  const text = `${name}{${pairs.join(",")}}`;
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  const time = Math.abs(timestamp) <= 8.64e15 ? new Date(timestamp).toISOString() : String(timestamp);
  return `${shown} at ${time}`;
}
