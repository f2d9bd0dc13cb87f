/**
 * The contract's part about logs and exceptions; see ../contract.ts for the rules that hold for all of it. `query` is text in the query
 * language of collector/docs/logs.md, "" for every record; conditions come first, pipes may follow.
 *
 *   GET /api/v1/logs?query&start&end&limit&order&cursor -> WireLogSearch, or as lines (x-ndjson) WireLogLine
 *   GET /api/v1/logs/summary?query&start&end&buckets    -> WireLogSummary, or as lines one after each step, each more complete
 *   GET /api/v1/logs/table?query&start&end&buckets      -> WireLogTable: for queries with pipes that count; as lines likewise
 *   GET /api/v1/logs/facets?query&start&end&field…&limit -> WireLogFacets (without `field`: those that tell most apart)
 *   GET /api/v1/logs/patterns?query&start&end&limit&buckets -> WireLogPatterns, or as lines
 *   GET /api/v1/logs/fields?query&start&end             -> WireLogFields: names to complete and to choose columns from
 *   GET /api/v1/logs/context?id&before&after            -> WireLogContext: lines around one, of the same instance
 *   GET /api/v1/logs/tail?query                         -> server-sent events: `log` (WireLog[]), `rate` (WireTailRate) each second, `error` (as in WireError)
 *   GET /api/v1/logs/export?query&start&end&format=csv|ndjson&field… -> a file, streamed; `x-total` = its records, where known soon
 *   GET /api/v1/log-searches                            -> WireSavedSearches
 *   POST /api/v1/log-searches WireSavedSearchDocument   -> WireSavedSearch (201)
 *   PUT, DELETE /api/v1/log-searches/{id}               -> WireSavedSearch, 204
 *   GET /api/v1/exceptions?query&service&start&end&limit&buckets -> WireExceptionGroups
 *   GET /api/v1/exceptions/{fingerprint}?start&end&buckets -> WireExceptionDetail
 */
import type { WireKeyValue } from "./otlp.ts";

export interface WireLogSearch {
  /** Newest first, or oldest first where that was asked for. */
  logs: WireLog[];
  /** Where the next page begins: `cursor` of the next request. Absent = that was all. */
  cursor?: string;
  /** Whether there are more: then `cursor` says where. */
  truncated?: boolean;
  /** What the answer lacks, when a part of the store could not be read. */
  partial?: string;
  /** Names of the columns that `| fields …` asked for. */
  fields?: string[];
  /** Nothing was found, and a field of the query is one that no record has: what may have been meant. */
  hint?: string;
}

/** One of these a line. The last one has `progress: 1`. */
export type WireLogLine =
  | { log: WireLog }
  | { progress: number; cursor?: string; partial?: string; fields?: string[]; hint?: string };

/** A log record flattened for a list. */
export interface WireLog {
  /** Names the record in the context request and in links; only for as long as it is kept. */
  id: string;
  /** Time, or observed time where there is none. */
  timeUnixNano: string;
  observedTimeUnixNano?: string;
  /** As it was sent; where there was none, what the severity text stands for; 0 = unknown. */
  severityNumber: number;
  severityText: string;
  service: string;
  /** The body as text: strings as they are, anything else as JSON; at most 64 KiB of it, see `bodyBytes`. */
  body: string;
  /** Length of the whole body when it was cut. The whole record: GET /api/v1/logs/context?id&before=0&after=0&whole=1. */
  bodyBytes?: number;
  eventName?: string;
  traceId?: string;
  spanId?: string;
  scope?: string;
  attributes: WireKeyValue[];
  /** Of its resource. */
  resource: WireKeyValue[];
  /** Members of the body, by path, when it is a map or the text of a JSON object. */
  bodyFields?: Record<string, string>;
}

/** How many there are: in all, by level, over time. Counts of what was looked at so far; exact when progress is 1. */
export interface WireLogSummary {
  progress: number;
  total: number;
  /** First bucket's begin, and width of all; milliseconds. */
  startMillis: number;
  stepMillis: number;
  /** By level: trace, debug, info, warn, error, fatal, unset; those that occur. A count for each bucket. */
  levels: Record<string, number[]>;
  partial?: string;
}

