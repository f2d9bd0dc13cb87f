import { beforeEach, describe, expect, it } from "vitest";
import { EPOCH } from "../../../../test/kit/simple-otlp.ts";
import { labelsOf } from "../../../model/labels.ts";
import { MemoryStore } from "../../../store/memory/memory-store.ts";
import { createApi } from "../../api.ts";

const T0 = Number(EPOCH / 1_000_000n);
const SECONDS = T0 / 1000;

let store: MemoryStore;
let api: ReturnType<typeof createApi>;
let reported: unknown[];
beforeEach(() => {
  store = new MemoryStore();
  reported = [];
  const info = () => ({ version: "1.2.3", startedAtMillis: 5, ports: { web: 8317 }, configYaml: "receivers: {}\n" });
  api = createApi({
    reader: store,
    documents: store.documents,
    info,
    reportError: (_id, error) => reported.push(error),
  });
});

const request = async (path: string, init?: RequestInit) => {
  const response = await api.request(`/prometheus/api/v1${path}`, init);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const data = async (path: string, init?: RequestInit) => {
  const { status, body } = await request(path, init);
  expect(body).toMatchObject({ status: "success" });
  expect(status).toBe(200);
  return body.data;
};
const post = (fields: [string, string][]): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: String(new URLSearchParams(fields)),
});
const refuse = async (path: string, status: number, errorType: string, error: RegExp, init?: RequestInit) =>
  expect(await request(path, init), path).toMatchObject({
    status,
    body: { status: "error", errorType, error: expect.stringMatching(error) },
  });

/** Samples every 15 s from T0 on. */
function put(labels: Record<string, string>, ...values: number[]): void {
  for (const [i, value] of values.entries()) store.metrics.add(labelsOf(labels), T0 + i * 15_000, value);
}

describe("series, labels and their values", () => {
  beforeEach(() => {
    put({ __name__: "up", job: "shop", instance: "a" }, 1, 1);
    put({ __name__: "up", job: "shop", instance: "b" }, 0, 1);
    put({ __name__: "http.size", job: "other", "service.name": "x", ça: "é" }, 1);
  });

  it("are found by match[], in a URL or a form, within a range", async () => {
    const up = [
      { __name__: "up", instance: "a", job: "shop" },
      { __name__: "up", instance: "b", job: "shop" },
    ];
    expect(await data("/series?match[]=up")).toEqual(up);
    expect(
      await data(
        "/series",
        post([
          ["match[]", 'up{instance="b"}'],
          ["match[]", '{"http.size"}'],
        ]),
      ),
    ).toHaveLength(2);
    expect(await data(`/series?match[]=up&start=${SECONDS + 100}&end=${SECONDS + 200}`)).toEqual([]);
    expect(await data(`/series?match[]=up&start=${new Date(T0).toISOString()}&end=${SECONDS}`)).toEqual(up);
    expect(await data("/labels")).toEqual(["__name__", "instance", "job", "service.name", "ça"]);
    expect(await data("/labels?match[]=up")).toEqual(["__name__", "instance", "job"]);
    expect(await data("/label/job/values")).toEqual(["other", "shop"]);
    expect(await data("/label/instance/values?match[]=up%7Binstance!%3D%22a%22%7D")).toEqual(["b"]);
    expect(await data("/label/nothing/values")).toEqual([]);
  });

  it("have names of any characters, escaped in paths", async () => {
    for (const name of ["service.name", "U__service_2e_name", "service%2ename"])
      expect(await data(`/label/${name}/values`), name).toEqual(["x"]);
    expect(await data("/label/U___e7_a/values")).toEqual(["é"]);
    expect(await data("/label/U__instance_zz_/values")).toEqual([]);
    expect(await data("/label/U______name____/values")).toEqual(["http.size", "up"]);
  });

  it("are cut at the limit, which is said", async () => {
    for (const path of ["/series?match[]=up", "/labels?", "/label/instance/values?"]) {
      const { body } = await request(`${path}&limit=1`);
      expect([body.data.length, body.warnings]).toEqual([1, ["results truncated due to limit"]]);
      expect((await request(`${path}&limit=5`)).body.warnings, path).toBeUndefined();
    }
    await refuse("/labels?limit=-1", 400, "bad_data", /invalid parameter "limit": limit must be non-negative/);
    await refuse("/labels?limit=x", 400, "bad_data", /invalid parameter "limit"/);
  });

  it("are refused in Prometheus' words", async () => {
    await refuse("/series", 400, "bad_data", /^no match\[\] parameter provided$/);
    await refuse(
      "/series?match[]=%7Bjob%3D~%22.*%22%7D",
      400,
      "bad_data",
      /invalid parameter "match\[\]": .*must contain at least one non-empty matcher/,
    );
    await refuse("/series?match[]=rate(up[5m])", 400, "bad_data", /invalid parameter "match\[\]": 1:\d+: parse error/);
    await refuse(
      "/series?match[]=up&start=yesterday",
      400,
      "bad_data",
      /invalid parameter "start".*cannot parse "yesterday" to a valid timestamp/,
    );
    await refuse("/nothing", 404, "not_found", /cannot find GET \/prometheus\/api\/v1\/nothing/);
  });
});

