/** The contract's paths about exceptions (collector/src/api/contract/logs.ts). Times are milliseconds since 1970. */
import type { WireExceptionDetail, WireExceptionGroups } from "goldspan/contract";
import { fetchJson } from "./client.ts";
import { wholeRange, type RequestRange } from "./endpoints.ts";

export interface ExceptionQuery extends RequestRange {
  /** "" for all. */
  readonly query: string;
  /** "" for those of every service. */
  readonly service: string;
  readonly limit: number;
}

export function fetchExceptions(asked: ExceptionQuery, signal: AbortSignal): Promise<WireExceptionGroups> {
  const { query, service, limit } = asked;
  return fetchJson("exceptions", { query, service, ...wholeRange(asked), limit }, signal);
}

export function fetchException(
  fingerprint: string,
  range: RequestRange,
  buckets: number,
  signal: AbortSignal,
): Promise<WireExceptionDetail> {
  return fetchJson(`exceptions/${encodeURIComponent(fingerprint)}`, { ...wholeRange(range), buckets }, signal);
}
