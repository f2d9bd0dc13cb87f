/** Requests as Grafana's Loki data source and logcli send them, over a store of a few lines. */
import { beforeEach, describe, expect, it } from "vitest";
import { logBatch } from "../../../../test/kit/batches.ts";
import { MemoryStore } from "../../../store/memory/memory-store.ts";
import { createApi } from "../../api.ts";

const EPOCH = 1_700_000_000;
const at = (seconds: number) => String(BigInt(EPOCH + seconds) * 1_000_000_000n);
const RANGE = { start: at(0), end: at(60) };
const FLAGS = { headers: { "X-Loki-Response-Encoding-Flags": "categorize-labels" } };

let store: MemoryStore;
let api: ReturnType<typeof createApi>;
let reported: unknown[];
beforeEach(async () => {
  store = new MemoryStore();
  reported = [];
  const info = () => ({ version: "1.2.3", startedAtMillis: 5, ports: { web: 8317 } });
  const reportError = (_id: string, error: unknown) => reported.push(error);
  api = createApi({ reader: store, documents: store.documents, info, reportError });
  await store.append(
    logBatch(
      {
        resource: { "service.name": "checkout", "deployment.environment.name": "prod", "host.name": "a" },
        records: [
          { timeUnixNano: at(1), severityNumber: 9, body: "order 1 placed", attributes: { "user.id": 7 } },
          {
            timeUnixNano: at(2),
            severityNumber: 17,
            body: "order 2 failed",
            traceId: "0af7651916cd43dd8448eb211c80319c",
          },
          { timeUnixNano: at(3), severityNumber: 17, body: "order 3 failed" },
        ],
      },
      {
        resource: { "service.name": "api", "service.namespace": "shop" },
        records: [
          { timeUnixNano: at(4), severityNumber: 9, body: '{"method":"GET","took":"120ms","status":200}' },
          { timeUnixNano: at(5), severityNumber: 9, body: "method=GET took=5ms size=2KB ok=true ratio=0.5" },
        ],
      },
    ),
  );
});

const urlOf = (path: string, parameters: Record<string, string | string[]> = {}) => {
  const form = new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  );
  return `/loki/api/v1${path}?${String(form)}`;
};
const get = async (path: string, parameters: Record<string, string | string[]> = {}, init?: RequestInit) => {
  const response = await api.request(urlOf(path, parameters), init);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  return JSON.parse(text);
};
const refuse = async (path: string, parameters: Record<string, string>, message: RegExp, status = 400) => {
  const response = await api.request(urlOf(path, parameters));
  expect([response.status, response.headers.get("content-type")]).toEqual([status, "text/plain; charset=utf-8"]);
  expect(await response.text()).toMatch(message);
};

describe("what Grafana asks before anything else", () => {
  it("is whether one and one is two", async () => {
    const { status, data } = await get("/query", {
      direction: "backward",
      query: "vector(1)+vector(1)",
      time: "4000000000",
    });
    expect(status).toBe("success");
    expect(data).toMatchObject({ resultType: "vector", result: [{ metric: {}, value: [4_000_000_000, "2"] }] });
    expect(data.stats.summary).toMatchObject({ totalLinesProcessed: 0 });
  });

  it("is which version this is, and what is allowed", async () => {
    expect(await get("/status/buildinfo")).toMatchObject({
      version: expect.stringMatching(/^3\./),
      application: "goldspan",
    });
    expect(await get("/drilldown-limits")).toMatchObject({
      limits: { volume_enabled: true },
      version: expect.any(String),
    });
  });
});

