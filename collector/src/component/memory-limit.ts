/** What memory the process may have, and whether it comes near to that: a container that asks for more is killed. */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";

/** Of a container's memory, for the pages of Node's own program that are in use: they count as well, and come and go with the page cache. */
const PROGRAM_BYTES = 48 * 1024 * 1024;
const PAGE_BYTES = 4096;
/** Below this a request of a few megabytes blocks all others. */
export const LEAST_MEMORY_BYTES = 64 * 1024 * 1024;
const MOST_BY_DEFAULT_BYTES = 128 * 1024 * 1024;
const SHARE_BY_DEFAULT = 0.25;
/** A look costs 10 µs. */
const LOOK_MILLIS = 100;

/** Bytes that the process may use: the container's limit, else the machine's memory. @param constrained, machine injectable for tests */
export function memoryLimitBytes(constrained = process.constrainedMemory(), machine = totalmem()): number {
  // 0 or a number near 2^64 where no limit is set.
  return constrained > 0 ? Math.min(constrained, machine) : machine;
}

/** The storage extension's `max_memory` where it is 0. */
export function defaultMaxMemory(limitBytes = memoryLimitBytes()): number {
  const share = Math.floor(limitBytes * SHARE_BY_DEFAULT);
  return Math.min(MOST_BY_DEFAULT_BYTES, Math.max(LEAST_MEMORY_BYTES, share));
}

/** The question whether the process's own memory has come near to its limit; on other systems than Linux it never does. */
export function watchMemory(
  limitBytes = memoryLimitBytes(),
  usedBytes = ownBytes,
  now: () => number = () => performance.now(),
): () => boolean {
  if (process.platform !== "linux") return () => false;
  let lookedAt = -Infinity;
  let isShort = false;
  return () => {
    if (now() - lookedAt < LOOK_MILLIS) return isShort;
    lookedAt = now();
    return (isShort = usedBytes() > limitBytes - PROGRAM_BYTES);
  };
}

/** Without pages of files: https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html */
function ownBytes(): number {
  const [, resident, shared] = readFileSync("/proc/self/statm", "latin1").split(" ", 3);
  return (Number(resident) - Number(shared)) * PAGE_BYTES;
}
