/**
 * One integration's turn-taking: what waits for it, which is next and when. One message is on its way at a time; those of a group go in
 * their order; the vendor's rate limit, its Retry-After and a back-off after failures hold back this channel and no other. A message
 * that alone keeps failing waits for itself while others pass it. Sends by what it is given; keeps nothing on disk.
 */
import type { Outcome } from "../channels/channel.ts";
import { backoffMillis } from "./backoff.ts";
import { isSetBack, TokenBucket, type RateLimit } from "./rate-limit.ts";
import type { WaitingDelivery } from "./stored-delivery.ts";

export interface WorkerSettings {
  readonly limit: RateLimit;
  /** So long after it was made a message that fails is given up. */
  readonly giveUpMillis: number;
  readonly random: () => number;
}

/** Alertmanager's words. */
export type GiveUpReason = "clientError" | "contextDeadlineExceeded" | "other";

export interface WorkerCalls {
  /** Tries it once. */
  readonly send: (delivery: WaitingDelivery, now: number) => Promise<Outcome>;
  /** Makes that it can't be sent again. */
  readonly sent: (delivery: WaitingDelivery, now: number) => Promise<void>;
  /** Puts it among the dead letters; false: that was not possible, it goes on waiting. */
  readonly givenUp: (
    delivery: WaitingDelivery,
    attempts: number,
    message: string,
    now: number,
    reason: GiveUpReason,
  ) => Promise<boolean>;
}

/** Until what could not be given up is tried again. */
const AGAIN_MILLIS = 60_000;

interface Waiting {
  readonly delivery: WaitingDelivery;
  attempts: number;
  notBefore: number;
}

export interface WorkerState {
  readonly sent: number;
  readonly failed: number;
  readonly lastSentAt: number | undefined;
  readonly lastError: string;
  readonly lastErrorAt: number | undefined;
}

export class ChannelWorker {
  readonly #settings: WorkerSettings;
  readonly #calls: WorkerCalls;
  readonly #bucket: TokenBucket;
  readonly #waiting = new Map<string, Waiting>();
  #onItsWay: Promise<void> | undefined;
  #busyWith: string | undefined;
  #pausedUntil = 0;
  #lookedAt: number | undefined;
  /** In a row, of any message. */
  #failures = 0;
  /** Why what fails from now on is given up at once. */
  #abandoned: string | undefined;
  #state: WorkerState = { sent: 0, failed: 0, lastSentAt: undefined, lastError: "", lastErrorAt: undefined };

  constructor(settings: WorkerSettings, calls: WorkerCalls) {
    this.#settings = settings;
    this.#calls = calls;
    this.#bucket = new TokenBucket(settings.limit);
  }

  get state(): WorkerState {
    return this.#state;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** The id of what is on its way. */
  get busyWith(): string | undefined {
    return this.#busyWith;
  }

  /** undefined: not held back. */
  retryAt(now: number): number | undefined {
    return this.#pausedUntil > now ? this.#pausedUntil : undefined;
  }

  add(delivery: WaitingDelivery): void {
    this.#waiting.set(delivery.id, { delivery, attempts: 0, notBefore: 0 });
  }

  /** It is no more to be sent; nothing happens to one that is on its way. */
  remove(id: string): void {
    if (id !== this.#busyWith) this.#waiting.delete(id);
  }

  /** It is on its way or was tried: its channel may have taken it. */
  isTouched(id: string): boolean {
    return id === this.#busyWith || (this.#waiting.get(id)?.attempts ?? 0) > 0;
  }

  /** undefined: nothing waits, or something is on its way. */
  nextAt(now: number): number | undefined {
    if (this.#onItsWay) return undefined;
    const next = this.#next();
    return next && Math.max(next.notBefore, this.#pausedUntil, this.#bucket.freeAt(now));
  }

  /** Begins with the next message if it is time. */
  begin(now: number): void {
    this.#follow(now);
    const at = this.nextAt(now);
    const next = this.#next();
    if (at === undefined || at > now || !next) return;
    this.#bucket.take(now);
    this.#busyWith = next.delivery.id;
    this.#onItsWay = this.#try(next, now).finally(() => {
      this.#busyWith = undefined;
      this.#onItsWay = undefined;
    });
  }

  /** The integration is gone: what waits is given up, and what is on its way when it fails. */
  async abandon(message: string, now: number): Promise<void> {
    this.#abandoned = message;
    for (const waiting of this.#waiting.values())
      if (waiting.delivery.id !== this.#busyWith) await this.#giveUp(waiting, message, now, "other");
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    await this.#onItsWay;
  }

  /** The clock may have been set back: what waits, waits as long as it had to. */
  #follow(now: number): void {
    const before = this.#lookedAt ?? now;
    if (!isSetBack(before, now)) {
      this.#lookedAt = Math.max(before, now);
      return;
    }
    this.#lookedAt = now;
    this.#pausedUntil -= before - now;
    for (const waiting of this.#waiting.values()) waiting.notBefore -= before - now;
  }

  /** The first of each group; of those what was tried least, then what may go first. */
  #next(): Waiting | undefined {
    const keys = new Set<string>();
    let best: Waiting | undefined;
    for (const waiting of this.#waiting.values()) {
      if (keys.has(waiting.delivery.key)) continue;
      keys.add(waiting.delivery.key);
      if (!best || waiting.notBefore < best.notBefore) best = waiting;
    }
    return best;
  }

  async #try(waiting: Waiting, startedAt: number): Promise<void> {
    const begin = performance.now();
    const { delivery } = waiting;
    const outcome = await this.#calls.send(delivery, startedAt);
    // The clock may have been set back meanwhile.
    const now = Math.min(startedAt, this.#lookedAt ?? startedAt) + Math.round(performance.now() - begin);
    waiting.attempts++;
    if (outcome.kind === "sent") {
      await this.#calls.sent(delivery, now);
      this.#waiting.delete(delivery.id);
      this.#failures = 0;
      this.#pausedUntil = 0;
      this.#state = { ...this.#state, sent: this.#state.sent + 1, lastSentAt: now, lastError: "" };
      return;
    }
    const { message } = outcome;
    this.#state = { ...this.#state, failed: this.#state.failed + 1, lastError: message, lastErrorAt: now };
    if (outcome.kind === "permanent") {
      // The channel answers, it is this message that it refuses.
      this.#failures = 0;
      return this.#giveUp(waiting, message, now, "clientError");
    }
    if (this.#abandoned !== undefined) return this.#giveUp(waiting, `${this.#abandoned}; ${message}`, now, "other");
    this.#failures++;
    const { random, giveUpMillis } = this.#settings;
    this.#pausedUntil = now + backoffMillis(this.#failures, outcome.afterMillis, random());
    waiting.notBefore = now + backoffMillis(waiting.attempts, outcome.afterMillis, random());
    for (const each of this.#waiting.values())
      if (now - each.delivery.createdAt >= giveUpMillis)
        await this.#giveUp(each, message, now, "contextDeadlineExceeded");
  }

  async #giveUp(waiting: Waiting, message: string, now: number, reason: GiveUpReason): Promise<void> {
    if (await this.#calls.givenUp(waiting.delivery, waiting.attempts, message, now, reason))
      this.#waiting.delete(waiting.delivery.id);
    else waiting.notBefore = now + AGAIN_MILLIS;
  }
}
