/** Paths of logs in the OpenAPI document. */
import { BUCKETS, change, get, HOUR, integer, path, query, RANGE, remove, withLines } from "./openapi-parts.ts";

const QUERY = query("query", "in the query language of docs/logs.md: service:checkout level>=warn | count by route");
const ORDER = query("order", "of time", { type: "string", enum: ["newest", "oldest"], default: "newest" });
const FIELD = query("field", "name of a field, as in queries; may be repeated", {
  type: "array",
  items: { type: "string" },
});
const LOG_BUCKETS = { ...BUCKETS, schema: integer(1, 500, 60) };
const SEARCH_ID = path("id", "id of the saved search");

/** An answer that is no JSON. */
function stream(summary: string, types: readonly string[], parameters: Parameters<typeof get>[2], errors?: number[]) {
  const route = get(summary, "Error", parameters, errors);
  const content = Object.fromEntries(types.map((type) => [type, { schema: { type: "string" } }]));
  return { get: { ...route.get, responses: { ...route.get.responses, 200: { description: summary, content } } } };
}

export const LOGS = {
  "/api/v1/logs": withLines(
    get("log records in order of time", "LogSearch", [
      QUERY,
      ...RANGE,
      query("limit", "records at most", integer(1, 1000, 100)),
      ORDER,
      query("cursor", "where the page begins: the cursor of the page before"),
    ]),
  ),
  "/api/v1/logs/summary": withLines(
    get("how many records there are, by level and over time", "LogSummary", [QUERY, ...RANGE, LOG_BUCKETS]),
  ),
  "/api/v1/logs/table": withLines(
    get("what the pipes of a query count", "LogTable", [
      { ...QUERY, required: true },
      ...RANGE,
      { ...LOG_BUCKETS, description: "time buckets for every auto" },
    ]),
  ),
  "/api/v1/logs/patterns": withLines(
    get("what records have in common: lines with the same words, once what differs is taken out", "LogPatterns", [
      QUERY,
      ...RANGE,
      query("limit", "patterns at most", integer(1, 1000, 50)),
      LOG_BUCKETS,
    ]),
  ),
  "/api/v1/exceptions": get("exceptions of spans and logs by fingerprint, most frequent first", "ExceptionGroups", [
    query("query", "conditions of the log query language on type, message, culprit, service and version"),
    query("service", "service.name, exactly"),
    ...HOUR,
    query("limit", "groups at most", integer(1, 1000, 100)),
    LOG_BUCKETS,
  ]),
  "/api/v1/exceptions/{fingerprint}": get(
    "one fingerprint with its newest occurrences",
    "ExceptionDetail",
    [path("fingerprint", "of the group"), ...HOUR, LOG_BUCKETS],
    [400, 404],
  ),
  "/api/v1/logs/facets": get("most frequent values of fields", "LogFacets", [
    QUERY,
    ...RANGE,
    { ...FIELD, description: "name of a field; may be repeated; absent = those that tell records apart" },
    query("limit", "values of each at most", integer(1, 1000, 10)),
  ]),
  "/api/v1/logs/fields": get("names of the fields that records have", "LogFields", [QUERY, ...RANGE]),
  "/api/v1/logs/context": get(
    "a record and the lines around it of the same instance",
    "LogContext",
    [
      { ...query("id", "of the record"), required: true },
      query("before", "lines before it at most", integer(0, 500, 20)),
      query("after", "lines after it at most", integer(0, 500, 20)),
      query("whole", "nothing of the record is cut", { type: "boolean", default: false }),
    ],
    [400, 404],
  ),
  "/api/v1/logs/tail": stream(
    "records as they arrive: server-sent events log (a list of Log), rate (LogTailRate) each second, error",
    ["text/event-stream"],
    [QUERY],
  ),
  "/api/v1/logs/export": stream(
    "records as a file; the header x-total has how many, where that is known soon",
    ["text/csv", "application/x-ndjson"],
    [
      QUERY,
      ...RANGE,
      ORDER,
      query("format", "of the file", { type: "string", enum: ["csv", "ndjson"], default: "csv" }),
      FIELD,
    ],
  ),
  "/api/v1/log-searches": {
    ...get("saved searches, by title", "SavedSearches", [], []),
    post: change("save a search", "SavedSearchDocument", "SavedSearch", [], 201),
  },
  "/api/v1/log-searches/{id}": {
    put: change("change a saved search", "SavedSearchDocument", "SavedSearch", [SEARCH_ID]),
    delete: remove("delete a saved search", [SEARCH_ID]),
  },
};
