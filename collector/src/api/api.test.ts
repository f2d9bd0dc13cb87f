import { Ajv } from "ajv";
import { beforeEach, describe, expect, it } from "vitest";
import { canonicalRecords, oracleDecode, oracleEncode } from "../../test/kit/oracle.ts";
import { Random } from "../../test/kit/random.ts";
import { randomLogs, randomTraces } from "../../test/kit/random-otlp.ts";
import { at, EPOCH, logsRequest, tracesRequest, traceIdOf, type SimpleSpan } from "../../test/kit/simple-otlp.ts";
import { logsOf, spansOf } from "../../test/kit/stores.ts";
import { labelsOf } from "../model/labels.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { decodeJson } from "../wire/otlp/json-to-protobuf.ts";
import { LOGS_REQUEST, TRACES_REQUEST } from "../wire/otlp/schema.ts";
import { LimitError } from "../base/work-scope.ts";
import { isAlertingPath } from "./alerting/alerting-paths.ts";
import { createApi } from "./api.ts";
import type { WireSearchLine } from "./contract.ts";

let store: MemoryStore;
let api: ReturnType<typeof createApi>;
let reported: unknown[];
beforeEach(() => {
  store = new MemoryStore();
  reported = [];
  const receiver = {
    id: "otlp",
    type: "otlp",
    name: "http",
    host: "localhost",
    port: 4318,
    tls: false,
    wantsAuth: false,
  };
  const receivers = [{ ...receiver, transport: "tcp" as const }];
  const info = () => ({ version: "1.2.3", storeFormat: 3, startedAtMillis: 5, ports: { web: 8317 }, receivers });
  api = createApi({
    reader: store,
    documents: store.documents,
    info,
    reportError: (_id, error) => reported.push(error),
  });
});

const get = async (path: string) => {
  const response = await api.request(path);
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text), text };
};
const ID = (n: number) => traceIdOf(n).toString("hex");

const ORDER: SimpleSpan[] = [
  {
    trace: 1,
    id: 1,
    service: "gateway",
    name: "POST /orders",
    kind: 2,
    start: 0,
    durationMs: 100,
    resource: { "service.version": "1.0.0" },
  },
  {
    trace: 1,
    id: 2,
    parent: 1,
    service: "orders",
    name: "create",
    kind: 2,
    start: 10,
    durationMs: 80,
    error: true,
    attributes: { "http.route": "/pay" },
  },
  { trace: 2, id: 3, service: "gateway", name: "GET /", kind: 2, start: 1000, durationMs: 5 },
];

async function putOrder(): Promise<void> {
  for (const span of ORDER) await store.append(spansOf(tracesRequest(span)));
  await store.append(
    logsOf(
      logsRequest(
        {
          body: "declined",
          service: "orders",
          severity: 17,
          time: 20,
          trace: 1,
          span: 2,
          attributes: { reason: "limit" },
        },
        { body: "hello", service: "gateway", time: 30 },
      ),
    ),
  );
}

describe("GET /api/v1/traces/{id}", () => {
  it("is equal to what was sent, order and grouping aside", async () => {
    const request = randomTraces(new Random(3), { records: 40 });
    const logs = randomLogs(new Random(4), { records: 40 });
    await store.append(spansOf(request));
    await store.append(logsOf(logs));
    const sent = canonicalRecords(oracleDecode("traces", oracleEncode("traces", request)));
    const ids = new Set(sent.map((text) => JSON.parse(text).record.traceId as string));
    for (const id of ids) {
      const { status, text } = await get(`/api/v1/traces/${id.toUpperCase()}`);
      expect(status).toBe(200);
      const back = oracleDecode("traces", decodeJson(new TextEncoder().encode(text), TRACES_REQUEST));
      expect(canonicalRecords(back)).toEqual(sent.filter((each) => JSON.parse(each).record.traceId === id));
      const linked = await get(`/api/v1/traces/${id}/logs`);
      expect(linked.status).toBe(200);
      expect(() => decodeJson(new TextEncoder().encode(linked.text), LOGS_REQUEST)).not.toThrow();
    }
  });

  it("answers 404 for an unknown id, 400 for none, and an empty list for a trace without logs", async () => {
    await putOrder();
    expect(await get(`/api/v1/traces/${ID(9)}`)).toMatchObject({
      status: 404,
      body: { error: { code: 404, message: expect.stringMatching(/cannot find the trace/) } },
    });
    expect((await get(`/api/v1/traces/${ID(9)}/logs`)).status).toBe(404);
    expect(await get("/api/v1/traces/xyz")).toMatchObject({
      status: 400,
      body: { error: { hint: expect.stringMatching(/32 hexadecimal/) } },
    });
    expect(await get(`/api/v1/traces/${ID(2)}/logs`)).toMatchObject({ status: 200, body: { resourceLogs: [] } });
    expect((await get(`/api/v1/traces/${ID(1)}/logs`)).body.resourceLogs.length).toBe(1);
  });
});

