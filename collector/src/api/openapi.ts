/** The OpenAPI 3.1 document of /api/v1 and of the compatible APIs; openapi.test.ts holds it against the routes and their answers. */
import { ALERTS } from "./openapi-alerts.ts";
import { LOGS } from "./openapi-logs.ts";
import {
  BUCKETS,
  change,
  ERRORS,
  get,
  HOUR,
  integer,
  json,
  path,
  query,
  RANGE,
  remove,
  withLines,
} from "./openapi-parts.ts";
import { SCHEMAS } from "./openapi-schemas.ts";

const ATTRIBUTE = query(
  "attribute",
  "key=value, URL-encoded; may be repeated; old semantic-convention names match their new ones",
  {
    type: "array",
    items: { type: "string" },
  },
);
const TRACE_ID = path("traceId", "32 hexadecimal digits");

function pin() {
  const errors = (statuses: readonly number[]) =>
    Object.fromEntries(statuses.map((status) => [status, { description: ERRORS[status], content: json("Error") }]));
  const reason = { type: "object", properties: { reason: { type: "string", maxLength: 500 } } };
  return {
    put: {
      summary: "keep a copy of a trace and its logs that retention doesn't take",
      parameters: [TRACE_ID],
      requestBody: { required: false, content: { "application/json": { schema: reason } } },
      responses: { 200: { description: "the pin", content: json("Pin") }, ...errors([400, 404, 422, 500, 503, 507]) },
    },
    delete: {
      summary: "let retention have it",
      parameters: [TRACE_ID],
      responses: { 204: { description: "it is no longer pinned" }, ...errors([400, 404, 500, 503]) },
    },
  };
}

const SEARCH = [
  query("q", 'text form: service:checkout error duration>500ms http.route:/pay name:"GET /" kind:server'),
  query("service", "service.name"),
  query("operation", "span name"),
  query("kind", "span kind: unspecified, internal, server, client, producer, consumer"),
  ATTRIBUTE,
  query("minDuration", "Go duration: 500ms, 1.5s"),
  query("maxDuration", "Go duration"),
  query("errors", "only spans with status ERROR", { type: "boolean", default: false }),
  ...RANGE,
  query("limit", "traces at most", integer(1, 1000, 20)),
];

const SUGGESTIONS = [
  query("signal", "traces or logs", { type: "string", enum: ["traces", "logs"], default: "traces" }),
  query("prefix", "beginning of the text"),
  query("limit", "suggestions at most", integer(1, 200, 20)),
];

const V1 = {
  "/api/v1/info": get("version, ports, and whether there is data", "Info", [], []),
  "/api/v1/version": get("which version of what, and of which store format", "Version", [], []),
  "/api/v1/openapi.json": get("this document", "Document", [], []),
  "/api/v1/traces": withLines(get("search traces, newest matching span first", "TraceSearch", SEARCH)),
  "/api/v1/traces/{traceId}": get("one trace as OTLP JSON", "OtlpTraces", [TRACE_ID], [400, 404]),
  "/api/v1/traces/{traceId}/logs": get("the logs of a trace as OTLP JSON", "OtlpLogs", [TRACE_ID], [400, 404]),
  "/api/v1/traces/{traceId}/pin": pin(),
  "/api/v1/pins": get("pinned traces, newest pin first", "Pins", [], []),
  "/api/v1/services": get("services with rate, errors and latencies", "Services", [...RANGE, BUCKETS]),
  "/api/v1/services/{service}/operations": get("operations of a service", "Operations", [
    path("service", "service.name"),
    ...RANGE,
    BUCKETS,
  ]),
  "/api/v1/operations": get("operations of a service", "Operations", [
    { ...query("service", "service.name"), required: true },
    ...RANGE,
    BUCKETS,
  ]),
  "/api/v1/service-colors": get("the hue of each service", "ServiceColors", [], []),
  "/api/v1/dependencies": get("calls between services", "Dependencies", RANGE),
  "/api/v1/storage": get("what is kept, whose it is, and how much of the budgets is used", "Storage", [
    query("limit", "services and attribute keys at most", integer(1, 200, 10)),
  ]),
  "/api/v1/attributes": get("attribute keys seen lately", "Suggestions", SUGGESTIONS),
  "/api/v1/attributes/{key}/values": get("values of an attribute seen lately", "Suggestions", [
    path("key", "attribute key"),
    ...SUGGESTIONS,
  ]),
};

