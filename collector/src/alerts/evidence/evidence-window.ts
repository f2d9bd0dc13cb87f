/** The two stretches of time that evidence compares: the bad one, from the rule's range before the alert to now, and the good one before it. */
import type { MillisRange, TimeRange } from "../../store/store.ts";

export interface EvidenceWindow {
  readonly bad: MillisRange;
  readonly good: MillisRange;
}

/** Of an alert that has been active for long, the begin says more than the rest. */
const MOST_AFTER_MILLIS = 30 * 60_000;
const LEAST_GOOD_MILLIS = 30 * 60_000;
const MOST_GOOD_MILLIS = 6 * 3_600_000;
/** It may have begun before it could be noticed: what lies between is neither good nor bad. */
const LEAST_BETWEEN_MILLIS = 2 * 60_000;

/** @param sinceMillis when the data begins: of a young store half of what lies before the bad stretch is the good one at least */
export function evidenceWindow(
  activeAtMillis: number,
  rangeMillis: number,
  nowMillis: number,
  sinceMillis = -Infinity,
): EvidenceWindow {
  const start = activeAtMillis - rangeMillis;
  const end = Math.max(activeAtMillis, Math.min(nowMillis, activeAtMillis + MOST_AFTER_MILLIS));
  const before = Math.min(Math.max(4 * rangeMillis, LEAST_GOOD_MILLIS), MOST_GOOD_MILLIS);
  const between = Math.max(LEAST_BETWEEN_MILLIS, rangeMillis);
  const goodEnd = start - Math.max(0, Math.min(between, (start - sinceMillis) / 2));
  return { bad: { start, end }, good: { start: goodEnd - before, end: goodEnd } };
}

/** Of a stretch that somebody chose: it begins and ends where they say. */
export function stretchWindow(startMillis: number, endMillis: number): EvidenceWindow {
  const before = Math.min(Math.max(4 * (endMillis - startMillis), LEAST_GOOD_MILLIS), MOST_GOOD_MILLIS);
  return {
    bad: { start: startMillis, end: endMillis },
    good: { start: startMillis - before, end: startMillis },
  };
}

export function nanosOf({ start, end }: MillisRange): TimeRange {
  const nanos = (millis: number) => BigInt(Math.max(0, Math.round(millis))) * 1_000_000n;
  return { start: nanos(start), end: nanos(end) };
}