describe("GET /api/v1/traces", () => {
  const search = async (query: string) =>
    (await get(`/api/v1/traces?${query}`)).body.traces.map(({ traceId }: { traceId: string }) =>
      Number(BigInt(`0x${traceId}`)),
    );
  it("searches by form fields and by text", async () => {
    await putOrder();
    expect(await search("")).toEqual([2, 1]);
    expect(await search("service=orders")).toEqual([1]);
    expect(await search("operation=GET%20%2F")).toEqual([2]);
    expect(await search("errors=true")).toEqual([1]);
    expect(await search("attribute=http.route%3D%2Fpay")).toEqual([1]);
    expect(await search("minDuration=90ms")).toEqual([1]);
    expect(await search("maxDuration=10ms")).toEqual([2]);
    expect(await search("kind=client")).toEqual([]);
    expect(await search(`q=${encodeURIComponent("service:orders duration>50ms error")}`)).toEqual([1]);
    expect(await search(`start=${Number(at(500)) / 1e6}`)).toEqual([2]);
    expect(await search(`start=2026-01-01T00:00:00Z&end=2026-01-01T00:00:00.5%2B00:00`)).toEqual([1]);
    expect(await search(`end=${at(1000)}`)).toEqual([2, 1]);
    expect((await get("/api/v1/traces?limit=1")).body).toMatchObject({
      truncated: true,
      traces: [{ traceId: ID(2), rootService: "gateway", rootOperation: "GET /", spanCount: 1 }],
    });
  });
  const refuse = async (query: string, message: RegExp) =>
    expect(await get(`/api/v1/traces?${query}`)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(message), hint: expect.any(String) } },
    });
  it("says what is wrong with a request", async () => {
    await refuse("limit=0", /parameter limit="0"/);
    await refuse("limit=many", /parameter limit="many"/);
    await refuse("minDuration=fast", /minDuration="fast"/);
    await refuse("start=yesterday", /start="yesterday"/);
    await refuse("start=2&end=1", /ends before it starts/);
    await refuse("attribute=nope", /attribute="nope"/);
    await refuse("errors=maybe", /errors="maybe"/);
    const { body } = await get(`/api/v1/traces?q=${encodeURIComponent("service:a what")}`);
    expect(body.error).toMatchObject({ code: 400, position: 10 });
  });
});

describe("GET /api/v1/traces as lines", () => {
  const lines = async (path: string) => {
    const response = await api.request(path, { headers: { accept: "application/json;q=0.5, application/x-ndjson" } });
    const text = await response.text();
    return {
      response,
      lines: text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as WireSearchLine),
    };
  };

  it("gives the same traces in the same order, and says when it is done", async () => {
    await putOrder();
    const path = `/api/v1/traces?start=${Number(EPOCH / 1_000_000n) - 1}&end=${Number(EPOCH / 1_000_000n) + 60_000}`;
    const { body } = await get(path);
    const { response, lines: all } = await lines(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    expect(all.flatMap((line) => ("trace" in line ? [line.trace] : []))).toEqual(body.traces);
    expect(all.at(-1)).toEqual({ progress: 1, truncated: false });
    const { lines: few } = await lines(`${path}&limit=1`);
    expect(few.filter((line) => "trace" in line).length).toBe(1);
    expect(few.at(-1)).toEqual({ progress: 1, truncated: true });
  });

  it("refuses a wrong query as ever, and ends with an error that comes later", async () => {
    expect((await lines("/api/v1/traces?limit=x")).response.status).toBe(400);
    store.findTraces = () => Promise.reject(new LimitError("bytes", "it is too much"));
    const { lines: late } = await lines("/api/v1/traces");
    expect(late).toMatchObject([{ error: { code: 422, hint: expect.any(String) } }]);
  });
});