describe("log queries", () => {
  const RECORDED = {
    direction: "backward",
    limit: "1000",
    query: '{service_name="checkout"}',
    step: "2000ms",
    ...RANGE,
  };

  it("give streams, whose labels are told apart from what stands beside a line when asked", async () => {
    const { data } = await get("/query_range", RECORDED, FLAGS);
    expect(data.resultType).toBe("streams");
    expect(data.encodingFlags).toEqual(["categorize-labels"]);
    expect(data.stats.summary).toMatchObject({ totalEntriesReturned: 3, totalLinesProcessed: 3 });
    const stream = { service_name: "checkout", deployment_environment_name: "prod" };
    expect(data.result).toEqual([
      {
        stream: { ...stream, detected_level: "error" },
        values: [
          [at(3), "order 3 failed", { structuredMetadata: { host_name: "a", severity_number: "17" } }],
          [
            at(2),
            "order 2 failed",
            {
              structuredMetadata: {
                host_name: "a",
                severity_number: "17",
                trace_id: "0af7651916cd43dd8448eb211c80319c",
              },
            },
          ],
        ],
      },
      {
        stream: { ...stream, detected_level: "info" },
        values: [
          [at(1), "order 1 placed", { structuredMetadata: { host_name: "a", severity_number: "9", user_id: "7" } }],
        ],
      },
    ]);
    const parsed = await get(
      "/query_range",
      { ...RECORDED, query: '{service_name="api"} | json method | method="GET"' },
      FLAGS,
    );
    expect(parsed.data.result[0].values[0][2]).toEqual({
      structuredMetadata: { severity_number: "9" },
      parsed: { method: "GET" },
    });
  });

  it("give streams of all labels to older clients", async () => {
    const { data } = await get("/query_range", { ...RECORDED, query: '{service_name="api"} | logfmt | took="5ms"' });
    expect(data).not.toHaveProperty("encodingFlags");
    expect(data.result).toHaveLength(1);
    expect(data.result[0].stream).toMatchObject({
      service_name: "api",
      service_namespace: "shop",
      severity_number: "9",
      ratio: "0.5",
    });
    expect(data.result[0].values).toEqual([[at(5), "method=GET took=5ms size=2KB ok=true ratio=0.5"]]);
  });

  it("read times in each of Loki's ways, forms as well as URLs, and default to the hour that is over", async () => {
    const count = async (parameters: Record<string, string>, method = "GET") => {
      const form = new URLSearchParams({ query: '{service_name=~".+"}', ...parameters });
      const path = "/loki/api/v1/query_range";
      const response =
        method === "GET"
          ? await api.request(`${path}?${String(form)}`)
          : await api.request(path, {
              method,
              headers: { "content-type": "application/x-www-form-urlencoded" },
              body: String(form),
            });
      const { data } = (await response.json()) as any;
      return data.result.reduce((sum: number, { values }: any) => sum + values.length, 0);
    };
    expect(await count({ start: at(2), end: at(5) })).toBe(3);
    expect(await count({ start: at(2), end: at(5) }, "POST")).toBe(3);
    expect(await count({ start: String(EPOCH + 2), end: String(EPOCH + 5) })).toBe(3);
    expect(await count({ start: `${EPOCH + 2}.5`, end: `${EPOCH + 5}.25` })).toBe(3);
    expect(await count({ start: "2023-11-14T22:13:22Z", end: "2023-11-14T22:13:25.5+00:00" })).toBe(4);
    expect(await count({ end: at(60), since: "57s" })).toBe(3);
    expect(await count({ end: at(60) })).toBe(5);
    expect(await count({})).toBe(0);
  });

  it("take the newest or the oldest up to a limit, or one in an interval", async () => {
    const lines = async (parameters: Record<string, string>) => {
      const { data } = await get("/query_range", { ...RECORDED, ...parameters });
      return data.result.flatMap(({ values }: any) => values.map(([, line]: string[]) => line)).sort();
    };
    expect(await lines({ limit: "1" })).toEqual(["order 3 failed"]);
    expect(await lines({ limit: "1", direction: "FORWARD" })).toEqual(["order 1 placed"]);
    expect(await lines({ query: '{service_name="checkout"} | keep service_name', interval: "2s" })).toEqual([
      "order 1 placed",
      "order 3 failed",
    ]);
  });

  it("show hostile lines harmlessly", async () => {
    const body = '<script>alert(1)</script>\u001b[31m\0 "\\ \u2028';
    await store.append(logBatch({ resource: { "service.name": "evil" }, records: [{ timeUnixNano: at(9), body }] }));
    const { data } = await get("/query_range", { ...RECORDED, query: '{service_name="evil"}' });
    expect(data.result[0].values[0][1]).toBe(body);
  });

  it("are refused with what is wrong", async () => {
    await refuse(
      "/query_range",
      { ...RECORDED, query: '{service_name="a"' },
      /^parse error at line 1, col 18: syntax error: unexpected \$end/,
    );
    await refuse("/query_range", { ...RECORDED, query: "" }, /^parse error at line 1, col 1/);
    await refuse("/query_range", { ...RECORDED, limit: "9999" }, /max entries limit per query exceeded/);
    await refuse("/query_range", { ...RECORDED, limit: "0" }, /limit must be a positive value/);
    await refuse("/query_range", { ...RECORDED, direction: "up" }, /invalid direction "up"/);
    await refuse("/query_range", { ...RECORDED, start: "soon" }, /could not parse 'start' parameter: "soon"/);
    await refuse("/query_range", { ...RECORDED, start: at(60), end: at(0) }, /end timestamp must not be before/);
    await refuse("/query", { query: '{a="b"}' }, /log queries are not supported as an instant query type/);
    await refuse("/nothing", {}, /cannot find GET \/loki\/api\/v1\/nothing/, 404);
    expect(reported).toEqual([]);
  });

  it("are stopped by the limits of queries", async () => {
    const limits = { timeoutMillis: 0, maxBytes: 0, maxRows: 2 };
    api = createApi({
      reader: store,
      documents: store.documents,
      limits,
      info: () => ({ version: "1", startedAtMillis: 5, ports: {} }),
      reportError: (_id, error) => reported.push(error),
    });
    await refuse("/query_range", RECORDED, /more than 2 rows.*ask for fewer results with limit/);
  });
});

