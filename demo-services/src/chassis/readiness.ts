/**
 * Whether a service can do its work: each dependency is asked cheaply, at most every two seconds however often somebody
 * looks. In: named checks. Out: null or the problem for each.
 */

export type ReadinessChecks = Record<string, () => Promise<void> | void>;

const FRESH_MILLIS = 2_000;

export class Readiness {
  readonly #checks: ReadinessChecks;
  readonly #now: () => number;
  #last: { atMillis: number; results: Promise<Record<string, string | null>> } | undefined;
  #draining = false;

  constructor(checks: ReadinessChecks, now: () => number = () => performance.now()) {
    this.#checks = checks;
    this.#now = now;
  }

  /** From now on the service is not ready: it is shutting down. */
  drain(): void {
    this.#draining = true;
  }

  async check(): Promise<Record<string, string | null>> {
    if (this.#draining) return { shutdown: "the service is shutting down" };
    const atMillis = this.#now();
    if (!this.#last || atMillis - this.#last.atMillis > FRESH_MILLIS) {
      this.#last = { atMillis, results: this.#run() };
    }
    return await this.#last.results;
  }

  async #run(): Promise<Record<string, string | null>> {
    const results = await Promise.all(
      Object.entries(this.#checks).map(async ([name, check]): Promise<[string, string | null]> => {
        try {
          await check();
          return [name, null];
        } catch (error) {
          return [name, (error as Error).message];
        }
      }),
    );
    return Object.fromEntries(results);
  }
}
