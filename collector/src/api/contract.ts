/**
 * The JSON that the web port speaks under /api/v1: the contract between the collector and the UI (and anyone else). Imports
 * nothing but its parts. Times are decimal strings of Unix nanoseconds where exactness matters (`…UnixNano`), else milliseconds since 1970
 * (`…Millis`). Ids are lower-case hex.
 *
 *   GET /api/v1/info                                -> WireInfo
 *   GET /api/v1/version                             -> WireVersion
 *   POST /api/v1/test-trace                         -> WireTestTrace
 *   GET /api/v1/session                             -> WireSession
 *   DELETE /api/v1/session                          -> 204 (signs out)
 *   GET /api/v1/services?start&end&buckets          -> WireServices
 *   GET /api/v1/services/{service}/operations?…     -> WireOperations
 *   GET /api/v1/service-colors                      -> WireServiceColors
 *   GET /api/v1/traces?q&service&operation&attribute&minDuration&maxDuration&errors&start&end&limit -> WireTraceSearch
 *   GET /api/v1/traces/{traceId}                    -> WireOtlpTraces   (OTLP JSON)
 *   GET /api/v1/traces/{traceId}/logs               -> WireOtlpLogs     (OTLP JSON)
 *   /api/v1/logs…, /api/v1/exceptions…               -> see contract/logs.ts
 *   GET /api/v1/attributes?signal&prefix&limit      -> WireSuggestions  (keys)
 *   GET /api/v1/attributes/{key}/values?signal&prefix&limit -> WireSuggestions
 *   GET /api/v1/dependencies?start&end              -> WireDependencies
 *   PUT /api/v1/traces/{traceId}/pin {reason?}      -> WirePin
 *   DELETE /api/v1/traces/{traceId}/pin             -> 204
 *   GET /api/v1/pins                                -> WirePins
 *   GET /api/v1/storage?limit                       -> WireStorage
 *   GET /api/v1/golden?start&end&buckets            -> WireGoldenSignals
 *   GET /api/v1/golden/{service}?start&end&buckets  -> WireGoldenDetail
 *   GET /api/v1/services/{service}/instances?start&end -> WireInstances
 *   GET /api/v1/services/{service}/errors?start&end&limit -> WireErrorGroups
 *   GET /api/v1/services/{service}/examples?start&end&limit -> WireExamples
 *   GET /api/v1/releases?service&start&end          -> WireReleases
 *   GET /api/v1/map?service&start&end               -> WireServiceMap
 *   GET /api/v1/saturation-sources                  -> WireSaturationSources
 *   PUT /api/v1/saturation-sources/{id} WireSaturationSourceDocument -> WireSaturationSource
 *   DELETE /api/v1/saturation-sources/{id}          -> 204
 *   GET /api/v1/cardinality?limit                   -> WireCardinality
 *   GET /api/v1/boards                              -> WireBoards
 *   POST /api/v1/boards WireBoardDocument           -> WireBoard (201; the id is made of the title)
 *   GET /api/v1/boards/{id}                         -> WireBoard  ("golden:<service>" is made for each service)
 *   PUT /api/v1/boards/{id} WireBoardDocument       -> WireBoard
 *   DELETE /api/v1/boards/{id}                      -> 204
 *   GET /api/v1/boards/{id}/file                    -> WireBoardDocument, to be saved as a file
 *   POST /api/v1/boards/import (a board or a Grafana dashboard) -> WireBoardImport (201)
 *   GET /api/v1/boards/schema.json                  -> the JSON Schema of WireBoardDocument
 *   /api/v1/alerting/…, /alertmanager/api/v2/…      -> see contract/alerts.ts
 *   /prometheus/api/v1/…                            -> Prometheus' HTTP API (PromQL)
 *   GET /api/v1/openapi.json
 * `start` and `end`: milliseconds since 1970 or RFC 3339; by default the last hour. Any error -> WireError.
 */

export type * from "./contract/alert-notification.ts";
export type * from "./contract/alert-rules.ts";
export type * from "./contract/alert-slos.ts";
export type * from "./contract/alerts.ts";
export type * from "./contract/boards.ts";
export type * from "./contract/error.ts";
export type * from "./contract/golden.ts";
export type * from "./contract/logs.ts";
export type * from "./contract/otlp.ts";
export type * from "./contract/services.ts";
export type * from "./contract/storage.ts";
export type * from "./contract/traces.ts";
