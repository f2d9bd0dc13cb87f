/**
 * Query results as Loki's JSON, in pieces of some ten kilobytes. Entries are grouped to streams by their labels; where a client can tell
 * kinds of labels apart, by stream labels alone, the others standing beside each line.
 */
import { labelsKey, type Labels } from "../../../model/labels.ts";
import type { FoundEntry } from "../../../query/logql/engine.ts";
import type { QueryValue } from "../../../query/metrics/result.ts";
import { labelsText, resultPieces } from "../prometheus/result-pieces.ts";

const PIECE_LENGTH = 32 * 1024;
const CATEGORIES = '"encodingFlags":["categorize-labels"],';

export interface StreamEntries {
  readonly labels: Labels;
  readonly entries: FoundEntry[];
}

/** In the order of their first entries. */
export function streamsOf(entries: readonly FoundEntry[], isCategorized: boolean): StreamEntries[] {
  const streams = new Map<string, StreamEntries>();
  for (const entry of entries) {
    const labels = isCategorized ? entry.stream : entry.labels;
    const key = labelsKey(labels);
    const stream = streams.get(key);
    if (stream) stream.entries.push(entry);
    else streams.set(key, { labels, entries: [entry] });
  }
  return [...streams.values()];
}

export function* logPieces(
  streams: readonly StreamEntries[],
  isCategorized: boolean,
  stats: object,
): Generator<string> {
  let piece = `{"status":"success","data":{"resultType":"streams",${isCategorized ? CATEGORIES : ""}"result":[`;
  for (const [i, { labels, entries }] of streams.entries()) {
    piece += `${i === 0 ? "" : ","}{"stream":${labelsText(labels)},"values":[`;
    for (const [j, entry] of entries.entries()) {
      piece += (j === 0 ? "" : ",") + entryText(entry, isCategorized);
      if (piece.length < PIECE_LENGTH) continue;
      yield piece;
      piece = "";
    }
    piece += "]}";
  }
  yield `${piece}],"stats":${JSON.stringify(stats)}}}`;
}

export function entryText({ timeNanos, line, metadata, parsed }: FoundEntry, isCategorized: boolean): string {
  const text = `["${timeNanos}",${JSON.stringify(line)}`;
  if (!isCategorized) return `${text}]`;
  const kinds = [
    ...(metadata.length > 0 ? [`"structuredMetadata":${labelsText(metadata)}`] : []),
    ...(parsed.length > 0 ? [`"parsed":${labelsText(parsed)}`] : []),
  ];
  return `${text},{${kinds.join(",")}}]`;
}

export function* metricPieces(value: QueryValue, isCategorized: boolean, stats: object): Generator<string> {
  yield `{"status":"success","data":`;
  // The same as Prometheus', with what was looked at.
  for (const piece of resultPieces(value, JSON.stringify(stats)))
    yield isCategorized && piece.startsWith('{"resultType"') ? `{${CATEGORIES}${piece.slice(1)}` : piece;
  yield "}";
}
