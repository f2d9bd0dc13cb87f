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
  /**
   * What the alerts thread's objects may take at most; undefined = what V8 finds. By it V8 chooses how far a heap may grow between two
   * markings: to four times what is alive where it may have 2 GB and more, which was 100 MB for 25 with 1,000 rules, and to 1.6 times here.
   */
  readonly alertsMostMb: number | undefined;
  readonly readers: number;
}

const MIB = 1024 * 1024;
const SMALL_MIB = 384;
const MEDIUM_MIB = 768;
/** 25 MB live in it with 1,000 rules; what would need more ends that thread, and another goes on. */
const ALERTS_MOST_MIB = 1024;
const MOST_READERS = 4;

/** @param cores that the process may use */
export function memoryRoom(limitBytes = memoryLimitBytes(), cores = availableParallelism()): MemoryRoom {
  const readers = Math.min(MOST_READERS, Math.max(1, cores));
  if (limitBytes <= SMALL_MIB * MIB)
    return { oldMb: 16, youngMb: 12, alertsYoungMb: 8, alertsMostMb: undefined, readers: 1 };
  if (limitBytes <= MEDIUM_MIB * MIB)
    return { oldMb: 32, youngMb: 24, alertsYoungMb: 8, alertsMostMb: undefined, readers: Math.min(2, readers) };
  return { oldMb: 48, youngMb: 24, alertsYoungMb: 24, alertsMostMb: alertsMostMb(limitBytes), readers };
}

/** Where V8 would take less by itself it is left to it. */
function alertsMostMb(limitBytes: number): number | undefined {
  return limitBytes >= 4 * ALERTS_MOST_MIB * MIB ? ALERTS_MOST_MIB : undefined;
}
