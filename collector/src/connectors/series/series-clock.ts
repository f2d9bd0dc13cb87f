/**
 * Times of series: a series begins after the flush before it and before the flush after it, to the millisecond and whatever the clock
 * does, so that a start and a point never share a time (OTLP takes that for "start unknown") and points of a series ascend.
 */
export class SeriesClock {
  #lastStart = 0;
  #lastFlush = 0;

  /** Unix milliseconds. */
  nowMillis(): number {
    return Math.max(Date.now(), this.#lastFlush + 1);
  }

  /** Of a series that begins now. */
  startMillis(): number {
    this.#lastStart = this.nowMillis();
    return this.#lastStart;
  }

  /** Of a delta that begins now: where the flush before it ended, so that no time lies between them. */
  deltaStartMillis(): number {
    return this.#lastFlush > 0 ? this.#lastFlush : this.startMillis();
  }

  /** Of a flush now. */
  flushMillis(): number {
    this.#lastFlush = Math.max(Date.now(), this.#lastFlush + 1, this.#lastStart + 1);
    return this.#lastFlush;
  }
}
