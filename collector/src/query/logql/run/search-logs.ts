/**
 * Log queries: the newest (or oldest) entries that a pipeline lets through. Blocks are gone through from that end; as soon as no later
 * one can hold an entry that belongs to the answer, the search is over.
 */
import { nanosToBigInt } from "../../../base/nanos.ts";
import { LimitError, scopeOf } from "../../../base/work-scope.ts";
import type { Labels } from "../../../model/labels.ts";
import type { LogPiece } from "../../../model/log-piece.ts";
import type { TimeRange } from "../../../store/store.ts";
import type { LogSelector } from "../parse/ast.ts";
import { Entry } from "./entry.ts";
import { eachEntry } from "./rows.ts";
import { compileSelector, scanPieces, type LogReader, type ScanCounts } from "./scan-entries.ts";

export interface FoundEntry {
  readonly timeNanos: bigint;
  readonly line: string;
  /** Of all three kinds, sorted. */
  readonly labels: Labels;
  readonly stream: Labels;
  readonly metadata: Labels;
  readonly parsed: Labels;
}

export interface LogSearchRequest {
  readonly reader: LogReader;
  readonly logs: LogSelector;
  /** Both inclusive. */
  readonly range: TimeRange;
  readonly direction: "backward" | "forward";
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** Of the entries of an answer, as {@link entryCharacters} counts them: lines may be of megabytes each. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** Records made into entries at a time: the search stops between two of these. */
const CHUNK = 512;

/** In order of time: newest first for "backward". Throws QueryError, LimitError, AbortedError. */
export async function searchLogs(request: LogSearchRequest, counts: ScanCounts): Promise<FoundEntry[]> {
  const { reader, logs, range, direction, limit, signal } = request;
  const sign = direction === "backward" ? -1 : 1;
  const scope = scopeOf(signal);
  const selects = compileSelector(logs);
  const entry = new Entry();
  /** In order of time from the end that was asked for; at most `limit`. */
  let best: FoundEntry[] = [];
  let fresh: FoundEntry[] = [];
  const order = direction === "backward" ? "newest" : "oldest";
  /** Whether anything at this time comes too late to belong to the answer. */
  const isBehind = (time: bigint) =>
    best.length >= limit && (sign < 0 ? time <= best[limit - 1].timeNanos : time >= best[limit - 1].timeNanos);
  const settle = () => {
    best = merge(best, fresh, sign).slice(0, limit);
    fresh = [];
    if (best.reduce((sum, each) => sum + entryCharacters(each), 0) > MOST_CHARACTERS)
      throw new LimitError("rows", `its ${best.length} newest or oldest lines alone have more than 64 MiB`);
  };
  await scanPieces(reader, logs, { range, order }, signal, (piece, step) => {
    if (piece) searchPiece(piece);
    return !isBehind(step.edge);
  });
  scope.addRows(best.length);
  return best;

  function searchPiece(piece: LogPiece): void {
    const times = BigInt64Array.from({ length: piece.count }, (_, i) =>
      BigInt.asIntN(64, nanosToBigInt(piece.timeLow[i], piece.timeHigh[i])),
    );
    const hits = Uint32Array.from(times.keys()).sort((a, b) =>
      times[a] === times[b] ? a - b : (times[a] < times[b] ? -1 : 1) * sign,
    );
    for (let from = 0; from < hits.length; from += CHUNK) {
      scope.check();
      if (isBehind(times[hits[from]])) return;
      eachEntry(piece.batch(hits.subarray(from, from + CHUNK)), entry, () => {
        counts.lines++;
        counts.bytes += entry.line.length;
        if (!selects(entry)) return;
        counts.entries++;
        fresh.push(copyOf(entry));
      });
      settle();
    }
  }
}

export function copyOf(entry: Entry): FoundEntry {
  const { timeNanos, line, streamLabels: stream, metadataLabels: metadata, parsedLabels: parsed } = entry;
  return { timeNanos, line, labels: entry.labels(), stream, metadata, parsed };
}

/** What an entry takes in an answer, more or less. */
export function entryCharacters({ line, labels }: Pick<FoundEntry, "line" | "labels">): number {
  return labels.reduce((sum, text) => sum + text.length, line.length);
}

/** Both are in order; of equal times those that were there come first. */
function merge(a: readonly FoundEntry[], b: readonly FoundEntry[], sign: number): FoundEntry[] {
  const out: FoundEntry[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const isLater = sign < 0 ? b[j].timeNanos > a[i].timeNanos : b[j].timeNanos < a[i].timeNanos;
    out.push(isLater ? b[j++] : a[i++]);
  }
  return [...out, ...a.slice(i), ...b.slice(j)];
}
