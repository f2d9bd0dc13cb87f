/** JSON Schemas of what contract/logs.ts types, for the OpenAPI document. */
import { boolean, integer, list, map, nullable, number, object, ref, string } from "./json-schema.ts";

const SERIES = { startMillis: number, stepMillis: number };
const SAVED = { title: string, query: string, columns: list(string) };

export const LOGS_SCHEMAS = {
  LogSearch: object(
    { logs: list(ref("Log")), cursor: string, truncated: boolean, partial: string, fields: list(string), hint: string },
    ["cursor", "truncated", "partial", "fields", "hint"],
  ),
  Log: object(
    {
      id: string,
      timeUnixNano: string,
      observedTimeUnixNano: string,
      severityNumber: integer,
      severityText: string,
      service: string,
      body: string,
      bodyBytes: integer,
      eventName: string,
      traceId: string,
      spanId: string,
      scope: string,
      attributes: list(ref("KeyValue")),
      resource: list(ref("KeyValue")),
      bodyFields: map(string),
    },
    ["observedTimeUnixNano", "bodyBytes", "eventName", "traceId", "spanId", "scope", "bodyFields"],
  ),
  LogSummary: object({ progress: number, total: integer, ...SERIES, levels: map(list(integer)), partial: string }, [
    "partial",
  ]),
  LogTable: object(
    {
      progress: number,
      columns: list(
        object({ name: string, kind: { enum: ["text", "number"] }, unit: { enum: ["ms", "s", "By"] } }, ["unit"]),
      ),
      rows: list(list({ type: ["string", "number", "null"] })),
      series: object({ ...SERIES, values: list(list(list(nullable))) }),
      matched: integer,
      otherGroups: integer,
      partial: string,
    },
    ["series", "partial"],
  ),
  LogPatterns: object(
    {
      progress: number,
      patterns: list(
        object({
          pattern: string,
          count: integer,
          level: string,
          services: list(string),
          trend: list(integer),
          example: ref("Log"),
          query: string,
        }),
      ),
      total: integer,
      other: integer,
      sampled: number,
      ...SERIES,
      partial: string,
    },
    ["partial"],
  ),
  ExceptionGroups: object({ groups: list(ref("ExceptionGroup")), total: integer, ...SERIES, truncated: boolean }),
  ExceptionGroup: object(
    {
      fingerprint: string,
      type: string,
      message: string,
      service: string,
      culprit: string,
      count: integer,
      firstSeenUnixNano: string,
      lastSeenUnixNano: string,
      firstEverUnixNano: string,
      trend: list(integer),
      versions: list(string),
      exampleTraceId: string,
      exampleSpanId: string,
    },
    ["firstEverUnixNano", "exampleTraceId", "exampleSpanId"],
  ),
  ExceptionDetail: object({
    group: ref("ExceptionGroup"),
    stacktrace: string,
    ...SERIES,
    occurrences: list(
      object(
        {
          timeUnixNano: string,
          message: string,
          source: { enum: ["log", "span"] },
          traceId: string,
          spanId: string,
          version: string,
        },
        ["traceId", "spanId", "version"],
      ),
    ),
    operations: list(object({ name: string, count: integer })),
  }),
  LogFacets: object({
    total: integer,
    facets: list(
      object({
        field: string,
        values: list(object({ text: string, count: integer })),
        other: integer,
        absent: integer,
      }),
    ),
    sampled: number,
  }),
  LogFields: object({
    fields: list(object({ name: string, kind: { enum: ["field", "attribute"] }, count: integer })),
  }),
  LogContext: object({ before: list(ref("Log")), log: ref("Log"), after: list(ref("Log")) }),
  LogTailRate: object({ perSecond: number, skipped: integer }),
  SavedSearchDocument: object(SAVED, ["columns"]),
  SavedSearch: object({ ...SAVED, id: string, savedAtMillis: number }, ["columns"]),
  SavedSearches: object({ searches: list(ref("SavedSearch")) }),
};
