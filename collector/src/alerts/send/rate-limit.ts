/** A bucket of tokens: so many messages at once, then one every so often. Time is given. */

export interface RateLimit {
  /** In the long run. */
  readonly perMinute: number;
  /** At once. */
  readonly burst: number;
}

/** Times that are asked about come a little out of their order. */
const SET_BACK_MILLIS = 30_000;

export function isSetBack(before: number | undefined, now: number): boolean {
  return before !== undefined && before - now > SET_BACK_MILLIS;
}

export class TokenBucket {
  readonly #limit: RateLimit;
  #tokens: number;
  #at: number | undefined;

  constructor(limit: RateLimit) {
    this.#limit = limit;
    this.#tokens = limit.burst;
  }

  /** When the next message may go; not later than `now` when it may go now. */
  freeAt(now: number): number {
    this.#fill(now);
    return this.#tokens >= 1 ? now : Math.ceil(now + ((1 - this.#tokens) * 60_000) / this.#limit.perMinute);
  }

  take(now: number): void {
    this.#fill(now);
    this.#tokens -= 1;
  }

  #fill(now: number): void {
    // The clock was set back: the bucket fills from here.
    if (isSetBack(this.#at, now)) this.#at = now;
    const passed = this.#at === undefined ? 0 : Math.max(now - this.#at, 0);
    // A little more, so that what freeAt said is true in spite of rounding.
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + (passed * this.#limit.perMinute) / 60_000 + 1e-9);
    this.#at = Math.max(now, this.#at ?? now);
  }
}

const QUICK: RateLimit = { perMinute: 1200, burst: 20 };

/**
 * What the vendors allow, a little below it; of what one runs oneself, enough to keep a flood from filling it. Discord: 30 a minute and
 * webhook; Slack and Google Chat: 1 a second; Telegram: 20 a minute and group; ntfy.sh: 60, then one every 5 s; Teams: 4 a second.
 */
export const RATE_LIMITS: Readonly<Record<string, RateLimit>> = {
  slack: { perMinute: 60, burst: 1 },
  msteams: { perMinute: 200, burst: 4 },
  msteamsv2: { perMinute: 200, burst: 4 },
  discord: { perMinute: 28, burst: 5 },
  googlechat: { perMinute: 60, burst: 1 },
  mattermost: { perMinute: 300, burst: 10 },
  telegram: { perMinute: 20, burst: 1 },
  ntfy: { perMinute: 12, burst: 50 },
  pagerduty: { perMinute: 120, burst: 20 },
  opsgenie: { perMinute: 120, burst: 20 },
  email: { perMinute: 60, burst: 10 },
  webhook: QUICK,
};

export function rateLimitOf(kind: string, own: Readonly<Record<string, Partial<RateLimit>>> | undefined): RateLimit {
  const usual = RATE_LIMITS[kind] ?? QUICK;
  const given = own?.[kind];
  if (given === undefined) return usual;
  const perMinute = given.perMinute ?? usual.perMinute;
  // Of a limit of one's own, not the vendor's burst.
  return { perMinute, burst: given.burst ?? Math.max(1, Math.min(usual.burst, Math.ceil(perMinute))) };
}
