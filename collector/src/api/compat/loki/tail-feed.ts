/** Entries between the log and one client that follows it: they wait for their delay and for the client, up to a bound. */
import type { FoundEntry } from "../../../query/logql/engine.ts";
import { entryCharacters } from "../../../query/logql/run/search-logs.ts";
import { labelsText } from "../prometheus/result-pieces.ts";
import { nowNanos } from "./parameters.ts";
import { entryText, streamsOf } from "./result-pieces.ts";

/** Entries waiting for a client that is slow; the oldest of more are dropped and told of. */
const MOST_WAITING = 5000;
const MOST_MESSAGE_ENTRIES = 1000;
/** Of the same, in characters: lines may be of megabytes each. One is sent in any case. */
const MOST_WAITING_CHARACTERS = 32_000_000;
const MOST_MESSAGE_CHARACTERS = 4_000_000;
/** After this long without an entry there is an empty message: it tells whether anybody is there. */
const BEAT_MILLIS = 15_000;

interface Waiting {
  readonly entry: FoundEntry;
  /** When it may be sent. */
  readonly at: number;
}

type Dropped = Pick<FoundEntry, "labels" | "timeNanos">;

export class TailFeed {
  readonly #delayMillis: number;
  readonly #isCategorized: boolean;
  #waiting: Waiting[] = [];
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
    const kept = fitting(this.#waiting.toReversed(), MOST_WAITING, MOST_WAITING_CHARACTERS);
    for (const { entry } of this.#waiting.splice(0, this.#waiting.length - kept)) this.#drop(entry);
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
        const ready = later < 0 ? this.#waiting : this.#waiting.slice(0, later);
        const count = fitting(ready, MOST_MESSAGE_ENTRIES, MOST_MESSAGE_CHARACTERS);
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

/** How many of them from the first on keep within bounds; one at least where there is one. */
function fitting(waiting: readonly Waiting[], most: number, characters: number): number {
  let left = characters;
  for (let i = 0; i < Math.min(waiting.length, most); i++) {
    left -= entryCharacters(waiting[i].entry);
    if (left < 0) return Math.max(1, i);
  }
  return Math.min(waiting.length, most);
}

function keyOf({ timeNanos, line, labels }: FoundEntry): string {
  return `${timeNanos}\0${line}\0${labels.join("\0")}`;
}
