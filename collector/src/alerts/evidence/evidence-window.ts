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
/** Spans of the moment before it was noticed are bad as well, and a seal's block reaches a little back. */
const SLACK_MILLIS = 30_000;

export function evidenceWindow(activeAtMillis: number, rangeMillis: number, nowMillis: number): EvidenceWindow {
  const start = activeAtMillis - rangeMillis;
  const end = Math.max(activeAtMillis, Math.min(nowMillis, activeAtMillis + MOST_AFTER_MILLIS));
  const before = Math.min(Math.max(4 * rangeMillis, LEAST_GOOD_MILLIS), MOST_GOOD_MILLIS);
  const goodEnd = start - SLACK_MILLIS;
  return { bad: { start, end }, good: { start: goodEnd - before, end: goodEnd } };
}

export function nanosOf({ start, end }: MillisRange): TimeRange {
  const nanos = (millis: number) => BigInt(Math.max(0, Math.round(millis))) * 1_000_000n;
  return { start: nanos(start), end: nanos(end) };
}
