/** A trace search: which traces have a span that meets one of the filters, newest first, and a summary of each. */
import { AbortedError } from "../../base/errors.ts";
import type { SearchProgress, SpanFilter, StoreReader, TraceMatch } from "../../store/store.ts";
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
  return { traces: await summarize(reader, matches.slice(0, limit), signal), truncated: matches.length > limit };
}

/** One step of a search that is followed while it runs. */
export interface TraceSearchStep extends TraceSearchResult {
  /** Of the work, 0 to 1; 1 = this is the last step, and only then `truncated` says anything. */
  readonly share: number;
}

/** The same search, step by step: traces come as soon as nothing can get before them. Ends early when the caller stops reading. */
export async function* streamTraces(
  reader: StoreReader,
  filter: SpanFilter,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<TraceSearchStep> {
  let isWanted = true;
  const steps = new ReadableStream<SearchProgress<TraceMatch>>({
    start(controller) {
      const tell = (progress: SearchProgress<TraceMatch>) => {
        if (!isWanted) throw new AbortedError("nobody reads the results any more");
        controller.enqueue(progress);
      };
      void reader.findTraces(filter, limit + 1, signal, tell).then(
        () => controller.close(),
        (error: unknown) => isWanted && controller.error(error),
      );
    },
    cancel: () => void (isWanted = false),
  });
  let found = 0;
  for await (const { settled, share } of steps) {
    const chosen = settled.slice(0, limit - found);
    found += settled.length;
    yield { traces: await summarize(reader, chosen, signal), truncated: found > limit, share };
  }
}

async function summarize(
  reader: StoreReader,
  matches: readonly TraceMatch[],
  signal: AbortSignal | undefined,
): Promise<FoundTrace[]> {
  const ids = matches.map(({ traceId }) => traceId);
  const summaries = summarizeTraces(await reader.readTraces(ids, "skeleton", signal));
  return matches.flatMap(({ traceId, startUnixNano }) => {
    const summary = summaries.get(formatHex(traceId));
    return summary ? [{ ...summary, matchedAtUnixNano: startUnixNano }] : [];
  });
}
