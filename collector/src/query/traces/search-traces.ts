/** A trace search: which traces have a span that meets the filter, newest first, and a summary of each. */
import type { SpanFilter, StoreReader } from "../../store/store.ts";
import { formatHex } from "../../base/hex.ts";
import { summarizeTraces, type TraceSummary } from "./summarize-traces.ts";

export interface FoundTrace extends TraceSummary {
  /** Start of the newest span that met the filter: what the order goes by. */
  readonly matchedAtUnixNano: bigint;
}

export interface TraceSearchResult {
  readonly traces: FoundTrace[];
  /** There are more than `limit`. */
  readonly truncated: boolean;
}

export async function searchTraces(
  reader: StoreReader,
  filter: SpanFilter,
  limit: number,
  signal?: AbortSignal,
): Promise<TraceSearchResult> {
  const matches = await reader.findTraces(filter, limit + 1, signal);
  const chosen = matches.slice(0, limit);
  const summaries = summarizeTraces(
    await reader.readTraces(
      chosen.map(({ traceId }) => traceId),
      "skeleton",
      signal,
    ),
  );
  const traces = chosen.flatMap(({ traceId, startUnixNano }) => {
    const summary = summaries.get(formatHex(traceId));
    return summary ? [{ ...summary, matchedAtUnixNano: startUnixNano }] : [];
  });
  return { traces, truncated: matches.length > limit };
}
