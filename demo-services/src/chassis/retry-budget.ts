/**
 * Limits retries to a share of the traffic, so that a struggling service is not hit harder the worse it gets: every
 * first attempt earns `ratio` of a retry, a retry costs one, and a small reserve and trickle keep quiet services served.
 * Pure apart from the clock it is given.
 */

export interface RetryBudgetSettings {
  /** Retries earned by a first attempt, 0 to 1. */
  ratio: number;
  /** Most retries that can be saved up. */
  capacity: number;
  /** Retries earned by time alone. */
  perSecond: number;
}

const DEFAULT_RETRY_BUDGET: RetryBudgetSettings = { ratio: 0.2, capacity: 10, perSecond: 0.5 };

export class RetryBudget {
  readonly #settings: RetryBudgetSettings;
  readonly #nowMillis: () => number;
  #tokens: number;
  #updatedMillis: number;

  constructor(settings = DEFAULT_RETRY_BUDGET, nowMillis: () => number = () => performance.now()) {
    this.#settings = settings;
    this.#nowMillis = nowMillis;
    this.#tokens = settings.capacity;
    this.#updatedMillis = nowMillis();
  }

  recordFirstAttempt(): void {
    this.#earn(this.#settings.ratio);
  }

  /** True when a retry may be made; it is paid for. */
  tryRetry(): boolean {
    this.#earn(0);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #earn(tokens: number): void {
    const now = this.#nowMillis();
    const trickle = ((now - this.#updatedMillis) / 1000) * this.#settings.perSecond;
    this.#updatedMillis = now;
    this.#tokens = Math.min(this.#settings.capacity, this.#tokens + tokens + trickle);
  }
}
