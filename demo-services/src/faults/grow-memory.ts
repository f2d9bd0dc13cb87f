/** The fault `memory_growth`: holds more and more filled memory up to a bound, and lets go of all when it is undone. */

import type { ServiceLogger } from "../chassis/service-logger.ts";
import type { FaultEffect } from "./fault-board.ts";

const MEBIBYTE = 1024 * 1024;
/** A warning for so much more held. */
const WARN_EVERY_MEBIBYTES = 32;

export function createMemoryGrowth(logger: ServiceLogger): FaultEffect {
  return ({ mebibytesPerSecond, mostMebibytes }) => {
    const held: Buffer[] = [];
    const timer = setInterval(() => {
      if ((held.length + 1) * mebibytesPerSecond > mostMebibytes) return;
      held.push(Buffer.alloc(Math.round(mebibytesPerSecond * MEBIBYTE), 1));
      const before = (held.length - 1) * mebibytesPerSecond;
      const after = held.length * mebibytesPerSecond;
      if (Math.floor(after / WARN_EVERY_MEBIBYTES) > Math.floor(before / WARN_EVERY_MEBIBYTES)) {
        const residentMebibytes = Math.round(process.memoryUsage.rss() / MEBIBYTE);
        logger.warn({ residentMebibytes, cacheEntries: held.length }, "price cache keeps growing");
      }
    }, 1_000);
    timer.unref();
    return () => {
      clearInterval(timer);
      held.length = 0;
    };
  };
}
