/** The fault `event_loop_block`: computes without yielding, again and again, until it is undone. */

import type { FaultEffect } from "./fault-board.ts";

export const blockEventLoop: FaultEffect = ({ blockMillis, everyMillis }) => {
  const timer = setInterval(() => {
    const end = performance.now() + blockMillis;
    while (performance.now() < end) Math.sqrt(end);
  }, everyMillis);
  timer.unref();
  return () => clearInterval(timer);
};
