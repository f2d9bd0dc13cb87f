import { beforeEach, describe, expect, it } from "vitest";
import { hasFixtures, listFixtures, NO_FIXTURES, readFixture } from "../../../../test/kit/fixtures.ts";
import { canonicalRecords, oracleDecode } from "../../../../test/kit/oracle.ts";
import { at, traceIdOf, tracesRequest, type SimpleSpan } from "../../../../test/kit/simple-otlp.ts";
import { spansOf } from "../../../../test/kit/stores.ts";
import { MemoryStore } from "../../../store/memory/memory-store.ts";
import { decodeBody } from "../../../wire/decode-body.ts";
import { decodeJson } from "../../../wire/otlp/json-to-protobuf.ts";
import { TRACES_REQUEST } from "../../../wire/otlp/schema.ts";
import { createApi } from "../../api.ts";
import { jaegerTraces } from "./legacy-trace.ts";

let store: MemoryStore;
let api: ReturnType<typeof createApi>;
beforeEach(() => {
  store = new MemoryStore();
  api = createApi({
    reader: store,
    documents: store.documents,
    info: () => ({ version: "1", startedAtMillis: 0, ports: {} }),
    reportError: (_id, error) => {
      throw error;
    },
  });
});

const get = async (path: string) => {
  const response = await api.request(`/jaeger/api${path}`);
  return { status: response.status, body: (await response.json()) as any };
};
const hex = (n: number) => traceIdOf(n).toString("hex");
const SPANS: SimpleSpan[] = [
  {
    trace: 1,
    id: 1,
    service: "frontend",
    name: "GET /",
    kind: 2,
    start: 0,
    durationMs: 20,
    attributes: { "http.status_code": 500 },
  },
  { trace: 1, id: 2, parent: 1, service: "driver", name: "find", kind: 3, start: 5, durationMs: 10, error: true },
  { trace: 2, id: 3, service: "frontend", name: "GET /b", kind: 2, start: 1000, durationMs: 1 },
];
const put = async () => {
  for (const span of SPANS) await store.append(spansOf(tracesRequest(span)));
};

