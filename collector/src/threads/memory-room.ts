/**
 * How much memory the threads may take for their heaps. Each has one, and V8 lets it grow by what the machine has, not by what is left:
 * five threads with room to be fast want 250 MB, and a container of 256 MiB was killed while traces were read.
 */
import { availableParallelism } from "node:os";
import { memoryLimitBytes } from "../component/memory-limit.ts";

export interface MemoryRoom {
  /** Of a thread's objects and buffers, before V8 marks them for the first time. */
  readonly oldMb: number;
  /**
   * Of the new objects of the ingest thread and of a reader. V8's own choice takes 134 MB under load and keeps them: ingest makes 50 MB of
   * short-lived objects a second, a query fills a tenth of it. Twice as much as 24 costs 20 MB and saves 3 % of ingest.
   */
  readonly youngMb: number;
  /** Of the alerts thread, whose rules fill what they are given before anything is collected: a third of its work with 8 MB and 1,000 rules. */
  readonly alertsYoungMb: number;
  readonly readers: number;
}

const MIB = 1024 * 1024;
const SMALL_MIB = 384;
const MEDIUM_MIB = 768;
const MOST_READERS = 4;

/** @param cores that the process may use */
export function memoryRoom(limitBytes = memoryLimitBytes(), cores = availableParallelism()): MemoryRoom {
  const readers = Math.min(MOST_READERS, Math.max(1, cores));
  if (limitBytes <= SMALL_MIB * MIB) return { oldMb: 16, youngMb: 12, alertsYoungMb: 8, readers: 1 };
  if (limitBytes <= MEDIUM_MIB * MIB)
    return { oldMb: 32, youngMb: 24, alertsYoungMb: 8, readers: Math.min(2, readers) };
  return { oldMb: 48, youngMb: 24, alertsYoungMb: 24, readers };
}
