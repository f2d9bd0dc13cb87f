/**
 * Logs: one function for each path of the contract (collector/src/api/contract/logs.ts). In: typed arguments; out: the wire types as they
 * are, those that take a while part by part. Times are milliseconds since 1970, or decimal nanoseconds where exactness matters.
 */
import type {
  WireError,
  WireLog,
  WireLogContext,
  WireLogFacets,
  WireLogFields,
  WireLogLine,
  WireLogPatterns,
  WireLogSearch,
  WireLogSummary,
  WireLogTable,
  WireSavedSearch,
  WireSavedSearchDocument,
  WireSavedSearches,
  WireTailRate,
} from "goldspan/contract";
import { ApiError } from "./api-error.ts";
import { fetchEvents, fetchFile, fetchJson, fetchLines, sendForJson, sendJson, type FileProgress } from "./client.ts";
import { wholeRange, type RequestRange } from "./endpoints.ts";

export interface LogAsk extends RequestRange {
  /** In the language of collector/docs/logs.md. */
  readonly query: string;
}

export interface LogPageAsk {
  readonly query: string;
  /** Both inclusive; milliseconds, or nanoseconds as 19 digits. */
  readonly start: number | string;
  readonly end: number | string;
  readonly limit: number;
  readonly order?: "newest" | "oldest";
  readonly cursor?: string;
}

/** A page of records and where the next one begins; records are told as they are found. */
export async function searchLogs(
  ask: LogPageAsk,
  signal: AbortSignal,
  onProgress: (logs: readonly WireLog[], progress: number) => void = () => {},
): Promise<WireLogSearch> {
  const logs: WireLog[] = [];
  const found: WireLogSearch = { logs };
  await fetchLines<WireLogLine>("logs", { ...ask }, signal, (line) => {
    if ("log" in line) {
      logs.push(line.log);
      return;
    }
    const { progress, ...rest } = line;
    Object.assign(found, rest);
    onProgress(logs, progress);
  });
  return found;
}

/** The newest records in one answer, for a short list. */
export function fetchLogs(ask: LogAsk & { readonly limit: number }, signal: AbortSignal): Promise<WireLogSearch> {
  return fetchJson("logs", { ...ask, ...wholeRange(ask) }, signal);
}

export function fetchLogSummary(
  ask: LogAsk,
  buckets: number,
  signal: AbortSignal,
  onPart?: (part: WireLogSummary) => void,
): Promise<WireLogSummary> {
  return lastLine("logs/summary", { ...ask, ...wholeRange(ask), buckets }, signal, onPart);
}

export function fetchLogTable(
  ask: LogAsk,
  buckets: number,
  signal: AbortSignal,
  onPart?: (part: WireLogTable) => void,
): Promise<WireLogTable> {
  return lastLine("logs/table", { ...ask, ...wholeRange(ask), buckets }, signal, onPart);
}

export function fetchLogPatterns(
  ask: LogAsk,
  limit: number,
  signal: AbortSignal,
  onPart?: (part: WireLogPatterns) => void,
): Promise<WireLogPatterns> {
  return lastLine("logs/patterns", { ...ask, ...wholeRange(ask), limit }, signal, onPart);
}

/** Without fields: those that tell most apart. */
export function fetchLogFacets(
  ask: LogAsk,
  field: readonly string[],
  limit: number,
  signal: AbortSignal,
): Promise<WireLogFacets> {
  return fetchJson("logs/facets", { ...ask, ...wholeRange(ask), field, limit }, signal);
}

export function fetchLogFields(ask: LogAsk, signal: AbortSignal): Promise<WireLogFields> {
  return fetchJson("logs/fields", { ...ask, ...wholeRange(ask) }, signal);
}

/** `whole`: with bodies of any length. */
export function fetchLogContext(
  id: string,
  lines: { readonly before: number; readonly after: number; readonly whole?: boolean },
  signal: AbortSignal,
): Promise<WireLogContext> {
  const { before, after, whole } = lines;
  return fetchJson("logs/context", { id, before, after, whole: whole ? 1 : undefined }, signal);
}

export interface TailListener {
  onLogs(logs: readonly WireLog[]): void;
  onRate(rate: WireTailRate): void;
}

/** Until the signal aborts or the server ends it. */
export function tailLogs(query: string, listener: TailListener, signal: AbortSignal): Promise<void> {
  return fetchEvents("logs/tail", { query }, signal, ({ name, data }) => {
    if (name === "log") listener.onLogs(JSON.parse(data) as WireLog[]);
    else if (name === "rate") listener.onRate(JSON.parse(data) as WireTailRate);
    else if (name === "error") {
      const { error } = JSON.parse(data) as WireError;
      throw new ApiError(error.code, error);
    }
  });
}

export function exportLogs(
  ask: LogAsk,
  format: "csv" | "ndjson",
  field: readonly string[],
  signal: AbortSignal,
  onProgress: (progress: FileProgress) => void,
): Promise<Blob> {
  return fetchFile("logs/export", { ...ask, ...wholeRange(ask), format, field }, signal, onProgress);
}

export function fetchLogSearches(signal: AbortSignal): Promise<WireSavedSearches> {
  return fetchJson("log-searches", {}, signal);
}

export function createLogSearch(search: WireSavedSearchDocument): Promise<WireSavedSearch> {
  return sendForJson("POST", "log-searches", search);
}

export function saveLogSearch(id: string, search: WireSavedSearchDocument): Promise<WireSavedSearch> {
  return sendForJson("PUT", `log-searches/${encodeURIComponent(id)}`, search);
}

export function deleteLogSearch(id: string): Promise<void> {
  return sendJson("DELETE", `log-searches/${encodeURIComponent(id)}`);
}

/** Each line is the whole answer, more complete than the one before. */
async function lastLine<T>(
  path: string,
  params: Parameters<typeof fetchLines>[1],
  signal: AbortSignal,
  onPart: (part: T) => void = () => {},
): Promise<T> {
  const last: T[] = [];
  await fetchLines<T>(path, params, signal, (line) => {
    last[0] = line;
    onPart(line);
  });
  if (last.length === 0) throw new Error(`cannot read ${path}: the answer has no line`);
  return last[0];
}