describe("whether there is data", () => {
  const hasData = async () => (await get("/api/v1/info")).body.hasData;
  it("is not told by the collector's own metrics, nor by scrapes that nobody answers", async () => {
    store.metrics.add(labelsOf({ __name__: "goldspan_store_open_records", job: "self" }), Date.now() - 1000, 1);
    store.metrics.add(labelsOf({ __name__: "up", job: "self" }), Date.now() - 1000, 1);
    expect(await hasData()).toBe(false);
    store.metrics.add(labelsOf({ __name__: "up", job: "shop" }), Date.now() - 1000, 0);
    store.metrics.add(labelsOf({ __name__: "scrape_duration_seconds", job: "shop" }), Date.now() - 1000, 0);
    expect(await hasData()).toBe(false);
    store.metrics.add(labelsOf({ __name__: "http_requests_total", job: "shop" }), Date.now() - 1000, 1);
    expect(await hasData()).toBe(true);
  });
});

describe("a service that was silent", () => {
  it("has no figures, and one that never was is not found", async () => {
    await putOrder();
    const silent = await get("/api/v1/golden/gateway?start=1000&end=2000&buckets=2");
    expect(silent.body).toMatchObject({ name: "gateway", source: "none", ratePerSecond: null });
    expect(silent.body.series.ratePerSecond).toEqual([null, null]);
    expect((await get("/api/v1/golden/nobody?start=1000&end=2000")).status).toBe(404);
  });
});

