/**
 * Good and bad requests of an objective over its window: hours as one document, the last hours by five minutes, read a little at each
 * evaluation. A request is bad by its status, or by taking longer than the objective says.
 */
import { untilAborted } from "../../../base/until-aborted.ts";
import { labelValue, METRIC_NAME } from "../../../model/labels.ts";
import { timeBuckets } from "../../../query/golden/time-buckets.ts";
import type { SloSource } from "../../rules/rule-source.ts";
import type { KindDocuments, KindTools } from "../kind-tools.ts";
import { readRequests } from "../signals/read-requests.ts";
import { HOUR_MILLIS, WINDOW_MILLIS, WINDOWS } from "../signals/signal.ts";
import { oldestMetrics } from "./oldest-metrics.ts";

export const SLOS = "alert-slos";
/** Hours that are read from the store in one evaluation. */
const MOST_READ = 12;
/** By five minutes are known so many hours; spans come late, so the last hour is not closed at once. */
const FINE_HOURS = 3;
const LATE_MILLIS = 300_000;
/** What alerts look back on must be known before they are judged. */
export const NEEDED_HOURS = 72;

export interface Outcome {
  readonly total: number;
  readonly bad: number;
}

/** [hour since 1970, total, bad], ascending. */
type SloDocument = readonly (readonly [number, number, number])[];

export type SloSubject = Pick<SloSource, "service" | "operation" | "latencySeconds" | "windowMillis">;

