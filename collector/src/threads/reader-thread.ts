/**
 * A reader thread: the API over read-only connections, so that no query stops ingest or the thread that serves people. Answers
 * "fetch" with what the API answers, and "metrics".
 */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { createApi } from "../api/api.ts";
import { createLogger } from "../component/logger.ts";
import { createTelemetry } from "../pipeline/telemetry.ts";
import { PARTITION_FORMAT } from "../store/sqlite/partition/schema.ts";
import { bodyParts, OpenBodies } from "./body-parts.ts";
import { openReader } from "./open-reader.ts";
import type { ReaderData, WirePieces, WireRequest, WireResponse } from "./messages.ts";
import { lowerPriority, QUERY_NICE } from "./priority.ts";
import { Rpc, Transfer } from "./rpc.ts";

lowerPriority(QUERY_NICE);
const openBodies = new OpenBodies();
const QUERY_SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

const {
  version,
  startedAtMillis,
  ports,
  commit,
  receivers,
  configYaml,
  documentsPath,
  pinsPath,
  bulletin,
  jsonBodies,
  limits,
  cacheBytes,
  logLevel,
  head,
} = workerData as ReaderData;
const logger = createLogger(logLevel, { component: "reader" });
const telemetry = createTelemetry();
const { reader, documents, ingest } = openReader({
  settings: { documentsPath, pinsPath, bulletin, jsonBodies, limits, cacheBytes },
  head,
  logger,
  telemetry,
});

const api = createApi({
  reader,
  documents,
  limits,
  targets: () => ingest.call("targets", undefined),
  info: () => ({ version, commit, storeFormat: PARTITION_FORMAT, startedAtMillis, ports, receivers, configYaml }),
  reportError: (id, error) =>
    logger.error("a request failed for a reason nobody foresaw", {
      id,
      error: error instanceof Error ? error.stack : String(error),
    }),
});
const duration = telemetry.histogram(
  "goldspan_query_duration_seconds",
  "Time to answer an API request, by route.",
  QUERY_SECONDS,
  ["route"],
);

void new Rpc(parentPort as MessagePort, {
  async fetch({ method, url, headers, body }: WireRequest, signal, isCancelled): Promise<Transfer> {
    const started = performance.now();
    const request = new Request(url, {
      method,
      headers: headers as [string, string][],
      body: body as Uint8Array<ArrayBuffer> | undefined,
      signal,
    });
    const response = await api.fetch(request, { isCancelled });
    const parts = bodyParts(response);
    const { pieces, done } = await parts.next();
    const rest = done ? undefined : openBodies.add(parts);
    duration.record((performance.now() - started) / 1000, { route: routeOf(method, new URL(url).pathname) });
    const result: WireResponse = { status: response.status, headers: [...response.headers], body: pieces, rest };
    return new Transfer(result, buffersOf(pieces));
  },
  async more(rest: number): Promise<Transfer> {
    const next = await openBodies.next(rest);
    return new Transfer(next, buffersOf(next.pieces));
  },
  cancel: (rest: number) => openBodies.cancel(rest),
  metrics: () => telemetry.collect(),
});

function buffersOf(pieces: WirePieces["pieces"]): ArrayBuffer[] {
  return pieces.map(({ buffer }) => buffer as ArrayBuffer);
}

/** The route's pattern: a metric must not have a label value per trace. */
function routeOf(method: string, path: string): string {
  const route = api.routes.find((each) => each.method === method && matches(each.path, path));
  return route?.path ?? "unknown";
}

function matches(pattern: string, path: string): boolean {
  const [parts, actual] = [pattern.split("/"), path.split("/")];
  return parts.length === actual.length && parts.every((part, i) => part.startsWith(":") || part === actual[i]);
}
