/**
 * The patterns of stored log records that meet a condition: what `| patterns`, the API and Loki's /patterns answer with. Each step is more
 * complete than the one before; the last one has progress 1.
 */
import type { LogCondition } from "../../model/log-condition.ts";
import type { LogPiece } from "../../model/log-piece.ts";
import type { StoreReader, TimeRange } from "../../store/store.ts";
import { boundedRange } from "../logs/run/bounded-range.ts";
import { logBuckets, niceStepMillis, type LogBuckets } from "../logs/run/log-buckets.ts";
import { scanInSteps } from "../logs/run/scan-in-steps.ts";
import { PatternCounter, type PatternReport } from "./pattern-counter.ts";

export interface PatternSearch {
  readonly range: TimeRange;
  readonly condition: LogCondition;
  /** Patterns at most. */
  readonly limit: number;
  /** Of the trends: so many of a width that reads well, or as many of this width as the range holds. */
  readonly buckets: { readonly most: number } | { readonly stepMillis: number };
}

export interface PatternStep extends PatternReport, LogBuckets {
  readonly progress: number;
}

export async function* findPatterns(
  reader: Pick<StoreReader, "scanLogs" | "dataRange">,
  search: PatternSearch,
  signal?: AbortSignal,
): AsyncGenerator<PatternStep> {
  const { condition, limit, buckets: wanted } = search;
  const range = await boundedRange(reader, search.range);
  const buckets = logBuckets(range, "most" in wanted ? niceStepMillis(range, wanted.most) : wanted.stepMillis);
  const counter = new PatternCounter(buckets);
  const add = (piece: LogPiece) => counter.add(piece);
  const result = (progress: number): PatternStep => ({ progress, ...buckets, ...counter.report(limit) });
  yield* scanInSteps<PatternStep>(reader, { range, condition }, { add, result }, signal);
}