describe("metadata", () => {
  it("is what senders said, by metric", async () => {
    store.metrics.setMetadata({ metric: "a_total", type: "counter", help: "As.", unit: "" });
    store.metrics.setMetadata({ metric: "b_bytes", type: "gauge", help: "Bs.", unit: "bytes" });
    const [a, b] = [
      { type: "counter", help: "As.", unit: "" },
      { type: "gauge", help: "Bs.", unit: "bytes" },
    ];
    expect(await data("/metadata")).toEqual({ a_total: [a], b_bytes: [b] });
    expect(await data("/metadata?metric=b_bytes")).toEqual({ b_bytes: [b] });
    expect(await data("/metadata?limit=1")).toEqual({ a_total: [a] });
    expect(await data("/metadata?limit=0")).toEqual({});
    await refuse("/metadata?limit=many", 400, "bad_data", /limit must be a number/);
  });
});

describe("exemplars", () => {
  it("are those of all selectors of the query", async () => {
    const labels = { __name__: "d_bucket", le: "1", service_name: "shop" };
    put(labels, 1);
    store.metrics.addExemplar(labelsOf(labels), {
      labels: labelsOf({ trace_id: "0af7" }),
      value: 0.25,
      timestampMillis: T0 + 1500,
    });
    const query = encodeURIComponent('histogram_quantile(0.9, sum by (le) (rate(d_bucket{service_name="shop"}[5m])))');
    const times = `start=${SECONDS}&end=${SECONDS + 60}`;
    expect(await data(`/query_exemplars?query=${query}&${times}`)).toEqual([
      {
        seriesLabels: labels,
        exemplars: [{ labels: { trace_id: "0af7" }, value: "0.25", timestamp: SECONDS + 1.5 }],
      },
    ]);
    expect(await data(`/query_exemplars?query=${query}&start=${SECONDS + 2}`)).toEqual([]);
    expect(await data(`/query_exemplars?query=1`)).toEqual([]);
    await refuse(`/query_exemplars?query=sum(&${times}`, 400, "bad_data", /parse error/);
    await refuse("/query_exemplars?query=up&start=2&end=1", 400, "bad_data", /end timestamp must not be before start/);
  });
});

describe("queries as text", () => {
  it("are formatted and parsed", async () => {
    expect(await data("/format_query?query=foo%2Fbar")).toBe("foo / bar");
    expect(
      await data("/parse_query", post([["query", 'sum by (job) (rate(x{a!="b"}[5m] offset -1m)) > bool 2']])),
    ).toEqual({
      type: "binaryExpr",
      op: ">",
      bool: true,
      matching: null,
      rhs: { type: "numberLiteral", val: "2" },
      lhs: {
        type: "aggregation",
        op: "sum",
        grouping: ["job"],
        without: false,
        param: null,
        expr: {
          type: "call",
          func: { name: "rate", argTypes: ["matrix"], variadic: 0, returnType: "vector" },
          args: [
            {
              type: "matrixSelector",
              name: "x",
              matchers: [
                { name: "a", value: "b", type: "!=" },
                { name: "__name__", value: "x", type: "=" },
              ],
              range: 300_000,
              rangeExpr: null,
              offset: -60_000,
              offsetExpr: null,
              timestamp: null,
              startOrEnd: null,
              anchored: false,
              smoothed: false,
            },
          ],
        },
      },
    });
  });

  it("say where they are wrong", async () => {
    const { status, body } = await request("/query?query=sum(up");
    expect([status, body]).toMatchObject([
      400,
      { status: "error", errorType: "bad_data", position: expect.any(Number) },
    ]);
    expect(body.error).toMatch(/^invalid parameter "query": 1:\d+: parse error: /);
    await refuse("/parse_query?query=", 400, "bad_data", /no expression found in input/);
  });
});

