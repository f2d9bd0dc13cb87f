/** Loki's envelope around answers, and errors as Loki gives them: the message as plain text, with a status. */
import { LimitError } from "../../../base/work-scope.ts";
import type { ScanCounts } from "../../../query/logql/engine.ts";
import type { ApiContext } from "../../context.ts";
import { failureOf } from "../../errors.ts";
import { ParameterError } from "./parameters.ts";

export function success(data: unknown): Response {
  return Response.json({ status: "success", data });
}

export function failed(error: unknown, reportError: ApiContext["reportError"]): Response {
  if (error instanceof ParameterError) return problem(400, error.message);
  const { status, error: failure } = failureOf(error, reportError);
  const text = failure.hint === undefined ? failure.message : `${failure.message} (${failure.hint})`;
  // Loki's number for a query that ran out of time.
  return problem(error instanceof LimitError && error.limit === "time" ? 504 : status === 422 ? 400 : status, text);
}

export function problem(status: number, message: string): Response {
  return new Response(`${message}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}

/** What a query looked at, in the shape that Grafana shows. Counts of caches and chunks that there are none of are left out. */
export function statsOf({ lines, bytes, entries }: ScanCounts, seconds: number): object {
  const perSecond = (count: number) => (seconds > 0 ? Math.round(count / seconds) : 0);
  return {
    summary: {
      bytesProcessedPerSecond: perSecond(bytes),
      linesProcessedPerSecond: perSecond(lines),
      totalBytesProcessed: bytes,
      totalLinesProcessed: lines,
      execTime: seconds,
      queueTime: 0,
      subqueries: 0,
      totalEntriesReturned: entries,
      splits: 0,
      shards: 0,
      totalPostFilterLines: entries,
      totalStructuredMetadataBytesProcessed: 0,
    },
    querier: { store: { totalChunksRef: 0, totalChunksDownloaded: 0, chunksDownloadTime: 0 } },
    ingester: { totalReached: 0, totalChunksMatched: 0, totalBatches: 0, totalLinesSent: 0 },
    cache: {},
  };
}
