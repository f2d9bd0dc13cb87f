/**
 * Start times of spans with a fraction of the millisecond. The SDK takes them from Date.now(), so that ten statements of
 * 0.05 ms all seem to start at once and a waterfall cannot order them. In: spans at their start. Out: the same spans.
 */

import type { HrTime } from "@opentelemetry/api";

/**
 * Wall-clock milliseconds with a fraction: a monotonic clock that is kept within the millisecond the wall clock shows.
 * It never differs from the wall clock by a millisecond or more, and goes back only when the wall clock does.
 */
export class FineClock {
  readonly #wallMillis: () => number;
  readonly #monotonicMillis: () => number;
  #offsetMillis = 0;

  constructor(wallMillis: () => number = Date.now, monotonicMillis: () => number = () => performance.now()) {
    this.#wallMillis = wallMillis;
    this.#monotonicMillis = monotonicMillis;
  }

  nowMillis(): number {
    const wall = this.#wallMillis();
    const monotonic = this.#monotonicMillis();
    const fine = Math.min(Math.max(monotonic + this.#offsetMillis, wall), wall + 0.999);
    this.#offsetMillis = fine - monotonic;
    return fine;
  }
}

/** Spans whose start was given by their maker are left alone, and all spans of an SDK that does not tell which are. */
export function createStartSharpener(clock = new FineClock()): (span: object) => void {
  return (span) => {
    const sdkSpan = span as { startTime: HrTime; _startTimeProvided?: boolean };
    if (sdkSpan._startTimeProvided !== false) return;
    const nowMillis = clock.nowMillis();
    const wholeSeconds = Math.floor(nowMillis / 1000);
    sdkSpan.startTime = [wholeSeconds, Math.round((nowMillis - wholeSeconds * 1000) * 1e6)];
  };
}
