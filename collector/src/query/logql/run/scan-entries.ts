/**
 * The records that a selector's pipeline lets through, one after the other. The store narrows; here every matcher and stage is run, so
 * that what comes out is exact. Pieces come block by block, so entries are in no order of time.
 */
import { compileMatcher } from "../../../model/label-matcher.ts";
import type { LogPiece } from "../../../model/log-piece.ts";
import type { LogScan, ScanStep, StoreReader } from "../../../store/store.ts";
import { scopeOf } from "../../../base/work-scope.ts";
import { LEVEL_LABEL, SERVICE_LABEL } from "../label-names.ts";
import type { LogSelector } from "../parse/ast.ts";
import { conditionOf } from "../plan/condition.ts";
import { knownKeys } from "../plan/known-keys.ts";
import { Entry } from "./entry.ts";
import { eachEntry } from "./rows.ts";
import { compileStages, type StageFunction } from "./stages.ts";

export type LogReader = Pick<StoreReader, "scanLogs" | "suggestAttributes">;

/** What was looked at; grows while a query runs. */
export interface ScanCounts {
  /** Records that the store gave, and bytes of their lines. */
  lines: number;
  bytes: number;
  /** Records that the pipeline let through. */
  entries: number;
}

/** Records made into entries at a time. */
const CHUNK = 8192;

/** One function for matchers and stages; keeps state, so one is made for each scan. */
export function compileSelector({ matchers, stages }: LogSelector): StageFunction {
  const tests = matchers.map(compileMatcher);
  const run = compileStages(stages);
  return (entry) => {
    for (const { name, test } of tests) if (!test(entry.get(name) ?? "")) return false;
    return run(entry);
  };
}

export async function scanPieces(
  reader: LogReader,
  logs: LogSelector,
  { range, order }: Pick<LogScan, "range" | "order">,
  signal: AbortSignal | undefined,
  visit: (piece: LogPiece | undefined, step: ScanStep) => boolean | void,
): Promise<void> {
  if (range.start > range.end) return;
  const condition = conditionOf(logs, await knownKeys(logs, reader, signal));
  const scope = scopeOf(signal);
  await reader.scanLogs(
    { range, order, condition },
    (piece, step) => {
      scope.check();
      return visit(piece, step);
    },
    signal,
  );
}

/** @param visit is given one object for all entries; false ends the scan */
export async function scanEntries(
  reader: LogReader,
  logs: LogSelector,
  scan: Pick<LogScan, "range" | "order">,
  signal: AbortSignal | undefined,
  counts: ScanCounts,
  visit: (entry: Entry) => boolean | void,
): Promise<void> {
  const entry = new Entry();
  const selects = compileSelector(logs);
  const scope = scopeOf(signal);
  await scanPieces(reader, logs, scan, signal, (piece) => {
    if (!piece) return;
    for (let from = 0; from < piece.count; from += CHUNK) {
      scope.check();
      const hits = Uint32Array.from({ length: Math.min(CHUNK, piece.count - from) }, (_, i) => from + i);
      const goesOn = eachEntry(piece.batch(hits), entry, () => {
        counts.lines++;
        counts.bytes += entry.line.length;
        if (!selects(entry)) return;
        counts.entries++;
        return visit(entry);
      });
      if (!goesOn) return false;
    }
  });
}

/** Whether a selector looks at nothing but the service and the level, and at lines only by filters. */
export function looksAtStreamOnly({ matchers, stages }: LogSelector): boolean {
  return (
    matchers.every(({ name }) => name === SERVICE_LABEL || name === LEVEL_LABEL) &&
    stages.every(({ kind }) => kind === "line")
  );
}
