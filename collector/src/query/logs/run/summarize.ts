/** How many records meet a condition, by level and over time: what the histogram above the rows shows. Exact at the end. */
import type { LogCondition } from "../../../model/log-condition.ts";
import type { LogPiece } from "../../../model/log-piece.ts";
import type { StoreReader, TimeRange } from "../../../store/store.ts";
import { boundedRange } from "./bounded-range.ts";
import { LEVEL_CODES, LEVEL_COLUMN_TEXTS } from "./columns.ts";
import { assignBuckets, logBuckets, niceStepMillis, type LogBuckets } from "./log-buckets.ts";
import { scanInSteps } from "./scan-in-steps.ts";

export interface LogSummary extends LogBuckets {
  readonly progress: number;
  readonly total: number;
  /** By level, those that occur: a count a bucket. */
  readonly levels: Readonly<Record<string, number[]>>;
}

export async function* summarizeLogs(
  reader: Pick<StoreReader, "scanLogs" | "dataRange">,
  condition: LogCondition,
  given: TimeRange,
  mostBuckets: number,
  signal?: AbortSignal,
): AsyncGenerator<LogSummary> {
  const range = await boundedRange(reader, given);
  const buckets = logBuckets(range, niceStepMillis(range, mostBuckets));
  const counts = new Float64Array(LEVEL_COLUMN_TEXTS.length * buckets.count);
  let places = new Uint32Array(0);
  let total = 0;
  const add = (piece: LogPiece) => {
    total += piece.count;
    if (places.length < piece.count) places = new Uint32Array(piece.count);
    assignBuckets(piece, buckets, places);
    const { severityNumber } = piece;
    for (let i = 0; i < piece.count; i++) counts[LEVEL_CODES[severityNumber[i]] * buckets.count + places[i]]++;
  };
  const result = (progress: number): LogSummary => {
    const levels: Record<string, number[]> = {};
    for (const [i, level] of LEVEL_COLUMN_TEXTS.entries()) {
      const own = Array.from(counts.subarray(i * buckets.count, (i + 1) * buckets.count));
      if (own.some((count) => count > 0)) levels[level] = own;
    }
    return { progress, total, ...buckets, levels };
  };
  yield* scanInSteps<LogSummary>(reader, { range, condition }, { add, result }, signal);
}
