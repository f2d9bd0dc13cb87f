/** A page of a log search, whole or as it is found. */
import { LimitError, scopeOf } from "../../base/work-scope.ts";
import { sliceRecords } from "../../model/edit-select.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogPlan } from "../../query/logs/plan/log-plan.ts";
import { progressSteps } from "../../query/logs/run/progress-steps.ts";
import type { LogSearch, StoreReader, TimeRange } from "../../store/store.ts";
import type { WireLogLine, WireLogSearch } from "../contract.ts";
import { fieldHint } from "./field-hint.ts";
import { formatCursor, placeAfter, type SearchPlace } from "./search-cursor.ts";
import { shownBytes, wireLogs } from "./wire-log.ts";

/** Of the records of a page, as they were sent and cut: long ones make a page shorter than its limit. */
const PAGE_BYTES = 16_000_000;

export interface LogPageRequest {
  readonly plan: LogPlan;
  readonly range: TimeRange;
  readonly order: "newest" | "oldest";
  /** Of this page. */
  readonly limit: number;
  readonly place: SearchPlace;
}

/** One more than is shown, to know whether there are more. */
function searchOf({ plan, range, order, place, limit }: LogPageRequest): LogSearch & { readonly most: number } {
  const most = Math.max(0, Math.min(limit, (plan.limit ?? Infinity) - place.given));
  const after = place.after && { after: place.after };
  return { range, condition: plan.condition, order: plan.order ?? order, limit: most + 1, ...after, most };
}

export async function searchLogs(
  reader: Pick<StoreReader, "findLogs" | "suggestAttributes">,
  request: LogPageRequest,
  signal: AbortSignal,
): Promise<WireLogSearch> {
  const search = searchOf(request);
  let found: LogBatch[];
  try {
    found = await reader.findLogs(search, signal);
  } catch (error) {
    const shorter = shorterPage(request, error);
    return searchLogs(reader, shorter, signal);
  }
  const shown = firstOf(found, Math.min(search.most, recordsOf(found, PAGE_BYTES)));
  const end = endOf(request, countOf(shown), shown, countOf(found));
  const hint = await hintOf(reader, request, countOf(found), signal);
  return { logs: shown.flatMap(wireLogs), ...end, truncated: end.cursor !== undefined, ...hint, ...missing(signal) };
}

export async function* streamLogs(
  reader: Pick<StoreReader, "findLogs" | "suggestAttributes">,
  request: LogPageRequest,
  signal: AbortSignal,
): AsyncGenerator<WireLogLine> {
  const search = searchOf(request);
  let found = 0;
  let place = request.place;
  const steps = progressSteps<{ readonly settled: readonly LogBatch[]; readonly share: number }>(async (tell) => {
    await reader.findLogs(search, signal, tell);
  }, "all");
  try {
    for await (const { settled, share } of steps) {
      const shown = firstOf(settled, search.most - (place.given - request.place.given));
      found += countOf(settled);
      place = placeAfter(place, shown);
      for (const log of shown.flatMap(wireLogs)) yield { log };
      if (share < 1) yield { progress: share };
    }
  } catch (error) {
    // The next page goes on behind what was given.
    const left = { ...request, place, limit: request.limit - (place.given - request.place.given) };
    yield* streamLogs(reader, shorterPage(left, error), signal);
    return;
  }
  const { fields, ...end } = endOf({ ...request, place }, search.most, [], found);
  const hint = await hintOf(reader, request, found, signal);
  yield { progress: 1, ...end, ...(fields ? { fields } : {}), ...hint, ...missing(signal) };
}

/** Lines of megabytes each: a shorter page holds them. Anything else that went wrong is thrown again. */
function shorterPage(request: LogPageRequest, error: unknown): LogPageRequest {
  if (!(error instanceof LimitError) || error.limit !== "size" || request.limit <= 1) throw error;
  return { ...request, limit: request.limit >> 2 || 1 };
}

async function hintOf(
  reader: Pick<StoreReader, "suggestAttributes">,
  { plan, place }: LogPageRequest,
  found: number,
  signal: AbortSignal,
): Promise<{ hint?: string }> {
  const hint = found + place.given > 0 ? undefined : await fieldHint(reader, plan.condition, signal);
  return hint === undefined ? {} : { hint };
}

/** What an answer says beside its records. */
function endOf(
  { plan, place }: LogPageRequest,
  most: number,
  shown: readonly LogBatch[],
  found: number,
): Pick<WireLogSearch, "cursor" | "fields"> {
  const next = placeAfter(place, shown);
  const hasMore = found > most && (plan.limit === undefined || next.given < plan.limit);
  const cursor = hasMore ? formatCursor(next) : undefined;
  const fields = plan.fields?.map(({ name }) => name);
  return { ...(cursor === undefined ? {} : { cursor }), ...(fields ? { fields } : {}) };
}

function missing(signal: AbortSignal): { partial?: string } {
  const lacks = scopeOf(signal).missing;
  return lacks.length > 0 ? { partial: lacks.join("; ") } : {};
}

/** How many records from the first on come to this size; at least one. */
function recordsOf(batches: readonly LogBatch[], bytes: number): number {
  let count = 0;
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      bytes -= shownBytes(batch, i);
      if (bytes < 0) return Math.max(1, count);
      count++;
    }
  }
  return count;
}

export function firstOf(batches: readonly LogBatch[], most: number): LogBatch[] {
  let left = most;
  return batches.flatMap((batch) => {
    const count = Math.max(0, Math.min(batch.count, left));
    left -= count;
    return count === 0 ? [] : [sliceRecords(batch, 0, count)];
  });
}

export function countOf(batches: readonly LogBatch[]): number {
  return batches.reduce((sum, { count }) => sum + count, 0);
}