describe("metric queries", () => {
  it("give a vector at a time and a matrix over a range", async () => {
    const query = 'sum by (detected_level) (count_over_time({service_name="checkout"}[1m]))';
    const vector = await get("/query", { direction: "backward", limit: "1000", query, time: at(30) });
    expect(vector.data).toMatchObject({
      resultType: "vector",
      result: [
        { metric: { detected_level: "error" }, value: [EPOCH + 30, "2"] },
        { metric: { detected_level: "info" }, value: [EPOCH + 30, "1"] },
      ],
    });
    const recorded = { direction: "backward", limit: "1000", query, step: "30000ms", start: at(0), end: at(60) };
    const matrix = await get("/query_range", recorded, FLAGS);
    expect(matrix.data).toMatchObject({ resultType: "matrix", encodingFlags: ["categorize-labels"] });
    expect(matrix.data.result).toEqual([
      {
        metric: { detected_level: "error" },
        values: [
          [EPOCH + 30, "2"],
          [EPOCH + 60, "2"],
        ],
      },
      {
        metric: { detected_level: "info" },
        values: [
          [EPOCH + 30, "1"],
          [EPOCH + 60, "1"],
        ],
      },
    ]);
    await refuse("/query_range", { ...recorded, step: "0" }, /zero or negative query resolution/);
    await refuse("/query_range", { ...recorded, step: "1ms" }, /exceeded maximum resolution of 11,000 points/);
    await refuse("/query_range", { ...recorded, query: 'rate({a="b"})' }, /expecting \[/);
    await refuse(
      "/query",
      { query: 'sum by (method) (count_over_time({service_name="api"} | json [1m]))', time: at(30) },
      /^pipeline error: 'JSONParserErr'/,
    );
  });

  it("are written one way", async () => {
    expect((await get("/format_query", { query: 'sum( rate({a="b"}[5m] ))by(c)' })).data).toBe(
      'sum by (c) (rate({a="b"} [5m]))',
    );
  });
});

describe("what there is", () => {
  it("has names and values of stream labels", async () => {
    expect((await get("/labels", RANGE)).data).toEqual([
      "deployment_environment_name",
      "detected_level",
      "service_name",
      "service_namespace",
    ]);
    expect((await get("/labels", { ...RANGE, query: '{service_name="api"}' })).data).toEqual([
      "detected_level",
      "service_name",
      "service_namespace",
    ]);
    expect((await get("/label/service_name/values", RANGE)).data).toEqual(["api", "checkout"]);
    expect((await get("/label/detected_level/values", { ...RANGE, query: '{service_name="api"}' })).data).toEqual([
      "info",
    ]);
    expect((await get("/label/service_namespace/values", RANGE)).data).toEqual(["shop"]);
    expect((await get("/label/user_id/values", RANGE)).data).toEqual([]);
    expect((await get("/labels", { start: at(-20), end: at(-10) })).data).toEqual([]);
  });

  it("has series", async () => {
    const { data } = await get("/series", {
      ...RANGE,
      "match[]": ['{service_name="api"}', '{detected_level="error"}'],
    });
    expect(data).toEqual([
      { deployment_environment_name: "prod", detected_level: "error", service_name: "checkout" },
      { detected_level: "info", service_name: "api", service_namespace: "shop" },
    ]);
  });

  it("has sizes", async () => {
    const stats = await get("/index/stats", { ...RANGE, query: '{service_name="checkout"}' });
    expect(stats).toMatchObject({ streams: 2, entries: 3 });
    const volume = await get("/index/volume", {
      ...RANGE,
      query: '{service_name=~".+"}',
      targetLabels: "service_name",
      limit: "5",
    });
    expect(volume.data.resultType).toBe("vector");
    expect(volume.data.result.map(({ metric, value }: any) => [metric, value[1]])).toEqual([
      [{ service_name: "api" }, "90"],
      [{ service_name: "checkout" }, "42"],
    ]);
    const byName = await get("/index/volume", { ...RANGE, query: "{}", aggregateBy: "labels" });
    expect(byName.data.result[0]).toMatchObject({ value: [EPOCH + 60, "132"] });
    const overTime = await get("/index/volume_range", { ...RANGE, query: '{service_name="checkout"}', step: "30" });
    expect(overTime.data).toMatchObject({
      resultType: "matrix",
      result: [{ metric: { service_name: "checkout" }, values: [[EPOCH + 30, "42"]] }],
    });
  });

  it("has fields, of metadata and of lines", async () => {
    const { fields } = await get("/detected_fields", {
      ...RANGE,
      query: '{service_name=~".+"}',
      line_limit: "1000",
      limit: "50",
    });
    const byLabel = Object.fromEntries(fields.map(({ label, ...rest }: any) => [label, rest]));
    expect(byLabel).toMatchObject({
      user_id: { type: "int", cardinality: 1, parsers: null },
      method: { type: "string", cardinality: 1, parsers: ["logfmt", "json"] },
      took: { type: "duration", cardinality: 2 },
      size: { type: "bytes", parsers: ["logfmt"] },
      ok: { type: "boolean" },
      ratio: { type: "float" },
      status: { type: "int", parsers: ["json"] },
    });
    expect(byLabel).not.toHaveProperty("service_name");
    expect(await get("/detected_field/took/values", { ...RANGE, query: '{service_name="api"}' })).toMatchObject({
      values: ["5ms", "120ms"],
    });
    expect(await get("/detected_labels", RANGE)).toEqual({
      detectedLabels: [
        { label: "deployment_environment_name", cardinality: 1 },
        { label: "detected_level", cardinality: 2 },
        { label: "service_name", cardinality: 2 },
        { label: "service_namespace", cardinality: 1 },
      ],
    });
  });

  it("has patterns", async () => {
    const { data } = await get("/patterns", { ...RANGE, query: '{service_name="checkout"}', step: "30s" });
    expect(data[0]).toEqual({ pattern: "order <_> failed", level: "error", samples: [[EPOCH, 2]] });
  });
});

describe("a live tail", () => {
  it("begins with what is there and goes on with what comes", async () => {
    const gone = new AbortController();
    const response = await api.request(
      urlOf("/tail", { query: '{service_name="checkout"} |= "failed"', limit: "1", start: at(0) }),
      {
        ...FLAGS,
        signal: gone.signal,
      },
    );
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const next = async () => {
      const event = new TextDecoder().decode((await reader.read()).value);
      return event.startsWith("data: ") ? JSON.parse(event.slice(6)) : event;
    };
    expect(await next()).toBe(":\n\n");
    expect((await next()).streams).toMatchObject([{ values: [[at(3), "order 3 failed", {}]] }]);
    const records = [
      { timeUnixNano: at(8), severityNumber: 17, body: "order 4 failed" },
      { timeUnixNano: at(9), severityNumber: 9, body: "order 5 placed" },
    ];
    await store.append(logBatch({ resource: { "service.name": "checkout" }, records }));
    expect(await next()).toEqual({
      encodingFlags: ["categorize-labels"],
      streams: [
        {
          stream: { detected_level: "error", service_name: "checkout" },
          values: [[at(8), "order 4 failed", { structuredMetadata: { severity_number: "17" } }]],
        },
      ],
    });
    await reader.cancel();
  });

  it("is refused where nothing can be followed", async () => {
    await refuse("/tail", { query: 'rate({a="b"}[1m])' }, /cannot follow a metric query/);
    await refuse("/tail", { query: '{a="b"}', delay_for: "99" }, /delay_for can't be greater than 5/);
    await refuse("/tail", { query: "{" }, /^parse error/);
  });
});