const SERVICE = path("service", "service.name");

const BOARD_ID = path("id", "id of the board");

const METRICS = {
  "/api/v1/golden": get("golden signals of every service, the worst first", "GoldenSignals", [...HOUR, BUCKETS]),
  "/api/v1/golden/{service}": get(
    "golden signals of a service",
    "GoldenDetail",
    [SERVICE, ...HOUR, BUCKETS],
    [400, 404],
  ),
  "/api/v1/saturation-sources": get("the table that saturation is computed with", "SaturationSources", [], []),
  "/api/v1/saturation-sources/{id}": {
    put: change("add a source, or change one that users added", "SaturationSourceDocument", "SaturationSource", [
      path("id", "name of the source"),
    ]),
    delete: remove("delete a source that users added", [path("id", "name of the source")]),
  },
  "/api/v1/services/{service}/instances": get("instances and versions", "Instances", [SERVICE, ...HOUR]),
  "/api/v1/services/{service}/errors": get("what goes wrong, by operation, kind and message", "ErrorGroups", [
    SERVICE,
    ...HOUR,
    query("limit", "groups at most", integer(1, 100, 20)),
  ]),
  "/api/v1/services/{service}/examples": get("slow and failed traces", "Examples", [
    SERVICE,
    ...HOUR,
    query("limit", "traces of each at most", integer(1, 50, 5)),
  ]),
  "/api/v1/releases": get("when services changed their version", "Releases", [
    query("service", "only this service's"),
    ...HOUR,
  ]),
  "/api/v1/map": get("who calls whom, how often, how well and how fast", "ServiceMap", [
    query("service", "only this service and those next to it"),
    ...HOUR,
  ]),
  "/api/v1/boards": {
    ...get("saved boards, and one of golden signals for each service", "Boards", [], []),
    post: change("save a board under an id made of its title", "BoardDocument", "Board", [], 201),
  },
  "/api/v1/boards/{id}": {
    ...get("a board; golden:<service> is made for the service", "Board", [BOARD_ID], [404]),
    put: change("save a board", "BoardDocument", "Board", [BOARD_ID]),
    delete: remove("delete a board", [BOARD_ID]),
  },
  "/api/v1/boards/{id}/file": get("a board as a file", "BoardDocument", [BOARD_ID], [404]),
  "/api/v1/boards/schema.json": get("the JSON Schema of boards", "Document", [], []),
  "/api/v1/boards/import": {
    post: change("save a board's file, or a Grafana dashboard as a board", "Document", "BoardImport", [], 201),
  },
  "/api/v1/cardinality": get("which metrics and labels take most series", "Cardinality", [
    query("limit", "names of each kind at most", integer(1, 1000, 20)),
  ]),
};

/** Jaeger's answers are described by Jaeger: here only what exists. */
const JAEGER = Object.fromEntries(
  [
    "services",
    "services/{service}/operations",
    "operations",
    "traces",
    "traces/{traceId}",
    "dependencies",
    "v3/services",
    "v3/operations",
    "v3/traces",
    "v3/traces/{traceId}",
    "v3/trace-summaries",
  ].map((route) => {
    const parameters = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => path(name, name));
    return [`/jaeger/api/${route}`, get(`Jaeger's ${route}`, "Jaeger", parameters, [400])];
  }),
);

/** Prometheus' answers are described by Prometheus: here only what exists. */
const PROMETHEUS = Object.fromEntries(
  [
    "alertmanagers",
    "alerts",
    "features",
    "format_query",
    "label/{name}/values",
    "labels",
    "metadata",
    "parse_query",
    "query",
    "query_exemplars",
    "query_range",
    "rules",
    "series",
    "status/buildinfo",
    "status/config",
    "status/flags",
    "status/runtimeinfo",
    "status/tsdb",
    "targets",
  ].map((route) => {
    const parameters = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => path(name, name));
    return [`/prometheus/api/v1/${route}`, get(`Prometheus' ${route}`, "Prometheus", parameters, [400])];
  }),
);

