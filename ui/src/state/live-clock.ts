/**
 * The beat of live data: counts up while the range is live and the page is in view. Pages ask again on each beat. Short ranges
 * beat faster; a hidden page costs nothing and catches up when it is seen again.
 */
import { Signal, type ReadonlySignal } from "../base/signal.ts";
import { timeRange } from "./time-range.ts";

const HOUR = 3_600_000;

const beat = new Signal(0);
let timer: number | undefined;

export const liveBeat: ReadonlySignal<number> = beat;

/** Starts the clock; call once. */
export function startLiveClock(): void {
  timeRange.subscribe(schedule);
  document.addEventListener("visibilitychange", () => {
    if (isTicking()) beat.value += 1;
    schedule();
  });
  schedule();
}

/** How long a beat takes for a range of this length, in milliseconds. */
function beatMillis(rangeMillis: number): number {
  return rangeMillis <= HOUR ? 10_000 : rangeMillis <= 6 * HOUR ? 30_000 : 60_000;
}

function schedule(): void {
  window.clearTimeout(timer);
  const range = timeRange.value;
  if (range.kind !== "relative" || !isTicking()) return;
  timer = window.setTimeout(() => {
    beat.value += 1;
    schedule();
  }, beatMillis(range.millis));
}

function isTicking(): boolean {
  return timeRange.value.kind === "relative" && document.visibilityState === "visible";
}