describe("Jaeger's legacy API", () => {
  it("lists services and operations", async () => {
    await put();
    expect((await get("/services")).body).toEqual({
      data: ["driver", "frontend"],
      total: 2,
      limit: 0,
      offset: 0,
      errors: null,
    });
    expect((await get("/services/frontend/operations")).body.data).toEqual(["GET /", "GET /b"]);
    expect((await get("/operations?service=driver")).body.data).toEqual([{ name: "find", spanKind: "client" }]);
    expect((await get("/operations?service=frontend&spanKind=client")).body.data).toEqual([]);
  });

  it("gives one trace, and 404 with errors for an unknown one", async () => {
    await put();
    const { body } = await get(`/traces/${hex(1)}`);
    expect(body.data[0]).toMatchObject({
      traceID: hex(1),
      spans: [
        { spanID: "0000000000000001", startTime: Number(at(0) / 1000n), duration: 20_000, processID: "p1" },
        { references: [{ refType: "CHILD_OF", traceID: hex(1), spanID: "0000000000000001" }], processID: "p2" },
      ],
      processes: { p1: { serviceName: "frontend", tags: [] }, p2: { serviceName: "driver" } },
    });
    expect(body.data[0].spans[1].tags).toEqual(
      expect.arrayContaining([
        { key: "span.kind", type: "string", value: "client" },
        { key: "otel.status_code", type: "string", value: "ERROR" },
        { key: "error", type: "bool", value: true },
        { key: "otel.status_description", type: "string", value: "failed" },
      ]),
    );
    expect(await get(`/traces/${hex(9)}`)).toEqual({
      status: 404,
      body: { data: null, total: 0, limit: 0, offset: 0, errors: [{ code: 404, msg: "trace not found" }] },
    });
    expect((await get("/traces/zz")).status).toBe(400);
    expect((await get("/traces/1")).body.data[0].traceID).toBe(hex(1));
  });

  const search = async (query: string) =>
    (await get(`/traces?${query}`)).body.data.map(({ traceID }: any) => Number(BigInt(`0x${traceID}`)));
  it("searches as jaeger-ui and Grafana ask, with or without a service", async () => {
    await put();
    expect(await search("")).toEqual([2, 1]);
    expect(await search("service=frontend&limit=20&lookback=1h&maxDuration&minDuration")).toEqual([2, 1]);
    expect(await search("service=frontend&operation=GET+%2F")).toEqual([1]);
    expect(await search("service=frontend&operation=all")).toEqual([2, 1]);
    expect(await search(`tags=${encodeURIComponent('{"http.status_code":"500"}')}`)).toEqual([1]);
    expect(await search(`tags=${encodeURIComponent('{"error":"true"}')}`)).toEqual([1]);
    expect(await search(`tags=${encodeURIComponent('{"span.kind":"client"}')}`)).toEqual([1]);
    expect(await search("tag=http.status_code:500")).toEqual([1]);
    expect(await search("minDuration=10ms")).toEqual([1]);
    expect(await search("maxDuration=5000us")).toEqual([2]);
    expect(await search(`start=${at(1000) / 1000n}&end=${at(1000) / 1000n}`)).toEqual([2]);
    expect(await search("limit=1")).toEqual([2]);
    expect(await search(`traceID=${hex(1)}&traceID=${hex(2)}`)).toHaveLength(2);
    expect((await get("/traces?tags={")).body.errors[0]).toMatchObject({
      code: 400,
      msg: expect.stringMatching(/malformed parameter tags/),
    });
    expect((await get("/traces?start=x")).status).toBe(400);
  });

  it("finds by tags what lies in a span's fields as well as attributes of that name", async () => {
    await put();
    await store.append(
      spansOf(tracesRequest({ trace: 3, id: 4, start: 2000, attributes: { error: true, "span.kind": "client" } })),
    );
    const byTags = (tags: object) => search(`tags=${encodeURIComponent(JSON.stringify(tags))}`);
    expect(await byTags({ error: "true" })).toEqual([3, 1]);
    expect(await byTags({ "span.kind": "client" })).toEqual([3, 1]);
    expect(await byTags({ "span.kind": "client", error: true })).toEqual([3, 1]);
    expect(await byTags({ "span.kind": "server", error: "true" })).toEqual([]);
    expect(await search(`limit=1&tags=${encodeURIComponent('{"error":"true"}')}`)).toEqual([3]);
  });

  it("gives traces of many spans whole", async () => {
    const spans = Array.from({ length: 1200 }, (_, i) => ({
      trace: 1 + (i % 2),
      id: 1 + i,
      start: i,
      service: "many",
    }));
    await store.append(spansOf(tracesRequest(...spans)));
    const { body } = await get("/traces");
    expect(body).toMatchObject({ total: 0, limit: 0, offset: 0, errors: null });
    for (const { traceID, spans: found, processes } of body.data) {
      expect([traceID, new Set(found.map(({ spanID }: any) => spanID)).size]).toEqual([found[0].traceID, 600]);
      expect(processes).toEqual({ p1: { serviceName: "many", tags: [] } });
    }
    expect((await get("/traces?service=none")).body.data).toEqual([]);
  });

  it("tells dependencies", async () => {
    await put();
    const endTs = Number(at(2000)) / 1e6;
    expect((await get(`/dependencies?endTs=${endTs}&lookback=60000`)).body.data).toEqual([
      { parent: "frontend", child: "driver", callCount: 1 },
    ]);
    expect((await get(`/dependencies?endTs=${endTs}&lookback=60000&service=other`)).body.data).toEqual([]);
  });
});

