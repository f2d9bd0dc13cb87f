/** Entries between the log and one client that follows it: they wait for their delay and for the client, up to a bound. */
import type { FoundEntry } from "../../../query/logql/engine.ts";
import { labelsText } from "../prometheus/result-pieces.ts";
import { nowNanos } from "./parameters.ts";
import { entryText, streamsOf } from "./result-pieces.ts";

/** Entries waiting for a client that is slow; the oldest of more are dropped and told of. */
const MOST_WAITING = 5000;
const MOST_MESSAGE_ENTRIES = 1000;
/** After this long without an entry there is an empty message: it tells whether anybody is there. */
const BEAT_MILLIS = 15_000;

type Dropped = Pick<FoundEntry, "labels" | "timeNanos">;

export class TailFeed {
  readonly #delayMillis: number;
  readonly #isCategorized: boolean;
  #waiting: { readonly entry: FoundEntry; readonly at: number }[] = [];
  #dropped: Dropped[] = [];
  #hasBegun = false;
  #ended: { readonly error?: Error } | undefined;
  #wake: () => void = () => {};

  constructor(delayMillis: number, isCategorized: boolean) {
    this.#delayMillis = delayMillis;
    this.#isCategorized = isCategorized;
  }

  /** What was there before, newest first; some of it may have been added already as if it had come since. */
  begin(before: readonly FoundEntry[]): void {
    const known = new Set(before.map(keyOf));
    const since = this.#waiting.filter(({ entry }) => !known.has(keyOf(entry)));
    this.#waiting = [...before.toReversed().map((entry) => ({ entry, at: 0 })), ...since];
    this.#hasBegun = true;
    this.#wake();
  }

  /** @param missed records that came, of which nothing else is known */
  add(entries: readonly FoundEntry[], missed: number): void {
    const at = Date.now() + this.#delayMillis;
    for (const entry of entries) this.#waiting.push({ entry, at });
    const tooMany = Math.max(0, this.#waiting.length - MOST_WAITING);
    for (const { entry } of this.#waiting.splice(0, tooMany)) this.#drop(entry);
    for (let i = 0; i < Math.min(missed, MOST_WAITING); i++) this.#drop({ labels: [], timeNanos: nowNanos() });
    this.#wake();
  }

  #drop({ labels, timeNanos }: Dropped): void {
    if (this.#dropped.length < MOST_WAITING) this.#dropped.push({ labels, timeNanos });
  }

  /** @param error why there is nothing to follow any more */
  end(error?: Error): void {
    this.#ended ??= { error };
    this.#wake();
  }

  /** JSON; "" = nothing came for a while; undefined = that was all. Throws what it was ended with. */
  async next(): Promise<string | undefined> {
    const beat = Date.now() + BEAT_MILLIS;
    while (true) {
      const now = Date.now();
      if (this.#hasBegun) {
        const later = this.#waiting.findIndex(({ at }) => at > now);
        const count = Math.min(MOST_MESSAGE_ENTRIES, later < 0 ? this.#waiting.length : later);
        if (count > 0 || this.#dropped.length > 0) return this.#message(count);
      }
      if (this.#ended?.error) throw this.#ended.error;
      if (this.#ended) return undefined;
      if (now >= beat) return "";
      await this.#woken(Math.min(beat, this.#waiting[0]?.at ?? beat) - now);
    }
  }

  #woken(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, millis));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #message(count: number): string {
    const entries = this.#waiting.splice(0, count).map(({ entry }) => entry);
    const dropped = this.#dropped.splice(0);
    const streams = streamsOf(entries, this.#isCategorized).map(({ labels, entries: own }) => {
      const values = own.map((entry) => entryText(entry, this.#isCategorized)).join(",");
      return `{"stream":${labelsText(labels)},"values":[${values}]}`;
    });
    const flags = this.#isCategorized ? '"encodingFlags":["categorize-labels"],' : "";
    const lost = dropped.map(({ labels, timeNanos }) => `{"labels":${labelsText(labels)},"timestamp":"${timeNanos}"}`);
    const rest = lost.length > 0 ? `,"dropped_entries":[${lost.join(",")}]` : "";
    return `{${flags}"streams":[${streams.join(",")}]${rest}}`;
  }
}

function keyOf({ timeNanos, line, labels }: FoundEntry): string {
  return `${timeNanos}\0${line}\0${labels.join("\0")}`;
}
