/**
 * Which runs of a trace index become one, so that a look-up of a trace reads few pages: a search looks up its 20 traces in every run there is.
 * 8 of a level become one of the next, twice; what is of the last level is merged again and again, ten times an entry at most, and ends as one
 * run a partition. Pure.
 */
import type { TraceRunRow } from "../partition/schema.ts";
import { MOST_BLOCKS_A_RUN } from "../partition/trace-run.ts";

const RUNS_A_MERGE = 8;
const LAST_LEVEL = 2;
const RUNS_OF_LAST_LEVEL = 4;
/**
 * Records that each have a trace of their own make as many. A merge holds 8 bytes an entry and its pages twice, 6 each; the ingest thread takes
 * 15 ms to commit a million.
 */
const MOST_ENTRIES_A_RUN = 2_000_000;

export interface RunPlan {
  /** Of the run that they become. */
  readonly level: number;
  readonly runs: readonly TraceRunRow[];
}

/**
 * Undefined when there is nothing to do.
 * @param runs of a signal, oldest first
 * @param isComplete no more will come: what can be is made one
 */
export function planRuns(runs: readonly TraceRunRow[], isComplete: boolean): RunPlan | undefined {
  if (isComplete) return planLast(runs, 2);
  for (let level = 0; level < LAST_LEVEL; level++) {
    const ofLevel = runs.filter((run) => run.level === level);
    const oldest = ofLevel.length < RUNS_A_MERGE ? [] : fitting(ofLevel.slice(0, RUNS_A_MERGE), 2);
    if (oldest.length > 0) return { level: level + 1, runs: oldest };
  }
  const last = runs.filter(({ level }) => level >= LAST_LEVEL);
  return planLast(last, RUNS_OF_LAST_LEVEL);
}

/** The newest first: the oldest is large already. */
function planLast(runs: readonly TraceRunRow[], least: number): RunPlan | undefined {
  const chosen = fitting(runs.toReversed(), least);
  return chosen.length > 0 ? { level: LAST_LEVEL, runs: chosen.toReversed() } : undefined;
}

/** The first neighbours that fit one run, at least so many; none when there are not. */
function fitting(runs: readonly TraceRunRow[], least: number): TraceRunRow[] {
  let chosen: TraceRunRow[] = [];
  for (const run of runs) {
    if (!fits([...chosen, run])) {
      if (chosen.length >= least) break;
      chosen = [];
    }
    chosen.push(run);
  }
  return chosen.length >= least ? chosen : [];
}

function fits(runs: readonly TraceRunRow[]): boolean {
  const blocks = Math.max(...runs.map((run) => run.last_block)) - Math.min(...runs.map((run) => run.first_block));
  return blocks < MOST_BLOCKS_A_RUN && runs.reduce((sum, run) => sum + run.entry_count, 0) <= MOST_ENTRIES_A_RUN;
}
