/** The patterns of stored log records that meet a condition: what `| patterns`, the API and Loki's /patterns answer with. */
import type { StoreReader, TimeRange } from "../../store/store.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import { PatternCounter, type PatternOptions, type PatternReport } from "./pattern-counter.ts";

export interface PatternSearch extends PatternOptions {
  readonly range: TimeRange;
  readonly condition: LogCondition;
  readonly limit: number;
}

/**
 * @param onProgress is given the share of the work that is done, 0 to 1, and what gives the report so far when it is called; making
 * that takes some milliseconds. False ends the search.
 */
export async function findPatterns(
  reader: StoreReader,
  search: PatternSearch,
  signal?: AbortSignal,
  onProgress?: (share: number, report: () => PatternReport) => boolean | void,
): Promise<PatternReport> {
  const counter = new PatternCounter(search);
  const { range, condition, limit } = search;
  await reader.scanLogs(
    { range, condition, order: "newest" },
    (piece, { share }) => {
      if (piece) counter.add(piece);
      return onProgress?.(share, () => counter.report(limit));
    },
    signal,
  );
  return counter.report(limit);
}