/** Loki's answers are described by Loki: here only what exists. */
const LOKI = Object.fromEntries(
  [
    "detected_field/{name}/values",
    "detected_fields",
    "detected_labels",
    "drilldown-limits",
    "format_query",
    "index/stats",
    "index/volume",
    "index/volume_range",
    "label/{name}/values",
    "labels",
    "patterns",
    "query",
    "query_range",
    "series",
    "status/buildinfo",
    "tail",
  ].map((route) => {
    const parameters = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => path(name, name));
    return [`/loki/api/v1/${route}`, get(`Loki's ${route}`, "Loki", parameters, [400])];
  }),
);

/** What a receiver takes at the web port. */
function take(summary: string, types: readonly string[], success: Readonly<Record<number, string>>) {
  const responses: Record<string, object> = {};
  for (const [status, description] of Object.entries({ ...success, ...TAKE_ERRORS }))
    responses[status] = { description };
  const body = { schema: { type: "string", contentEncoding: "binary" } };
  const content = Object.fromEntries(types.map((type) => [type, body]));
  return { post: { summary, requestBody: { required: true, content }, responses } };
}

const TAKE_ERRORS = {
  400: "the body cannot be read, or what the text names is refused for ever; the rest is stored",
  413: "larger than allowed, decompressed",
  415: "another content type or compression",
  429: "too much at once; Retry-After says when to come back",
  503: "cannot be stored now; Retry-After says when to come back",
};

const WRITES = {
  "/api/v1/test-trace": {
    post: {
      summary: "make a test trace with logs and metrics, which goes through the pipelines of the first otlp receiver",
      responses: {
        200: { description: "all of it is stored", content: json("TestTrace") },
        ...Object.fromEntries(
          Object.entries({ 400: "a pipeline refused it", 429: TAKE_ERRORS[429], 503: TAKE_ERRORS[503] }).map(
            ([status, description]) => [status, { description, content: json("Error") }],
          ),
        ),
        404: { description: "no otlp receiver is in a pipeline of traces", content: json("Error") },
      },
    },
  },
  "/prometheus/api/v1/write": take("Remote write 1.0 and 2.0, compressed with snappy", ["application/x-protobuf"], {
    204: "everything is on disk; of 2.0 the headers X-Prometheus-Remote-Write-*-Written count it",
  }),
  "/prometheus/api/v1/otlp/v1/metrics": take(
    "OTLP metrics, where Prometheus takes them",
    ["application/x-protobuf", "application/json"],
    { 200: "an ExportMetricsServiceResponse; partialSuccess names what was refused" },
  ),
  "/loki/api/v1/push": take(
    "Logs as Loki takes them; protobuf compressed with snappy",
    ["application/json", "application/x-protobuf"],
    { 204: "everything is on disk" },
  ),
};

/** Answered by the web port itself. */
const SESSION = {
  "/api/v1/session": {
    ...get("whether the web port asks for a token; 401 = for one that was not sent", "Session", [], []),
    delete: {
      summary: "sign out: the browser forgets its cookie",
      responses: { 204: { description: "it is forgotten" } },
    },
  },
};

/** What the web port asks for where other machines reach it, or a token is configured. Without one it answers 401 everywhere. */
const SECURITY = {
  token: { type: "http", scheme: "bearer", description: "the token of extensions.web.auth" },
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "goldspan-…",
    description: "of a browser that has signed in; the rest of its name is made of the token",
  },
};

export function openApiDocument(version: string): object {
  return {
    openapi: "3.1.0",
    info: { title: "Goldspan", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    security: [{}, { token: [] }, { cookie: [] }],
    paths: { ...SESSION, ...V1, ...LOGS, ...METRICS, ...ALERTS, ...JAEGER, ...PROMETHEUS, ...LOKI, ...WRITES },
    components: { securitySchemes: SECURITY, schemas: SCHEMAS },
  };
}
