/**
 * How `max_memory` is divided. What it covers is what grows with the load: requests being worked on, open blocks, and decoded blocks
 * kept for queries. Node's heaps and code, one for each thread, come on top (some 100 MB).
 */
export interface MemoryShares {
  /** Requests in flight, over all receivers without limits of their own. */
  readonly admissionBytes: number;
  /** An open block is sealed at this size. There are three (spans, logs, metrics), and a seal works on a copy of one. */
  readonly sealBytes: number;
  /** Decoded blocks, over all reader threads. */
  readonly cacheBytes: number;
}

/** At 100,000 spans/s a quarter of a second's requests: more in flight makes answers later, not more of them. */
const ADMISSION_SHARE = 0.1;
const OPEN_BLOCKS_SHARE = 0.45;
const CACHE_SHARE = 0.45;
const BLOCKS_AT_A_TIME = 4;

export function sharesOf(maxMemoryBytes: number): MemoryShares {
  return {
    admissionBytes: Math.floor(maxMemoryBytes * ADMISSION_SHARE),
    sealBytes: Math.floor((maxMemoryBytes * OPEN_BLOCKS_SHARE) / BLOCKS_AT_A_TIME),
    cacheBytes: Math.floor(maxMemoryBytes * CACHE_SHARE),
  };
}