describe("range queries", () => {
  it("need a range and a step that make sense", async () => {
    const check = (query: string, error: RegExp) => refuse(`/query_range?query=up&${query}`, 400, "bad_data", error);
    await check("start=0&end=10", /invalid parameter "step": cannot parse "" to a valid duration/);
    await check("start=0&end=10&step=0", /zero or negative query resolution step widths are not accepted/);
    await check("start=0&end=10&step=-1", /zero or negative/);
    await check("start=10&end=0&step=1", /invalid parameter "end": end timestamp must not be before start time/);
    await check("start=0&end=11001&step=1", /exceeded maximum resolution of 11,000 points per timeseries/);
    await check("start=x&end=11001&step=1", /invalid parameter "start": cannot parse "x" to a valid timestamp/);
    await check("start=0&end=1&step=1&timeout=soon", /invalid parameter "timeout"/);
    await check("start=0&end=1&step=5m&lookback_delta=ages", /invalid parameter "lookback_delta"/);
  });
});

describe("the server's state", () => {
  it("is told as far as there is one", async () => {
    expect(await data("/status/buildinfo")).toMatchObject({
      version: expect.stringMatching(/^3\./),
      applicationVersion: "1.2.3",
    });
    expect(await data("/status/config")).toEqual({ yaml: "receivers: {}\n" });
    expect(await data("/status/flags")).toMatchObject({ "web.enable-remote-write-receiver": "true" });
    expect(await data("/status/runtimeinfo")).toMatchObject({ startTime: "1970-01-01T00:00:00.005Z" });
    expect((await data("/features")).promql_functions).toMatchObject({ rate: true });
    expect(await data("/targets")).toEqual({ activeTargets: [], droppedTargets: [], droppedTargetCounts: {} });
    expect(await data("/rules")).toEqual({ groups: [] });
    expect(await data("/alerts")).toEqual({ alerts: [] });
    put({ __name__: "up", job: "a" }, 1);
    put({ __name__: "up", job: "b" }, 1);
    expect(await data("/status/tsdb?limit=1")).toMatchObject({
      headStats: { numSeries: 2, numLabelPairs: 3 },
      seriesCountByMetricName: [{ name: "up", value: 2 }],
      labelValueCountByLabelName: [{ name: "job", value: 2 }],
    });
    await refuse("/status/tsdb?limit=0", 400, "bad_data", /positive/);
  });

  it("hides what is broken behind an id", async () => {
    store.metrics.labelNames = () => Promise.reject(new Error("secret"));
    await refuse("/labels", 500, "internal", /^internal error [0-9a-f-]{36}/);
    expect(reported).toHaveLength(1);
  });
});

