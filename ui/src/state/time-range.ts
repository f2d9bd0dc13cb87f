/**
 * The one time range of the whole application, read from and written to the address. Out: the range as a signal, requests'
 * bounds, and links that keep it. Live = relative: such a range ends now and moves on.
 */
import { changeParams, formatHref, type ParamChanges } from "../base/params.ts";
import { derive, type ReadonlySignal } from "../base/signal.ts";
import {
  liveRange,
  parseTimeRange,
  rangeParams,
  resolveRange,
  sameRange,
  stepRange,
  type ResolvedRange,
  type TimeRange,
} from "../base/time-range.ts";
import { currentPlace, navigateParams } from "./location.ts";

export const timeRange: ReadonlySignal<TimeRange> = derive(
  currentPlace,
  (place) => parseTimeRange(place.params),
  sameRange,
);

export function setTimeRange(range: TimeRange): void {
  navigateParams(changeParams(currentPlace.value.params, rangeParams(range)));
}

export function stepTimeRange(direction: -1 | 1): void {
  setTimeRange(stepRange(timeRange.value, direction, Date.now()));
}

/** Live keeps the length of the range and lets it end now; not live freezes it where it stands. */
export function setLive(live: boolean): void {
  const { start, end } = currentBounds();
  setTimeRange(live ? liveRange(end - start) : { kind: "absolute", from: start, to: end });
}

export function currentBounds(): ResolvedRange {
  return resolveRange(timeRange.value, Date.now());
}

/** The address of another page with the same time range; `params` are all that it gets besides. */
export function linkTo(path: string, params: ParamChanges = {}, range: TimeRange = timeRange.value): string {
  return formatHref(path, changeParams(new URLSearchParams(), { ...params, ...rangeParams(range) }));
}

/** The present address with absolute times, so that whoever opens it sees the same picture. */
export function shareableHref(): string {
  const { start, end } = currentBounds();
  const params = changeParams(currentPlace.value.params, rangeParams({ kind: "absolute", from: start, to: end }));
  return new URL(formatHref(currentPlace.value.path, params), window.location.href).href;
}
