/** Trace search. A part of ../contract.ts. */
import type { WireError } from "./error.ts";

export interface WireTraceSearch {
  traces: WireTraceSummary[];
  /** True when there are more than `limit`: ask again with `end` = the last trace's matchedAt. */
  truncated: boolean;
}

/** A line of a search that was asked for as application/x-ndjson: traces in their final order, and how far the search is. */
export type WireSearchLine =
  | { trace: WireTraceSummary }
  /** 0 to 1; the last line says 1, whether there are more than `limit`, and what the answer lacks, if anything. */
  | { progress: number; truncated?: boolean; partial?: string }
  | WireError;

export interface WireTraceSummary {
  traceId: string;
  rootService: string;
  rootOperation: string;
  /** False when the span that started the trace has not arrived; the root above is then the earliest span. */
  rootComplete: boolean;
  startTimeUnixNano: string;
  durationNanos: string;
  /** Start of the newest span that met the search. */
  matchedAtUnixNano: string;
  spanCount: number;
  errorCount: number;
  /** By span count, largest first. */
  services: { name: string; spanCount: number; errorCount: number }[];
  /** The miniature waterfall: the at most 32 longest spans in order of start. */
  preview: WirePreviewBar[];
}

export interface WirePreviewBar {
  /** Index into `services`. */
  service: number;
  /** Offset from the trace's start and width, as shares of its duration, 0 to 1. */
  offset: number;
  width: number;
  depth: number;
  error: boolean;
}