describe("queries", () => {
  beforeEach(() => {
    put({ __name__: "x_total", job: "a" }, 0, 15, 30, 45);
    put({ __name__: "x_total", job: "b" }, 0, 30, 60, 90);
    put({ __name__: "no_counter", job: "a" }, 1, 2);
    put({ __name__: "odd", is: "nan" }, NaN);
    put({ __name__: "odd", is: "inf" }, Infinity);
  });

  it("at a time give a vector, a scalar, a string or a matrix", async () => {
    const at = `time=${SECONDS + 45}`;
    expect(await data(`/query?query=sum+by+(job)+(x_total)&${at}`)).toEqual({
      resultType: "vector",
      result: [
        { metric: { job: "a" }, value: [SECONDS + 45, "45"] },
        { metric: { job: "b" }, value: [SECONDS + 45, "90"] },
      ],
    });
    expect(await data(`/query?query=odd&${at}`)).toMatchObject({
      result: [{ value: [SECONDS + 45, "+Inf"] }, { value: [SECONDS + 45, "NaN"] }],
    });
    expect(await data(`/query?query=1-3&${at}`)).toEqual({ resultType: "scalar", result: [SECONDS + 45, "-2"] });
    expect(await data(`/query?query="a"&${at}`)).toEqual({ resultType: "string", result: [SECONDS + 45, "a"] });
    expect(await data(`/query?query=x_total{job="a"}[30s]&${at}`)).toEqual({
      resultType: "matrix",
      result: [
        {
          metric: { __name__: "x_total", job: "a" },
          values: [
            [SECONDS + 30, "30"],
            [SECONDS + 45, "45"],
          ],
        },
      ],
    });
    expect(
      await data(
        "/query",
        post([
          ["query", "x_total"],
          ["time", new Date(T0).toISOString()],
        ]),
      ),
    ).toMatchObject({
      result: [{ value: [SECONDS, "0"] }, { value: [SECONDS, "0"] }],
    });
    expect(await data("/query?query=nothing")).toEqual({ resultType: "vector", result: [] });
  });

  it("over a range give a matrix, native histograms under their own name", async () => {
    const query = encodeURIComponent("rate(x_total[30s])");
    expect(await data(`/query_range?query=${query}&start=${SECONDS + 30}&end=${SECONDS + 45}&step=15s`)).toEqual({
      resultType: "matrix",
      result: ["a", "b"].map((job, i) => ({
        metric: { job },
        values: [
          [SECONDS + 30, String(i + 1)],
          [SECONDS + 45, String(i + 1)],
        ],
      })),
    });
    const histogram = {
      schema: 0,
      zeroThreshold: 0,
      zeroCount: 0,
      count: 3,
      sum: 4,
      positiveSpans: [{ offset: 0, length: 2 }],
      positiveBuckets: [1, 2],
      negativeSpans: [],
      negativeBuckets: [],
      counterResetHint: "unknown",
    } as const;
    store.metrics.add(labelsOf({ __name__: "h" }), T0, histogram);
    const shown = {
      count: "3",
      sum: "4",
      buckets: [
        [0, "0.5", "1", "1"],
        [0, "1", "2", "2"],
      ],
    };
    expect(await data(`/query_range?query=h&start=${SECONDS}&end=${SECONDS}&step=1`)).toEqual({
      resultType: "matrix",
      result: [{ metric: { __name__: "h" }, histograms: [[SECONDS, shown]] }],
    });
    expect(await data(`/query?query=h&time=${SECONDS}`)).toEqual({
      resultType: "vector",
      result: [{ metric: { __name__: "h" }, histogram: [SECONDS, shown] }],
    });
  });

  it("have notes, limits and times", async () => {
    const at = `time=${SECONDS + 45}`;
    expect((await request(`/query?query=x_total&limit=1&${at}`)).body).toMatchObject({
      data: { result: [{ metric: { job: "a" } }] },
      warnings: ["results truncated due to limit"],
    });
    expect((await request(`/query?query=rate(no_counter[1m])&${at}`)).body.infos).toEqual([
      expect.stringMatching(/metric might not be a counter/),
    ]);
    expect((await data(`/query?query=x_total&stats=all&${at}`)).stats.timings.evalTotalTime).toBeGreaterThan(0);
    expect((await data(`/query?query=x_total&time=${SECONDS + 100}`)).result).toHaveLength(2);
    expect((await data(`/query?query=x_total&time=${SECONDS + 100}&lookback_delta=30s`)).result).toEqual([]);
  });

  it("that cannot be run are told from those that cannot be read", async () => {
    await refuse(`/query?query=label_replace(x_total,"","","",".*")`, 422, "execution", /label_replace/);
    await refuse(
      `/query_range?query=x_total[5m]&start=0&end=1&step=1`,
      400,
      "bad_data",
      /invalid expression type "range vector" for range query/,
    );
    const slow = createApi({
      reader: store,
      documents: store.documents,
      info: () => ({ version: "", startedAtMillis: 0, ports: {} }),
      limits: { timeoutMillis: 1e6, maxBytes: 0, maxRows: 0 },
      reportError: () => {},
    });
    store.metrics.selectSeries = async (_matchers, _range, signal) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
    const response = await slow.request("/prometheus/api/v1/query?query=x_total&timeout=20ms");
    expect([response.status, await response.json()]).toMatchObject([503, { errorType: "timeout" }]);
  });
});
