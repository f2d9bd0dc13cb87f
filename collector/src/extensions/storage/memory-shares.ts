/**
 * How `max_memory` is divided. What it covers is what grows with the load: requests being worked on, open blocks, and decoded blocks
 * kept for queries. Node's heaps and code, one for each thread, come on top (some 100 MB).
 */
import { memoryLimitBytes } from "../../component/memory-limit.ts";

export interface MemoryShares {
  /** Requests in flight, over all receivers without limits of their own. */
  readonly admissionBytes: number;
  /** An open block is sealed at this size. There are three (spans, logs, metrics), and a seal works on a copy of one. */
  readonly sealBytes: number;
  /** Decoded blocks, over all reader threads. */
  readonly cacheBytes: number;
}

const MIB = 1024 * 1024;
/** Below this a request of a few megabytes blocks all others. */
export const LEAST_MEMORY_BYTES = 64 * MIB;
const MOST_BY_DEFAULT_BYTES = 128 * MIB;
const SHARE_BY_DEFAULT = 0.25;
/** At 100,000 spans/s a quarter of a second's requests: more in flight makes answers later, not more of them. */
const ADMISSION_SHARE = 0.1;
const OPEN_BLOCKS_SHARE = 0.45;
const CACHE_SHARE = 0.45;
const BLOCKS_AT_A_TIME = 4;

/** `max_memory` where it is 0. */
export function defaultMaxMemory(limitBytes = memoryLimitBytes()): number {
  const share = Math.floor(limitBytes * SHARE_BY_DEFAULT);
  return Math.min(MOST_BY_DEFAULT_BYTES, Math.max(LEAST_MEMORY_BYTES, share));
}

export function sharesOf(maxMemoryBytes: number): MemoryShares {
  return {
    admissionBytes: Math.floor(maxMemoryBytes * ADMISSION_SHARE),
    sealBytes: Math.floor((maxMemoryBytes * OPEN_BLOCKS_SHARE) / BLOCKS_AT_A_TIME),
    cacheBytes: Math.floor(maxMemoryBytes * CACHE_SHARE),
  };
}