describe("the other routes", () => {
  it("tell services, operations, colours, dependencies, logs, suggestions and themselves", async () => {
    expect((await get("/api/v1/info")).body).toEqual({
      version: "1.2.3",
      startedAtMillis: 5,
      ports: { web: 8317 },
      receivers: [expect.objectContaining({ id: "otlp", port: 4318, wantsAuth: false })],
      hasData: false,
    });
    expect((await get("/api/v1/version")).body).toEqual({
      name: "goldspan",
      version: "1.2.3",
      commit: null,
      node: process.versions.node,
      storeFormat: 3,
    });
    const refused = await api.request("/api/v1/test-trace", { method: "POST" });
    expect([refused.status, await refused.text()]).toEqual([404, expect.stringContaining("no otlp receiver")]);
    expect((await get("/api/v1/services")).body.services).toEqual([]);
    await putOrder();
    expect((await get("/api/v1/info")).body.hasData).toBe(true);
    const { body: services } = await get("/api/v1/services?buckets=3");
    expect(services.services).toMatchObject([
      {
        name: "gateway",
        requestCount: 2,
        errorCount: 0,
        versions: ["1.0.0"],
        countedBy: "entry",
        series: { requests: [1, 0, 1] },
      },
      { name: "orders", errorRatio: 1 },
    ]);
    const { colors } = (await get("/api/v1/service-colors")).body;
    expect(services.services.map(({ color }: { color: number }) => color)).toEqual([colors.gateway, colors.orders]);
    for (const path of ["/api/v1/services/gateway/operations", "/api/v1/operations?service=gateway"]) {
      expect(
        (await get(path)).body.operations.map(({ name, kind }: { name: string; kind: string }) => [name, kind]),
      ).toEqual([
        ["POST /orders", "server"],
        ["GET /", "server"],
      ]);
    }
    expect((await get("/api/v1/operations")).status).toBe(400);
    expect((await get("/api/v1/dependencies")).body.dependencies).toEqual([
      { parent: "gateway", child: "orders", callCount: 1, errorCount: 1 },
    ]);
    const { body: logs } = await get("/api/v1/logs?query=level>=error");
    expect(logs).toEqual({
      truncated: false,
      logs: [
        {
          id: expect.stringMatching(/^[0-9a-z]+-[\w-]{16}$/),
          timeUnixNano: String(at(20)),
          severityNumber: 17,
          severityText: "",
          service: "orders",
          body: "declined",
          traceId: ID(1),
          spanId: "0000000000000002",
          attributes: [{ key: "reason", value: { stringValue: "limit" } }],
          resource: [{ key: "service.name", value: { stringValue: "orders" } }],
        },
      ],
    });
    expect((await get("/api/v1/logs?limit=1")).body).toMatchObject({ truncated: true, logs: [{ body: "hello" }] });
    expect((await get("/api/v1/logs?query=HELLO")).body.logs).toMatchObject([{ body: "hello" }]);
    expect((await get("/api/v1/logs?query=hello+nobody")).body.logs).toEqual([]);
    expect((await get("/api/v1/logs?query=level:loud")).status).toBe(400);
    expect((await get("/api/v1/attributes?prefix=http")).body.suggestions).toEqual([{ text: "http.route", count: 1 }]);
    expect((await get("/api/v1/attributes/http.route/values")).body.suggestions).toEqual([{ text: "/pay", count: 1 }]);
    expect((await get("/api/v1/attributes?signal=metrics")).status).toBe(400);
  });

  it("answer unknown paths with 404 and failures of ours with an id", async () => {
    expect(await get("/api/v1/nothing")).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringMatching(/cannot find GET \/api\/v1\/nothing/) } },
    });
    store.findTraces = () => Promise.reject(new Error("secret detail"));
    const { status, body } = await get("/api/v1/traces");
    expect([status, body.error.message.includes("secret"), reported.length]).toEqual([500, false, 1]);
    expect(body.error.id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the OpenAPI document", () => {
  it("lists exactly the routes there are, and their answers meet its schemas", async () => {
    await putOrder();
    const { body: document } = await get("/api/v1/openapi.json");
    const documented = Object.keys(document.paths).sort();
    const routes = api.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ path }) => path.replace(/:(\w+)/g, "{$1}"));
    // Receivers serve these on the ingest thread; the web port itself serves the first.
    const taken = [
      "/api/v1/session",
      "/loki/api/v1/push",
      "/prometheus/api/v1/otlp/v1/metrics",
      "/prometheus/api/v1/write",
    ];
    // Those of running alerting are held against the document in alerting/alerting-api.test.ts.
    const isOther = (path: string) => isAlertingPath(path) && !routes.includes(path);
    expect(documented.filter((path) => !isOther(path))).toEqual([...new Set([...routes, ...taken])].sort());
    const ajv = new Ajv({ strict: false });
    ajv.addSchema({ ...document, $id: "document" });
    const range = `start=${Number(EPOCH / 1_000_000n)}&end=${Number(EPOCH / 1_000_000n) + 60_000}`;
    const samples = [
      "/info",
      "/version",
      "/services",
      "/services/gateway/operations",
      "/operations?service=orders",
      "/service-colors",
      "/traces",
      `/traces/${ID(1)}`,
      `/traces/${ID(1)}/logs`,
      "/logs",
      "/logs?query=declined | fields reason",
      `/logs/summary?${range}`,
      "/logs/table?query=| count, avg(x_ms) by service every 1h",
      "/logs/facets",
      "/logs/fields",
      `/logs/context?id=${(await get("/api/v1/logs")).body.logs[0].id}`,
      "/log-searches",
      "/dependencies",
      "/storage",
      "/pins",
      "/attributes",
      "/attributes/http.route/values",
      "/traces?limit=x",
      `/golden?${range}`,
      `/golden/gateway?${range}`,
      "/saturation-sources",
      `/services/gateway/instances?${range}`,
      `/services/orders/errors?${range}`,
      `/services/orders/examples?${range}`,
      `/releases?${range}`,
      `/map?${range}`,
      "/cardinality",
      "/alerting/summary",
      "/alerting/alerts",
      "/boards",
      "/boards/schema.json",
    ];
    for (const sample of samples) {
      const { body, status } = await get(`/api/v1${sample}`);
      const path =
        documented.find((each) =>
          new RegExp(`^${each.replace(/\{\w+\}/g, "[^/]+")}$`).test(`/api/v1${sample.split("?")[0]}`),
        ) ?? "";
      const { $ref } = document.paths[path].get.responses[status].content["application/json"].schema;
      const validate = ajv.getSchema(`document${$ref}`);
      expect(validate?.(body), `${sample}: ${JSON.stringify(validate?.errors)}`).toBe(true);
    }
  });
});
