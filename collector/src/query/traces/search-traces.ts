/** A trace search: which traces have a span that meets one of the filters, newest first, and a summary of each. */
import type { SpanFilter, StoreReader, TraceMatch } from "../../store/store.ts";
import { formatHex } from "../../base/hex.ts";
import { summarizeTraces, type TraceSummary } from "./summarize-traces.ts";

export interface FoundTrace extends TraceSummary {
  /** Start of the newest span that met a filter: what the order goes by. */
  readonly matchedAtUnixNano: bigint;
}

export interface TraceSearchResult {
  readonly traces: FoundTrace[];
  /** There are more than `limit`. */
  readonly truncated: boolean;
}

/** Distinct traces with a span that meets one of the filters, newest matching span first, at most `limit`. One search a filter. */
export async function findTraces(
  reader: StoreReader,
  filters: readonly SpanFilter[],
  limit: number,
  signal?: AbortSignal,
): Promise<TraceMatch[]> {
  if (filters.length === 1) return reader.findTraces(filters[0], limit, signal);
  const newest = new Map<string, TraceMatch>();
  for (const filter of filters) {
    for (const match of await reader.findTraces(filter, limit, signal)) {
      const known = newest.get(formatHex(match.traceId));
      if (!known || known.startUnixNano < match.startUnixNano) newest.set(formatHex(match.traceId), match);
    }
  }
  return [...newest.values()]
    .sort((a, b) => (a.startUnixNano > b.startUnixNano ? -1 : a.startUnixNano < b.startUnixNano ? 1 : 0))
    .slice(0, limit);
}

export async function searchTraces(
  reader: StoreReader,
  filters: readonly SpanFilter[],
  limit: number,
  signal?: AbortSignal,
): Promise<TraceSearchResult> {
  const matches = await findTraces(reader, filters, limit + 1, signal);
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
