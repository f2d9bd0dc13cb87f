/**
 * Records as they arrive, as server-sent events: `log` (WireLog[]), `rate` (WireTailRate) each second, which also keeps the connection
 * open. Bounded: more than {@link MOST_SHOWN} records between two events, or a client that doesn't read, and the oldest are skipped and
 * counted. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import type { StoreReader } from "../../store/store.ts";
import type { ApiContext } from "../context.ts";
import type { WireLog, WireTailRate } from "../contract.ts";
import { failureOf } from "../errors.ts";
import { shownBytes, wireLog } from "./wire-log.ts";

/** Of a `log` event. */
const MOST_SHOWN = 200;
/** Of its records, as they were sent and cut; a single one may be longer. */
const MOST_BYTES = 4_000_000;
const EVENT_MILLIS = 200;
const RATE_MILLIS = 1000;
/** The rate is over this many seconds. */
const RATE_SECONDS = 5;
/** Events that a client may leave unread before records are kept back for it. */
const MOST_UNREAD = 4;

const encoder = new TextEncoder();

export function tailResponse(
  reader: Pick<StoreReader, "tailLogs">,
  condition: LogCondition,
  parent: AbortSignal,
  reportError: ApiContext["reportError"],
): Response {
  const ended = new AbortController();
  const signal = AbortSignal.any([parent, ended.signal]);
  const waiting = new WaitingLogs();
  const timers: NodeJS.Timeout[] = [];
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const close = () => {
          if (ended.signal.aborted) return;
          ended.abort();
          for (const timer of timers) clearInterval(timer);
          controller.close();
        };
        const send = (event: string, data: unknown) =>
          controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
        const isBehind = () => (controller.desiredSize ?? 0) <= 0;
        const flush = () => {
          if (waiting.count > 0 && !isBehind()) send("log", waiting.take());
        };
        // A page behind a proxy learns that it is connected; a browser that loses the connection comes back after this time.
        controller.enqueue(encoder.encode("retry: 2000\n\n"));
        timers.push(setInterval(flush, EVENT_MILLIS));
        timers.push(
          setInterval(() => {
            waiting.tick();
            if (!isBehind()) send("rate", waiting.rate());
          }, RATE_MILLIS),
        );
        parent.addEventListener("abort", close, { once: true });
        reader
          .tailLogs(condition, (batch, missed) => waiting.add(batch, missed), signal)
          .then(close, (error: unknown) => {
            if (!signal.aborted) send("error", failureOf(error, reportError).error);
            close();
          });
      },
      cancel() {
        ended.abort();
        for (const timer of timers) clearInterval(timer);
      },
    },
    { highWaterMark: MOST_UNREAD },
  );
  const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
  return new Response(body, { headers });
}

/** The newest records that nobody took yet, and how many came. */
class WaitingLogs {
  readonly #logs: { readonly log: WireLog; readonly bytes: number }[] = [];
  #bytes = 0;
  #skipped = 0;
  #came = 0;
  /** Of the last seconds, the newest last. */
  readonly #perSecond: number[] = [];

  get count(): number {
    return this.#logs.length;
  }

  add(batch: LogBatch, missed: number): void {
    const first = Math.max(0, batch.count - MOST_SHOWN);
    this.#came += batch.count + missed;
    this.#skipped += missed + first;
    for (let i = first; i < batch.count; i++) {
      const bytes = shownBytes(batch, i);
      this.#logs.push({ log: wireLog(batch, i), bytes });
      this.#bytes += bytes;
      while (this.#logs.length > MOST_SHOWN || (this.#bytes > MOST_BYTES && this.#logs.length > 1)) {
        this.#bytes -= this.#logs.shift()?.bytes ?? 0;
        this.#skipped++;
      }
    }
  }

  take(): WireLog[] {
    this.#bytes = 0;
    return this.#logs.splice(0).map(({ log }) => log);
  }

  /** A second is over. */
  tick(): void {
    this.#perSecond.push(this.#came);
    this.#came = 0;
    if (this.#perSecond.length > RATE_SECONDS) this.#perSecond.shift();
  }

  rate(): WireTailRate {
    const sum = this.#perSecond.reduce((total, count) => total + count, 0);
    const skipped = this.#skipped;
    this.#skipped = 0;
    return { perSecond: sum / Math.max(1, this.#perSecond.length), skipped };
  }
}
