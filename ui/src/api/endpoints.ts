/**
 * One function for each path of the contract (collector/src/api/contract.ts). In: typed arguments; out: the wire types as they
 * are. Times are milliseconds since 1970.
 */
import type {
  WireError,
  WireInfo,
  WireOperations,
  WireOtlpLogs,
  WireOtlpTraces,
  WirePins,
  WireSearchLine,
  WireServiceColors,
  WireServices,
  WireSession,
  WireStorage,
  WireSuggestions,
  WireTraceSearch,
  WireTraceSummary,
} from "goldspan/contract";
import { fetchJson, fetchLines, formatApiPath, sendJson } from "./client.ts";

export interface RequestRange {
  readonly start: number;
  readonly end: number;
}

export interface TraceQuery extends RequestRange {
  /** The text of the query bar; the server parses it. */
  readonly q: string;
  readonly limit: number;
}

export interface SuggestionQuery {
  readonly signal: "traces" | "logs";
  readonly prefix?: string;
  readonly limit: number;
}

export function fetchSession(signal: AbortSignal): Promise<WireSession> {
  return fetchJson("session", {}, signal);
}

/** Signs out. */
export function endSession(): Promise<void> {
  return sendJson("DELETE", "session");
}

export function fetchInfo(signal: AbortSignal): Promise<WireInfo> {
  return fetchJson("info", {}, signal);
}

/** Goes the way of what programs send; resolves when it is stored. */
export async function sendTestTrace(): Promise<void> {
  await sendJson("POST", "test-trace");
}

export function fetchServices(range: RequestRange, buckets: number, signal: AbortSignal): Promise<WireServices> {
  return fetchJson("services", { ...wholeRange(range), buckets }, signal);
}

export function fetchOperations(
  service: string,
  range: RequestRange,
  buckets: number,
  signal: AbortSignal,
): Promise<WireOperations> {
  return fetchJson(`services/${encodeURIComponent(service)}/operations`, { ...wholeRange(range), buckets }, signal);
}

export function fetchServiceColors(signal: AbortSignal): Promise<WireServiceColors> {
  return fetchJson("service-colors", {}, signal);
}

export function fetchTraces(query: TraceQuery, signal: AbortSignal): Promise<WireTraceSearch> {
  return fetchJson("traces", { q: query.q, ...wholeRange(query), limit: query.limit }, signal);
}

/** The same, told as it is found: traces come in their final order; the last part is the answer. */
export async function searchTraces(
  query: TraceQuery,
  signal: AbortSignal,
  onPart: (traces: readonly WireTraceSummary[], progress: number) => void,
): Promise<WireTraceSearch & { readonly partial?: string }> {
  const traces: WireTraceSummary[] = [];
  let last: { truncated?: boolean; partial?: string } = {};
  const params = { q: query.q, ...wholeRange(query), limit: query.limit };
  await fetchLines<Exclude<WireSearchLine, WireError>>("traces", params, signal, (line) => {
    if ("trace" in line) {
      traces.push(line.trace);
      return;
    }
    last = line;
    if (line.progress < 1) onPart([...traces], line.progress);
  });
  return { traces, truncated: last.truncated ?? false, partial: last.partial };
}

export function fetchTrace(traceId: string, signal: AbortSignal): Promise<WireOtlpTraces> {
  return fetchJson(`traces/${encodeURIComponent(traceId)}`, {}, signal);
}

export function fetchTraceLogs(traceId: string, signal: AbortSignal): Promise<WireOtlpLogs> {
  return fetchJson(`traces/${encodeURIComponent(traceId)}/logs`, {}, signal);
}

/** Where the same trace can be had as OTLP JSON, for a download link. */
export function traceJsonHref(traceId: string): string {
  return formatApiPath(`traces/${encodeURIComponent(traceId)}`);
}

export function fetchPins(signal: AbortSignal): Promise<WirePins> {
  return fetchJson("pins", {}, signal);
}

export function pinTrace(traceId: string, reason = ""): Promise<void> {
  return sendJson("PUT", `traces/${encodeURIComponent(traceId)}/pin`, { reason });
}

export function unpinTrace(traceId: string): Promise<void> {
  return sendJson("DELETE", `traces/${encodeURIComponent(traceId)}/pin`);
}

export function fetchStorage(signal: AbortSignal): Promise<WireStorage> {
  return fetchJson("storage", {}, signal);
}

export function fetchAttributeKeys(query: SuggestionQuery, signal: AbortSignal): Promise<WireSuggestions> {
  return fetchJson("attributes", { ...query }, signal);
}

export function fetchAttributeValues(
  key: string,
  query: SuggestionQuery,
  signal: AbortSignal,
): Promise<WireSuggestions> {
  return fetchJson(`attributes/${encodeURIComponent(key)}/values`, { ...query }, signal);
}

/** Whole milliseconds, widened outwards: a trace matched at 12.9996 ms is still found with `end` = its time. */
export function wholeRange(range: RequestRange): { start: number; end: number } {
  return { start: Math.floor(range.start), end: Math.ceil(range.end) };
}