/** What `| count by …`, `| avg(…)`, `| top …` come to. */
export interface WireLogTable {
  progress: number;
  /** Group columns first, then numbers. */
  columns: { name: string; kind: "text" | "number"; unit?: "ms" | "s" | "By" }[];
  /** As many values as columns; null = absent. Most first, or as the query sorts. With `every`: the numbers over all of the time. */
  rows: (string | number | null)[][];
  /** With `every`: for each row, for each number column, a value for each bucket; null = nothing in it. */
  series?: { startMillis: number; stepMillis: number; values: (number | null)[][][] };
  /** Records that met the conditions. */
  matched: number;
  /** Groups beyond those kept; their records are in no row. */
  otherGroups: number;
  partial?: string;
}

export interface WireLogFacets {
  total: number;
  facets: {
    field: string;
    /** Most frequent first. */
    values: { text: string; count: number }[];
    /** Records with other values, and without the field. */
    other: number;
    absent: number;
  }[];
  /** Share of the hits that were looked at: 1 = all of them, the counts are exact; else they are scaled up from the newest. */
  sampled: number;
}

export interface WireLogPatterns {
  progress: number;
  /** Most frequent first. */
  patterns: WireLogPattern[];
  total: number;
  /** Records in patterns beyond `limit`, and without a body. */
  other: number;
  /** Share of the records that were looked at: 1 = all of them; else the counts of patterns are scaled up. */
  sampled: number;
  startMillis: number;
  stepMillis: number;
  partial?: string;
}

export interface WireLogPattern {
  /** Words that are the same in all lines, `<*>` where they differ. */
  pattern: string;
  count: number;
  /** Most severe level among its lines. */
  level: string;
  services: string[];
  /** A count for each bucket. */
  trend: number[];
  /** A line of it, the newest. */
  example: WireLog;
  /** A query that finds its lines, and lines beside them that hold the same words. */
  query: string;
}

export interface WireLogFields {
  fields: { name: string; kind: "field" | "attribute"; count: number }[];
}

export interface WireLogContext {
  /** Oldest first. */
  before: WireLog[];
  log: WireLog;
  after: WireLog[];
}

export interface WireTailRate {
  /** Hits a second, over the last seconds. */
  perSecond: number;
  /** Hits that were left out because more came than are shown. */
  skipped: number;
}

export interface WireSavedSearchDocument {
  title: string;
  query: string;
  columns?: string[];
}

export interface WireSavedSearch extends WireSavedSearchDocument {
  id: string;
  savedAtMillis: number;
}

export interface WireSavedSearches {
  searches: WireSavedSearch[];
}

/** Exceptions of error logs and of spans' exception events, by fingerprint: type, message without its variable parts, top frames. */
export interface WireExceptionGroups {
  groups: WireExceptionGroup[];
  total: number;
  startMillis: number;
  stepMillis: number;
  /** Not all could be read within the limits: counts are of the newest. */
  truncated: boolean;
}

export interface WireExceptionGroup {
  /** Stable over time and over restarts. */
  fingerprint: string;
  type: string;
  /** Of the newest. */
  message: string;
  service: string;
  /** Where it was thrown: the top frame of the application, "" where unknown. */
  culprit: string;
  count: number;
  /** In the range; and ever, as far as it is known. */
  firstSeenUnixNano: string;
  lastSeenUnixNano: string;
  firstEverUnixNano?: string;
  trend: number[];
  /** service.version values, newest first. */
  versions: string[];
  exampleTraceId?: string;
  exampleSpanId?: string;
}

export interface WireExceptionDetail {
  group: WireExceptionGroup;
  stacktrace: string;
  startMillis: number;
  stepMillis: number;
  /** Newest first. */
  occurrences: {
    timeUnixNano: string;
    message: string;
    source: "log" | "span";
    traceId?: string;
    spanId?: string;
    version?: string;
  }[];
  operations: { name: string; count: number }[];
}