describe("Jaeger's v3 API", () => {
  const RANGE = "query.startTimeMin=2025-12-31T00:00:00Z&query.startTimeMax=2026-01-02T00:00:00.000000000Z";
  it("lists services and operations", async () => {
    await put();
    expect((await get("/v3/services")).body).toEqual({ services: ["driver", "frontend"] });
    expect((await get("/v3/operations?service=frontend&span_kind=server")).body).toEqual({
      operations: [
        { name: "GET /", spanKind: "server" },
        { name: "GET /b", spanKind: "server" },
      ],
    });
  });
  it("gives traces as OTLP JSON under result", async () => {
    await put();
    const { body } = await get(`/v3/traces/${hex(1)}`);
    expect(Object.keys(body.result)).toEqual(["resourceSpans"]);
    expect((await get(`/v3/traces/${hex(9)}`)).body).toEqual({ error: { httpCode: 404, message: "No traces found" } });
  });
  it("searches with camelCase and snake_case names, times required", async () => {
    await put();
    const ids = async (query: string) => {
      const { body } = await get(`/v3/traces?${query}`);
      return [
        ...new Set(
          body.result.resourceSpans.flatMap((r: any) =>
            r.scopeSpans.flatMap((s: any) => s.spans.map((span: any) => Number(BigInt(`0x${span.traceId}`)))),
          ),
        ),
      ].sort((a, b) => Number(a) - Number(b));
    };
    expect(await ids(RANGE)).toEqual([1, 2]);
    expect(await ids("query.startTimeMin=0001-01-01T00:00:00Z&query.startTimeMax=9999-12-31T23:59:59Z")).toEqual([
      1, 2,
    ]);
    expect(await ids(`${RANGE}&query.serviceName=driver`)).toEqual([1]);
    // Grafana sends the zone's + unescaped.
    expect(
      await ids(
        "query.service_name=frontend&query.operation_name=GET+/b&query.start_time_min=2025-12-31T00:00:00+00:00&query.start_time_max=2026-01-02T00:00:00+00:00&query.num_traces=5",
      ),
    ).toEqual([2]);
    expect(await ids(`${RANGE}&query.attributes=${encodeURIComponent('{"http.status_code":"500"}')}`)).toEqual([1]);
    expect(await ids(`${RANGE}&query.durationMin=15ms`)).toEqual([1]);
    expect((await get("/v3/traces")).body).toEqual({
      error: { httpCode: 400, message: "query.startTimeMin and query.startTimeMax are required" },
    });
    expect((await get(`/v3/traces?${RANGE}&query.serviceName=none`)).status).toBe(404);
    expect((await get(`/v3/traces?${RANGE}&query.filter={}`)).status).toBe(400);
  });
  it("summarises traces in the shape of Jaeger's own snapshot", async () => {
    await put();
    const { body } = await get(`/v3/trace-summaries?${RANGE}`);
    expect(body.summaries[1]).toEqual({
      traceId: hex(1),
      rootServiceName: "frontend",
      rootOperationName: "GET /",
      minStartTimeUnixNano: String(at(0)),
      maxEndTimeUnixNano: String(at(20)),
      spanCount: 2,
      errorSpanCount: 1,
      services: [
        { name: "driver", spanCount: 1, errorSpanCount: 1 },
        { name: "frontend", spanCount: 1, errorSpanCount: 0 },
      ],
    });
  });
});

describe("Jaeger's fixtures", () => {
  it.skipIf(!hasFixtures)(`convert as Jaeger converts them${hasFixtures ? "" : ` (${NO_FIXTURES})`}`, () => {
    const traces = jaegerTraces(JSON.parse(readFixture("jaeger/otlp2jaeger-in.json").toString()));
    expect(traces).toEqual(JSON.parse(readFixture("jaeger/otlp2jaeger-out.json").toString()).data);
  });

  it.skipIf(!hasFixtures)(`have the v3 snapshots' shapes${hasFixtures ? "" : ` (${NO_FIXTURES})`}`, async () => {
    const snapshot = (name: string) => JSON.parse(readFixture(`jaeger/apiv3-snapshots/${name}.json`).toString());
    await store.append(
      spansOf({
        resourceSpans: [
          {
            resource: {},
            scopeSpans: [
              {
                scope: {},
                spans: [
                  {
                    traceId: traceIdOf(1),
                    spanId: Buffer.from("0000000000000002", "hex"),
                    name: "foobar",
                    kind: 2,
                    status: { code: 2 },
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect((await get(`/v3/traces/${hex(1)}`)).body).toEqual(snapshot("GetTrace"));
    expect(
      (await get("/v3/traces?query.startTimeMin=1970-01-01T00:00:00Z&query.startTimeMax=2030-01-01T00:00:00Z")).body,
    ).toEqual(snapshot("FindTraces"));
    expect(Object.keys((await get("/v3/services")).body)).toEqual(Object.keys(snapshot("GetServices")));
    const { summaries } = (
      await get("/v3/trace-summaries?query.startTimeMin=1970-01-01T00:00:00Z&query.startTimeMax=2030-01-01T00:00:00Z")
    ).body;
    expect(Object.keys(summaries[0]).sort()).toEqual(Object.keys(snapshot("FindTraceSummaries").summaries[0]).sort());
  });

  it.each(listFixtures("jaeger/traces", ".json"))("%s is stored and read back as it was", async (file) => {
    const bytes = readFixture(file);
    const received = { bytes, encoding: "json", compression: "none" } as const;
    await store.append(decodeBody("traces", received, 1e9).batch);
    const sent = canonicalRecords(oracleDecode("traces", decodeJson(bytes, TRACES_REQUEST)));
    expect(sent.length).toBeGreaterThan(0);
    const back: string[] = [];
    for (const id of new Set(sent.map((text) => JSON.parse(text).record.traceId as string))) {
      const { body } = await get(`/v3/traces/${id}`);
      back.push(
        ...canonicalRecords(
          oracleDecode("traces", decodeJson(Buffer.from(JSON.stringify(body.result)), TRACES_REQUEST)),
        ),
      );
    }
    expect([...new Set(back)].sort()).toEqual([...new Set(sent)].sort());
  });
});
