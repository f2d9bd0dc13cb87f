/** How long to wait after a failure: twice as long each time, up to a bound, and spread so that many do not come back at once. */

const FIRST_MILLIS = 1000;
const MOST_MILLIS = 5 * 60_000;

/**
 * @param failures in a row, 1 or more
 * @param atLeastMillis what the vendor asked for: it is never less, and spread above it
 * @param random 0 to 1, 1 excluded
 */
export function backoffMillis(failures: number, atLeastMillis: number | undefined, random: number): number {
  const full = Math.min(FIRST_MILLIS * 2 ** Math.min(failures - 1, 30), MOST_MILLIS);
  const own = full * (0.5 + random / 2);
  return Math.ceil(atLeastMillis === undefined ? own : Math.max(atLeastMillis + 250 * random, own));
}
