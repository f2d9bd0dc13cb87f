/** Equal time buckets over a range, and how counters and gauges fall into them. Pure. */
import type { Series } from "../../store/store.ts";

export interface TimeBuckets {
  /** Unix milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly width: number;
}

/** Samples of one target that belong together are hardly further apart. */
const SAME_SCRAPE_MILLIS = 1000;

export function timeBuckets(start: number, end: number, count: number): TimeBuckets {
  return { start, end, count, width: Math.max(1, end - start) / count };
}

/** Where a counter begins: a series that comes later than others of its target counts from nothing. */
export interface CounterStart {
  /** Earliest sample of all series of the same metric and target that was read. */
  readonly firstOfTarget: number;
}

/**
 * Adds a counter's increases to the buckets, each spread over the time between its two samples. Resets count from 0. Samples before the
 * range are what the first increase is taken from. A first sample counts whole when the counter is known to have begun within the
 * range, or when its target was already there: a series that appears with the first error holds that error.
 */
export function addIncreases(
  into: Float64Array,
  { timestamps, values, stale, startTimestamps }: Series,
  buckets: TimeBuckets,
  { firstOfTarget }: CounterStart,
): void {
  let before = NaN;
  let at = NaN;
  for (let i = 0; i < timestamps.length; i++) {
    const value = values[i];
    if (stale?.[i] === 1 || Number.isNaN(value)) continue;
    const time = timestamps[i];
    const begun = startTimestamps?.[i] ?? 0;
    if (Number.isNaN(before)) {
      const isNew = (begun > 0 && begun >= buckets.start) || time > firstOfTarget + SAME_SCRAPE_MILLIS;
      if (isNew) spread(into, buckets, time, time, value);
    } else {
      const isReset = value < before || begun > at;
      spread(into, buckets, at, time, isReset ? value : value - before);
    }
    before = value;
    at = time;
  }
}

/** `amount` over (from, to]; all of it at `to` when the two are one. What lies outside the range is dropped. */
function spread(
  into: Float64Array,
  { start, end, width, count }: TimeBuckets,
  from: number,
  to: number,
  amount: number,
): void {
  if (amount === 0 || to < start || from > end) return;
  const bucketOf = (time: number) => Math.min(count - 1, Math.max(0, Math.floor((time - start) / width)));
  const last = bucketOf(to);
  if (from >= to) {
    if (to <= end) into[last] += amount;
    return;
  }
  const perMilli = amount / (to - from);
  for (let i = bucketOf(from); i <= last; i++) {
    const low = Math.max(from, start + i * width);
    const high = Math.min(to, start + (i + 1) * width, end);
    if (high > low) into[i] += perMilli * (high - low);
  }
}

/**
 * Seconds of each bucket that the data covers: none before `oldest` and after `newest`, so that a rate neither falls where data has yet
 * to come nor is zero where there was nobody to count. Undefined where it is less than half: a rate over a few seconds jumps.
 */
export function coveredSeconds(
  { start, width, count }: TimeBuckets,
  { oldest, newest }: { readonly oldest: number; readonly newest: number },
): (number | undefined)[] {
  return Array.from({ length: count }, (_, i) => {
    const from = start + i * width;
    const covered = Math.min(from + width, newest) - Math.max(from, oldest);
    return covered < width / 2 ? undefined : covered / 1000;
  });
}