export class SloHistory {
  readonly #documents: KindDocuments;
  readonly #subject: SloSubject;
  readonly #key: string;
  #hours: Map<number, Outcome> | undefined;
  #fine = new Map<number, Outcome>();
  /** Up to where five-minute sums are complete. */
  #fineUpTo = -Infinity;
  #isChanged = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(documents: KindDocuments, subject: SloSubject) {
    this.#documents = documents;
    this.#subject = subject;
    this.#key = sloKey(subject);
  }

  /** Brings it up to a time. Resolves with the hours that are still to be read, newest first. One call after the other. */
  follow(tools: KindTools, timeMillis: number): Promise<readonly number[]> {
    const follow = this.#turn.then(() => this.#follow(tools, timeMillis));
    this.#turn = follow.catch(() => undefined);
    return untilAborted(follow, tools.signal);
  }

  async #follow(tools: KindTools, timeMillis: number): Promise<readonly number[]> {
    // Whoever asked may have left before its turn came.
    tools.signal?.throwIfAborted();
    const hours = (this.#hours ??= await this.#restore());
    await this.#followFine(tools, timeMillis);
    const closed = Math.floor((timeMillis - LATE_MILLIS) / HOUR_MILLIS);
    const first = Math.floor((timeMillis - this.#subject.windowMillis) / HOUR_MILLIS);
    const oldest = Math.floor((await oldestMetrics(tools, timeMillis)) / HOUR_MILLIS);
    const missing: number[] = [];
    let read = 0;
    for (let hour = closed - 1; hour >= Math.max(first, Math.min(oldest, closed)); hour--) {
      if (hours.has(hour)) continue;
      const fine = this.#fromFine(hour);
      if (!fine && read++ >= MOST_READ) missing.push(hour);
      else {
        const start = hour * HOUR_MILLIS;
        hours.set(hour, fine ?? (await this.#read(tools, start, start + HOUR_MILLIS, 1))[0]);
        this.#isChanged = true;
      }
    }
    for (const hour of hours.keys()) if (hour < first) hours.delete(hour);
    if (this.#isChanged && missing.length === 0) await this.#keep();
    return missing;
  }

  /** Over (end - window, end]; after `follow(end)`. An hour that lies in it in part counts in part. */
  outcome(endMillis: number, windowMillis: number): Outcome {
    const start = endMillis - windowMillis;
    const closed = Math.floor((endMillis - LATE_MILLIS) / HOUR_MILLIS) * HOUR_MILLIS;
    const fineFrom = windowMillis <= 2 * HOUR_MILLIS ? start : Math.max(start, closed);
    const sum = { total: 0, bad: 0 };
    addParts(sum, this.#fine, WINDOW_MILLIS, fineFrom, endMillis);
    if (fineFrom > start) addParts(sum, this.#hours ?? new Map(), HOUR_MILLIS, start, fineFrom);
    return sum;
  }

  async #restore(): Promise<Map<number, Outcome>> {
    const stored = (await this.#documents.get(SLOS, this.#key)) as SloDocument | undefined;
    return new Map((stored ?? []).map(([hour, total, bad]) => [hour, { total, bad }]));
  }

  async #keep(): Promise<void> {
    const sorted = [...(this.#hours ?? [])].sort(([a], [b]) => a - b);
    const document: SloDocument = sorted.map(([hour, { total, bad }]) => [hour, Math.round(total), Math.round(bad)]);
    this.#isChanged = false;
    try {
      await this.#documents.put(SLOS, this.#key, document);
    } catch {
      // Made again after a restart, as far as the store goes back.
    }
  }

  async #followFine(tools: KindTools, timeMillis: number): Promise<void> {
    const earliest = (Math.floor(timeMillis / HOUR_MILLIS) - FINE_HOURS) * HOUR_MILLIS;
    // The window before is read again: its last flush may have come since.
    const since = Math.max(earliest, this.#fineUpTo - WINDOW_MILLIS);
    const start = Math.floor(since / WINDOW_MILLIS) * WINDOW_MILLIS;
    const count = Math.ceil((timeMillis - start) / WINDOW_MILLIS);
    if (count <= 0) return;
    const found = await this.#read(tools, start, start + count * WINDOW_MILLIS, count, timeMillis);
    for (const [i, outcome] of found.entries()) this.#fine.set(start / WINDOW_MILLIS + i, outcome);
    for (const window of this.#fine.keys()) if (window * WINDOW_MILLIS < earliest) this.#fine.delete(window);
    this.#fineUpTo = Math.floor(timeMillis / WINDOW_MILLIS) * WINDOW_MILLIS;
  }

  #fromFine(hour: number): Outcome | undefined {
    const sum = { total: 0, bad: 0 };
    for (let i = 0; i < WINDOWS; i++) {
      const part = this.#fine.get(hour * WINDOWS + i);
      if (!part) return undefined;
      sum.total += part.total;
      sum.bad += part.bad;
    }
    return sum;
  }

  async #read(tools: KindTools, start: number, end: number, count: number, upTo = end): Promise<Outcome[]> {
    const { reader, share } = tools;
    const { service, operation, latencySeconds } = this.#subject;
    const bounds = latencySeconds === undefined ? undefined : await this.#bounds(tools, latencySeconds, upTo);
    const requests = await readRequests(
      {
        metrics: reader.metrics,
        share,
        services: [service],
        ...(operation !== "" && { operations: [operation] }),
        ...(bounds && { bounds: bounds.texts }),
      },
      { start, end: Math.min(end, upTo) },
      bounds ? "latencies" : "counts",
    );
    const outcomes = Array.from({ length: count }, () => ({ total: 0, bad: 0 }));
    for (const group of requests.groups.values()) {
      if (group.service !== service || (operation !== "" && group.operation !== operation)) continue;
      const { requests: all, errors, cumulative } = requests.count(group, timeBuckets(start, end, count));
      const fast = bounds && [...cumulative].filter(([bound]) => bound <= bounds.seconds).sort(([a], [b]) => b - a)[0];
      for (let i = 0; i < count; i++) {
        outcomes[i].total += all[i];
        outcomes[i].bad += bounds ? Math.max(0, all[i] - (fast?.[1][i] ?? 0)) : errors[i];
      }
    }
    return outcomes;
  }

  /** The largest bound of a bucket that is no longer than the objective says, and all others that are not. */
  async #bounds(
    { reader, share }: KindTools,
    latencySeconds: number,
    timeMillis: number,
  ): Promise<{ seconds: number; texts: string[] }> {
    const { service } = this.#subject;
    return share(`bounds ${service}`, Math.floor(timeMillis / HOUR_MILLIS), async () => {
      const name = { name: METRIC_NAME, operator: "=~", value: ".+_(seconds|milliseconds)_bucket" } as const;
      const range = { start: timeMillis - HOUR_MILLIS, end: timeMillis };
      const of = [{ name: "service_name", operator: "=", value: service } as const];
      return reader.metrics.findSeries({ selections: [[name, ...of]], range, limit: 20_000 });
    }).then((series) => {
      const texts = new Map<string, number>();
      for (const labels of series) {
        const isMillis = labelValue(labels, METRIC_NAME).endsWith("_milliseconds_bucket");
        const le = labelValue(labels, "le");
        texts.set(le, Number(le) / (isMillis ? 1000 : 1));
      }
      const within = [...texts].filter(([, seconds]) => seconds <= latencySeconds + 1e-9).sort((a, b) => b[1] - a[1]);
      const [best] = within;
      return { seconds: latencySeconds + 1e-9, texts: ["+Inf", ...(best ? [best[0]] : [])] };
    });
  }
}

export function sloKey({ service, operation, latencySeconds, windowMillis }: SloSubject): string {
  return JSON.stringify([service, operation, latencySeconds ?? null, windowMillis]);
}

/** Sums of equal pieces of time that lie in (from, to]; those at the ends in part. */
function addParts(
  sum: { total: number; bad: number },
  parts: ReadonlyMap<number, Outcome>,
  width: number,
  from: number,
  to: number,
): void {
  for (let piece = Math.floor(from / width); piece * width < to; piece++) {
    const part = parts.get(piece);
    if (!part) continue;
    const share = (Math.min(to, (piece + 1) * width) - Math.max(from, piece * width)) / width;
    // The newest piece is not full yet: all that is in it lies before its end.
    const isNewest = (piece + 1) * width > to && from <= piece * width;
    sum.total += part.total * (isNewest ? 1 : Math.min(1, Math.max(0, share)));
    sum.bad += part.bad * (isNewest ? 1 : Math.min(1, Math.max(0, share)));
  }
}
