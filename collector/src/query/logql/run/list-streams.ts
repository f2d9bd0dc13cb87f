/**
 * The streams of a range: the combinations of stream labels that occur. Of each piece one record a combination is looked at; the others
 * are told by columns.
 */
import { compileMatcher } from "../../../model/label-matcher.ts";
import { attributeField } from "../../../model/log-field.ts";
import { ABSENT_TEXT } from "../../../model/log-piece.ts";
import { labelsKey, type Labels } from "../../../model/labels.ts";
import type { LogPiece } from "../../../model/log-piece.ts";
import type { TimeRange } from "../../../store/store.ts";
import { SERVICE_LABEL, STREAM_KEYS, STREAM_LABELS } from "../label-names.ts";
import type { LogSelector } from "../parse/ast.ts";
import { Entry } from "./entry.ts";
import { eachEntry } from "./rows.ts";
import { scanEntries, scanPieces, type LogReader, type ScanCounts } from "./scan-entries.ts";

export interface StreamList {
  readonly streams: readonly Labels[];
  /** Records of them, and pieces of the store they lie in; as far as the store can tell. */
  readonly entries: number;
  readonly pieces: number;
}

/** At most this many. */
const MOST_STREAMS = 10_000;

export async function listStreams(
  reader: LogReader,
  logs: LogSelector,
  range: TimeRange,
  signal?: AbortSignal,
): Promise<StreamList> {
  const streams = new Map<string, Labels>();
  const add = ({ streamLabels }: Entry) => void streams.set(labelsKey(streamLabels), streamLabels);
  const counts: ScanCounts = { lines: 0, bytes: 0, entries: 0 };
  const scan = { range, order: "newest" } as const;
  let pieces = 0;
  const isOfStreams = logs.stages.length === 0 && logs.matchers.every(({ name }) => STREAM_LABELS.includes(name));
  if (!isOfStreams) {
    await scanEntries(reader, logs, scan, signal, counts, (entry) => {
      add(entry);
      return streams.size < MOST_STREAMS;
    });
    return { streams: [...streams.values()], entries: counts.entries, pieces: 1 };
  }
  const tests = logs.matchers.map(compileMatcher);
  const entry = new Entry();
  let entries = 0;
  await scanPieces(reader, logs, scan, signal, (piece) => {
    if (!piece) return;
    pieces++;
    entries += piece.count;
    eachEntry(piece.batch(representatives(piece)), entry, () => {
      if (tests.every(({ name, test }) => test(entry.get(name) ?? ""))) add(entry);
    });
    return streams.size < MOST_STREAMS;
  });
  return { streams: [...streams.values()], entries, pieces };
}

const FIELDS = Object.entries(STREAM_KEYS).map(([label, key]) =>
  label === SERVICE_LABEL ? ({ kind: "service" } as const) : attributeField(key),
);

/** A record of each combination of what stream labels are made of. */
function representatives(piece: LogPiece): number[] {
  const columns = FIELDS.map((field) => piece.column(field));
  const severityText = piece.severityNumber.includes(0) ? piece.column({ kind: "severity_text" }) : undefined;
  const seen = new Map<string, number>();
  for (let i = 0; i < piece.count; i++) {
    const severity = piece.severityNumber[i];
    let key = `${severity}`;
    if (severity === 0 && severityText) key += `/${severityText.codes[i]}`;
    for (const { codes } of columns) key += codes[i] === ABSENT_TEXT ? "," : `,${codes[i]}`;
    if (!seen.has(key)) seen.set(key, i);
  }
  return [...seen.values()];
}
