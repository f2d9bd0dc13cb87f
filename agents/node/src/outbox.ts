/**
 * The bounded queue between the SDK and the network, one for each signal: collects items, seals them into batches, sends
 * one batch at a time and keeps it until it is answered. In: items. Out: requests through `post`.
 * Must not know what an item is. When the collector is away the oldest items make room for the newest.
 *
 *   add -> queue (maxQueueItems) -> sealed batch (maxBatchItems, encoded once, resent as the same bytes) -> post
 */

import type { Post, PostOutcome } from "./otlp-transport.ts";
import type { QueueLimits } from "./settings.ts";

export interface OutboxOptions<Item> {
  limits: QueueLimits;
  /** Called with 1 to maxBatchItems items; undefined when they make no request. */
  encode: (items: Item[]) => Uint8Array | undefined;
  post: Post;
  /** Resolves when the first batch may be encoded (resource attributes that come late). */
  ready?: (item: Item) => Promise<void> | undefined;
  /** Told of every outcome, with the number of items that were given up since the last one. */
  onOutcome: (outcome: PostOutcome, lostItems: number) => void;
}

const FIRST_BACKOFF_MILLIS = 1_000;
const MAX_BACKOFF_MILLIS = 30_000;
/** A server may ask for more patience than our own back-off has, but not for ever. */
const MAX_RETRY_AFTER_MILLIS = 300_000;

export class Outbox<Item> {
  readonly #options: OutboxOptions<Item>;
  #queue: Item[] = [];
  #sealed: { items: Item[]; body: Uint8Array } | undefined;
  #batchLimit: number;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failures = 0;
  #lostItems = 0;

  constructor(options: OutboxOptions<Item>) {
    this.#options = options;
    this.#batchLimit = options.limits.maxBatchItems;
  }

  /** Items that no request has been accepted for. */
  get unsentItems(): number {
    return this.#queue.length + (this.#sealed?.items.length ?? 0);
  }

  /** False from the first failed request until the next accepted one. */
  get reachable(): boolean {
    return this.#failures === 0;
  }

  add(item: Item): void {
    if (this.#queue.length >= this.#options.limits.maxQueueItems) {
      this.#queue.shift();
      this.#lostItems++;
    }
    this.#queue.push(item);
    this.#schedule();
  }

  /**
   * Sends everything queued, at once. Resolves when all is answered or the first request has failed; then what is left
   * stays queued. Bounded by the request's time-out only: the caller sets its own deadline.
   */
  async flush(): Promise<void> {
    if (this.#sending) await this.#sending;
    if (this.unsentItems > 0) await this.#start();
  }

  /** Everything unsent as encoded requests, for the synchronous send at exit. The outbox is empty afterwards. */
  takeUnsent(): Uint8Array[] {
    clearTimeout(this.#timer);
    const bodies = this.#sealed ? [this.#sealed.body] : [];
    for (let from = 0; from < this.#queue.length; from += this.#batchLimit) {
      const body = this.#encode(this.#queue.slice(from, from + this.#batchLimit));
      if (body) bodies.push(body);
    }
    this.#sealed = undefined;
    this.#queue = [];
    return bodies;
  }

  #schedule(): void {
    if (this.#sending) return;
    const full = this.#queue.length >= this.#batchLimit && this.reachable;
    if (this.#timer !== undefined && !full) return;
    this.#arm(full ? 0 : this.#options.limits.delayMillis);
  }

  #arm(delayMillis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#start(), delayMillis);
    this.#timer.unref();
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#run().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  /** Never rejects. Sends what is queued now; what arrives meanwhile waits for company as usual. */
  async #run(): Promise<void> {
    let waiting = this.unsentItems;
    while (waiting > 0 || this.#queue.length >= this.#batchLimit) {
      const batch = this.#sealed ?? (await this.#seal());
      if (!batch) break;
      this.#sealed = batch;
      const outcome = await this.#options.post(batch.body);
      const retryAfterMillis = this.#settle(outcome);
      if (retryAfterMillis !== undefined) return this.#arm(retryAfterMillis);
      if (outcome.kind !== "too_large") waiting -= batch.items.length;
    }
    if (this.unsentItems > 0) this.#arm(this.#options.limits.delayMillis);
  }

  /** The next batch; undefined when there is nothing left that can be encoded. */
  async #seal(): Promise<{ items: Item[]; body: Uint8Array } | undefined> {
    while (this.#queue.length > 0) {
      await this.#options.ready?.(this.#queue[0]);
      const items = this.#queue.splice(0, this.#batchLimit);
      const body = this.#encode(items);
      if (body) return { items, body };
    }
    return undefined;
  }

  /** One item that cannot be encoded must neither crash the app nor stop the others: its batch is given up. */
  #encode(items: Item[]): Uint8Array | undefined {
    try {
      if (items.length > 0) return this.#options.encode(items);
    } catch (error) {
      this.#lostItems += items.length;
      this.#options.onOutcome({ kind: "refused", reason: `encoding failed: ${String(error)}` }, this.#lostItems);
    }
    return undefined;
  }

  /** Milliseconds until the next attempt, or undefined when the next batch may go at once. */
  #settle(outcome: PostOutcome): number | undefined {
    const batch = this.#sealed;
    if (!batch) return undefined; // taken by takeUnsent meanwhile
    let backoffMillis: number | undefined;
    if (outcome.kind === "retry") {
      const exponential = Math.min(MAX_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS * 2 ** this.#failures++);
      backoffMillis = Math.max(
        Math.min(outcome.afterMillis ?? 0, MAX_RETRY_AFTER_MILLIS),
        exponential * (0.8 + Math.random() * 0.4),
      );
    } else {
      this.#sealed = undefined;
      if (outcome.kind === "accepted") {
        this.#failures = 0;
      } else if (outcome.kind === "too_large" && batch.items.length > 1) {
        this.#batchLimit = Math.ceil(batch.items.length / 2);
        this.#queue.unshift(...batch.items);
      } else {
        this.#lostItems += batch.items.length;
      }
    }
    this.#options.onOutcome(outcome, this.#lostItems);
    if (outcome.kind === "accepted") this.#lostItems = 0;
    return backoffMillis;
  }
}
