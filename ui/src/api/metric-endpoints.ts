/**
 * Golden signals, the service map, boards and cardinality: one function for each path of the contract. In: typed arguments; out: the
 * wire types as they are. Times are milliseconds since 1970.
 */
import type {
  WireBoard,
  WireBoardDocument,
  WireBoardImport,
  WireBoards,
  WireCardinality,
  WireErrorGroups,
  WireExamples,
  WireGoldenDetail,
  WireGoldenSignals,
  WireInstances,
  WireReleases,
  WireServiceMap,
} from "goldspan/contract";
import { fetchJson, formatApiPath, sendForJson, sendJson } from "./client.ts";
import { wholeRange, type RequestRange } from "./endpoints.ts";

export function fetchGolden(range: RequestRange, buckets: number, signal: AbortSignal): Promise<WireGoldenSignals> {
  return fetchJson("golden", { ...wholeRange(range), buckets }, signal);
}

export function fetchGoldenDetail(
  service: string,
  range: RequestRange,
  buckets: number,
  signal: AbortSignal,
): Promise<WireGoldenDetail> {
  return fetchJson(`golden/${encodeURIComponent(service)}`, { ...wholeRange(range), buckets }, signal);
}

export function fetchInstances(service: string, range: RequestRange, signal: AbortSignal): Promise<WireInstances> {
  return fetchJson(`services/${encodeURIComponent(service)}/instances`, wholeRange(range), signal);
}

export function fetchErrorGroups(
  service: string,
  range: RequestRange,
  limit: number,
  signal: AbortSignal,
): Promise<WireErrorGroups> {
  return fetchJson(`services/${encodeURIComponent(service)}/errors`, { ...wholeRange(range), limit }, signal);
}

export function fetchExamples(
  service: string,
  range: RequestRange,
  limit: number,
  signal: AbortSignal,
): Promise<WireExamples> {
  return fetchJson(`services/${encodeURIComponent(service)}/examples`, { ...wholeRange(range), limit }, signal);
}

/** "" = of all services. */
export function fetchReleases(service: string, range: RequestRange, signal: AbortSignal): Promise<WireReleases> {
  return fetchJson("releases", { service, ...wholeRange(range) }, signal);
}

/** "" = of all services, else what is around one. */
export function fetchServiceMap(service: string, range: RequestRange, signal: AbortSignal): Promise<WireServiceMap> {
  return fetchJson("map", { service, ...wholeRange(range) }, signal);
}

export function fetchCardinality(limit: number, signal: AbortSignal): Promise<WireCardinality> {
  return fetchJson("cardinality", { limit }, signal);
}

export function fetchBoards(signal: AbortSignal): Promise<WireBoards> {
  return fetchJson("boards", {}, signal);
}

export function fetchBoard(id: string, signal: AbortSignal): Promise<WireBoard> {
  return fetchJson(`boards/${encodeURIComponent(id)}`, {}, signal);
}

export function createBoard(board: WireBoardDocument): Promise<WireBoard> {
  return sendForJson("POST", "boards", board);
}

export function saveBoard(id: string, board: WireBoardDocument): Promise<WireBoard> {
  return sendForJson("PUT", `boards/${encodeURIComponent(id)}`, board);
}

export function deleteBoard(id: string): Promise<void> {
  return sendJson("DELETE", `boards/${encodeURIComponent(id)}`);
}

/** `file`: a board's JSON or a Grafana dashboard's. */
export function importBoard(file: unknown): Promise<WireBoardImport> {
  return sendForJson("POST", "boards/import", file);
}

export function boardFileHref(id: string): string {
  return formatApiPath(`boards/${encodeURIComponent(id)}/file`);
}
