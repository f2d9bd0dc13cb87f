/** Which thread goes first when there are fewer cores than work: ingest and the UI before queries, queries before merges. */
import { getPriority, setPriority } from "node:os";

/**
 * Nice values beside that of the process; on a full core a query thread gets two thirds of what ingest gets, a merge a thirtieth. Half the
 * maximum of spans takes half of a core, and beside one query that never pauses ingest gets three fifths; beside rules that never pause as
 * well it would be two fifths, and senders would be asked to wait. With 4 instead of 2 reads beside ingest take a third longer at p95, and
 * acknowledgements are about as quick.
 */
export const QUERY_NICE = 2;
/** Rules are queries too, and come before those of people: somebody waits for what they say. */
export const ALERT_NICE = 1;
export const MERGE_NICE = 15;
const HIGHEST_NICE = 19;

/** Lowers the calling thread alone. Only Linux knows priorities of threads; elsewhere nothing happens. */
export function lowerPriority(nice: number): void {
  if (process.platform !== "linux") return;
  try {
    // Process 0 is the calling thread: https://man7.org/linux/man-pages/man2/setpriority.2.html
    setPriority(0, Math.min(HIGHEST_NICE, getPriority(0) + nice));
  } catch {
    // Some sandboxes forbid it: then all threads are equal, as before.
  }
}
