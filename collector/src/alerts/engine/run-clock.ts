/** Drives the engine by the machine's clock. */
import type { AlertingEngine } from "./alerting-engine.ts";

/** Longer sleeps would miss a clock that is set forward. */
const MOST_SLEEP_MILLIS = 5_000;
/** What is due again at once, such as a group of alerts whose notification is under way, need not be asked more often. */
const LEAST_SLEEP_MILLIS = 20;

export class RunClock {
  readonly #engine: AlertingEngine;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(engine: AlertingEngine) {
    this.#engine = engine;
  }

  start(): void {
    this.#engine.onWake(() => this.#schedule());
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const sleep = this.#engine.nextAt() - Date.now();
    this.#timer = setTimeout(
      () => {
        // The next tick doesn't wait for this one: a slow group holds nobody back.
        void this.#engine.tick(Date.now()).then(() => this.#schedule());
        this.#schedule();
      },
      Math.min(Math.max(sleep, LEAST_SLEEP_MILLIS), MOST_SLEEP_MILLIS),
    );
  }
}
