/**
 * How V8 collects garbage here. It takes it for granted that a process is one program with cores to spare; this one is several threads
 * on few cores, with most of their memory in buffers. The flags are of the whole process: V8 looks at one of these when a thread is
 * started and at the other when it collects, so they are set before any thread is.
 */
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";

/** With more, there is a core for a helper. */
const FEW_CORES = 2;

/** @param oldMb see {@link MemoryRoom} @param setFlag of V8; injectable for tests */
export function tuneGarbageCollection(
  oldMb: number,
  cores = availableParallelism(),
  setFlag = setFlagsFromString,
): void {
  /*
   * Else V8 marks whenever 8 MB of buffers have come up, with 16 MB alive: after every 5 queries, a third of the CPU time of a search
   * over everything. And on the ingest thread the more often, the more requests wait, which makes more wait.
   */
  setFlag(`--initial-old-space-size=${oldMb}`);
  // V8's four helpers run at the priority of ingest and wait for each other actively: 4 to 12 % of a core at 98,000 spans/s.
  if (cores <= FEW_CORES) setFlag("--no-parallel-scavenge");
}
