/**
 * Live tail: entries as they arrive, a line of JSON for each message of Loki's websocket. Who keeps the socket (the web extension)
 * sends each line as a frame. https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs
 */
import { Hono } from "hono";
import { labelsText } from "../prometheus/result-pieces.ts";
import { newCounts, parseQuery, runLogQuery, type FoundEntry } from "../../../query/logql/engine.ts";
import { tailEntries } from "../../../query/logql/run/tail-logs.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { failureOf } from "../../errors.ts";
import * as parameters from "./parameters.ts";
import { wantsCategories } from "./query-routes.ts";
import { entryText, streamsOf } from "./result-pieces.ts";

const MOST_DELAY_SECONDS = 5;
/** Entries in a message, and waiting for a client that is slow: what is beyond is dropped and told of. */
const MOST_WAITING = 5000;
/** A message without entries tells whether anybody is there. */
const BEAT_MILLIS = 15_000;

export function tailRoutes({ reader, reportError }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/tail", async (c) => {
    const form = await parameters.formOf(c);
    const query = parseQuery(parameters.text(form, "query"));
    if (query.kind !== "logs")
      throw new parameters.ParameterError(
        'cannot follow a metric query: leave out what counts, as in {service_name="…"}',
      );
    const { logs } = query;
    const limit = parameters.whole(form, ["limit"], 100, parameters.MOST_ENTRIES);
    const start = parameters.time(form, "start", parameters.nowNanos() - 3_600_000_000_000n);
    const delay = parameters.text(form, "delay_for");
    if (!/^\d*$/.test(delay) || Number(delay) > MOST_DELAY_SECONDS)
      throw new parameters.ParameterError(`delay_for can't be greater than ${MOST_DELAY_SECONDS}`);
    const isCategorized = wantsCategories(c);
    const range = { start, end: parameters.nowNanos() };
    // What is there already comes first, as if it arrived now.
    const before = await runLogQuery(
      { reader, logs, range, direction: "backward", limit, signal: c.req.raw.signal },
      newCounts(),
    );
    const gone = new AbortController();
    const feed = new Feed(before.reverse(), Number(delay) * 1000, isCategorized);
    void tailEntries(reader, logs, gone.signal, (entries, missed) => feed.add(entries, missed)).then(
      () => feed.end(),
      (error: unknown) => feed.end(failureOf(error, reportError).error.message),
    );
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const line = await feed.next();
        if (line === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(`${line}\n`));
      },
      cancel() {
        gone.abort();
        feed.end();
      },
    });
    return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
  });
}

interface Dropped {
  readonly labels: FoundEntry["labels"];
  readonly timeNanos: bigint;
}

/** Entries between the log and the client: what can't wait is dropped, the oldest first. */
class Feed {
  readonly #delayMillis: number;
  readonly #isCategorized: boolean;
  #waiting: { readonly entry: FoundEntry; readonly at: number }[];
  #dropped: Dropped[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(entries: readonly FoundEntry[], delayMillis: number, isCategorized: boolean) {
    this.#delayMillis = delayMillis;
    this.#isCategorized = isCategorized;
    this.#waiting = entries.map((entry) => ({ entry, at: 0 }));
  }

  add(entries: readonly FoundEntry[], missed: number): void {
    const at = Date.now() + this.#delayMillis;
    for (const entry of entries) this.#waiting.push({ entry, at });
    for (const { entry } of this.#waiting.splice(0, this.#waiting.length - MOST_WAITING)) this.#drop(entry);
    // The store doesn't say whose they were.
    for (let i = 0; i < Math.min(missed, MOST_WAITING); i++)
      this.#drop({ labels: [], timeNanos: parameters.nowNanos() });
    this.#wake();
  }

  #drop({ labels, timeNanos }: Dropped): void {
    if (this.#dropped.length < MOST_WAITING) this.#dropped.push({ labels, timeNanos });
  }

  end(error?: string): void {
    this.#ended = true;
    if (error !== undefined) this.#waiting = [];
    this.#wake();
  }

  /** A message; undefined = that was all. */
  async next(): Promise<string | undefined> {
    const beat = Date.now() + BEAT_MILLIS;
    while (true) {
      const now = Date.now();
      const ready = this.#waiting.findIndex(({ at }) => at > now);
      const count = ready < 0 ? this.#waiting.length : ready;
      if (count > 0 || this.#dropped.length > 0 || (now >= beat && !this.#ended)) return this.#message(count);
      if (this.#ended) return undefined;
      const until = Math.min(beat, this.#waiting[0]?.at ?? beat);
      await this.#woken(until - now);
    }
  }

  #woken(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
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
