/** Warns when the event loop was blocked, as seen by a timer that came late. Out: log lines, at most four a second. */

import type { ServiceLogger } from "./service-logger.ts";

const TICK_MILLIS = 250;
const WARN_FROM_MILLIS = 250;

/** Returns the function that stops watching. */
export function watchEventLoop(logger: ServiceLogger): () => void {
  let expected = performance.now() + TICK_MILLIS;
  const timer = setInterval(() => {
    const now = performance.now();
    const blockedMillis = Math.round(now - expected);
    expected = now + TICK_MILLIS;
    if (blockedMillis >= WARN_FROM_MILLIS) logger.warn({ blockedMillis }, "event loop was blocked");
  }, TICK_MILLIS);
  timer.unref();
  return () => clearInterval(timer);
}
