/**
 * How fast requests have been worked off of late, in bytes, and from that how long a backlog will take. Only time in which there was
 * something to do counts: a quiet hour says nothing about speed.
 */

const WINDOW_MILLIS = 2000;
/** Before anything was worked off: about what a full process needs. */
const UNKNOWN_MILLIS = 1000;
/** A window younger than this says little. */
const SHORTEST_MEASURE_MILLIS = 50;
const LEAST_WAIT_MILLIS = 100;
/** Senders give up after a minute or some more: to come back in half of one is soon enough. */
export const LONGEST_WAIT_MILLIS = 30_000;

export class DrainRate {
  readonly #now: () => number;
  #windowStart: number;
  #idleSince: number | undefined;
  #drained = 0;
  /** Bytes per millisecond of the last full window. */
  #last: number | undefined;

  /** @param now milliseconds of a clock that never goes back. Idle at first. */
  constructor(now: () => number) {
    this.#now = now;
    this.#windowStart = this.#idleSince = now();
  }

  /** There is something to do again. */
  resume(): void {
    if (this.#idleSince === undefined) return;
    this.#windowStart += this.#now() - this.#idleSince;
    this.#idleSince = undefined;
  }

  /** Nothing is left to do. */
  pause(): void {
    this.#idleSince ??= this.#now();
  }

  add(bytes: number): void {
    this.#roll();
    this.#drained += bytes;
  }

  /** Milliseconds until a backlog of this size is worked off, within bounds. */
  waitMillis(backlogBytes: number): number {
    this.#roll();
    const age = this.#busyMillis();
    if (this.#last === undefined && this.#drained === 0 && age < WINDOW_MILLIS / 2) return UNKNOWN_MILLIS;
    const rate =
      this.#last === undefined
        ? this.#drained / Math.max(SHORTEST_MEASURE_MILLIS, age)
        : // The window under way counts by its share.
          this.#drained / WINDOW_MILLIS + this.#last * (1 - age / WINDOW_MILLIS);
    const wait = rate > 0 ? backlogBytes / rate : LONGEST_WAIT_MILLIS;
    return Math.round(Math.min(LONGEST_WAIT_MILLIS, Math.max(LEAST_WAIT_MILLIS, wait)));
  }

  #busyMillis(): number {
    return (this.#idleSince ?? this.#now()) - this.#windowStart;
  }

  #roll(): void {
    const age = this.#busyMillis();
    if (age < WINDOW_MILLIS) return;
    // A long stall: what was worked off is spread over it.
    this.#last = this.#drained / age;
    this.#drained = 0;
    this.#windowStart += age;
  }
}
