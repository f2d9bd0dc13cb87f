import { beforeEach, describe, expect, it, vi } from "vitest";
import { EPOCH, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { spansOf } from "../../../test/kit/stores.ts";
import { labelsOf } from "../../model/labels.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { createApi } from "../api.ts";
import type { WireBoardDocument } from "../contract.ts";

const T0 = Number(EPOCH / 1_000_000n);

let store: MemoryStore;
let api: ReturnType<typeof createApi>;
beforeEach(() => {
  vi.useFakeTimers({ now: T0 + 60_000, toFake: ["Date"] });
  store = new MemoryStore();
  const info = () => ({ version: "1.2.3", startedAtMillis: 5, ports: {} });
  api = createApi({
    reader: store,
    documents: store.documents,
    info,
    reportError: (_id, error) => expect(error).toBe("none"),
  });
  return () => vi.useRealTimers();
});

const call = async (method: string, path: string, body?: unknown) => {
  const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  const response = await api.request(`/api/v1${path}`, { method, body: text });
  const answer = await response.text();
  return { status: response.status, body: answer === "" ? undefined : JSON.parse(answer), headers: response.headers };
};

const GRID = { x: 0, y: 0, w: 12, h: 8 };
const BOARD: WireBoardDocument = {
  title: "Überblick: Läden",
  range: "1h30m",
  variables: [{ name: "job", type: "label_values", label: "job", selector: "up", multi: true }],
  panels: [
    {
      type: "timeseries",
      title: "Rate",
      grid: GRID,
      queries: [{ promql: 'sum(rate(x_total{job=~"$job"}[$__rate_interval]))', legend: "{{job}}" }],
      unit: "per_second",
    },
    { type: "text", title: "", grid: { ...GRID, y: 8 }, text: "**bold**" },
    { type: "traces", title: "Traces", grid: { ...GRID, x: 12 }, query: "service:shop error" },
    { type: "logs", title: "Logs", grid: { ...GRID, x: 12, y: 8 }, severity: "warn" },
  ],
};

describe("boards", () => {
  it("are saved under an id made of their title, changed, listed, and deleted", async () => {
    const { status, body } = await call("POST", "/boards", BOARD);
    expect([status, body.id, body.board]).toEqual([201, "uberblick-laden", BOARD]);
    expect((await call("POST", "/boards", BOARD)).body.id).toBe("uberblick-laden-2");
    expect((await call("GET", "/boards")).body.boards).toMatchObject([
      { id: "uberblick-laden", title: BOARD.title, panelCount: 4, readOnly: false, updatedAtMillis: T0 + 60_000 },
      { id: "uberblick-laden-2" },
    ]);
    const changed = { ...BOARD, title: "Shops", panels: [] };
    expect((await call("PUT", "/boards/uberblick-laden", changed)).body).toMatchObject({
      title: "Shops",
      panelCount: 0,
    });
    expect((await call("GET", "/boards/uberblick-laden")).body.board).toEqual(changed);
    expect((await call("DELETE", "/boards/uberblick-laden")).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await call(method, "/boards/uberblick-laden")).status).toBe(404);
  });

  it("go out as a file and come back as they were", async () => {
    await call("PUT", "/boards/mine", BOARD);
    const { headers, body } = await call("GET", "/boards/mine/file");
    expect(headers.get("content-disposition")).toBe('attachment; filename="mine.json"');
    expect(body).toEqual(BOARD);
    const { status, body: imported } = await call("POST", "/boards/import", body);
    expect([status, imported.board, imported.notUnderstood]).toEqual([201, BOARD, []]);
  });

  const refuse = async (board: unknown, message: string | RegExp) => {
    const { status, body } = await call("PUT", "/boards/mine", board);
    expect([status, body.error.message]).toEqual([
      400,
      typeof message === "string" ? message : expect.stringMatching(message),
    ]);
  };
  const withPanel = (panel: object) => ({ ...BOARD, panels: [panel] });

  it("are refused with the path of what is wrong, and what was expected", async () => {
    await refuse("{", /cannot read the body: it is no JSON/);
    await refuse([], "cannot take the board: it is [], expected object");
    await refuse({ panels: [] }, "cannot take the board: /title is missing, expected a value: it is required");
    await refuse(
      { ...BOARD, colour: 1 },
      "cannot take the board: /colour is 1, expected nothing: boards have no such member here",
    );
    await refuse({ ...BOARD, range: "ages" }, /\/range is "ages", expected pattern/);
    const text = { type: "text", title: "", grid: GRID, text: "" };
    await refuse(
      withPanel({ ...text, type: "pie" }),
      '/panels/0/type is "pie", expected timeseries, stat, table, text, traces or logs'.replace(
        /^/,
        "cannot take the board: ",
      ),
    );
    await refuse(withPanel({ ...text, type: undefined }), /\/panels\/0\/type is missing/);
    await refuse(
      withPanel({ ...text, grid: { ...GRID, w: 30 } }),
      "cannot take the board: /panels/0/grid/w is 30, expected <= 24",
    );
    await refuse(withPanel({ ...text, grid: { ...GRID, x: 20 } }), /\/panels\/0\/grid\/w is 12, expected at most 4/);
    await refuse(withPanel({ ...text, text: 5 }), "cannot take the board: /panels/0/text is 5, expected string");
    await refuse(
      withPanel({ type: "stat", title: "", grid: GRID, queries: [] }),
      /\/panels\/0\/queries is \[\], expected not .*fewer than 1 items/,
    );
    await refuse(
      withPanel({ type: "stat", title: "", grid: GRID, queries: [{ promql: "1" }], unit: "miles" }),
      /\/panels\/0\/unit is "miles", expected one of none, seconds/,
    );
    await refuse({ ...BOARD, variables: [{ name: "a", type: "constant" }] }, /\/variables\/0\/value is missing/);
    const twice = [1, 2].map(() => ({ name: "a", type: "constant", value: "" }));
    await refuse(
      { ...BOARD, variables: twice },
      /\/variables\/1\/name is "a", expected a name that no other variable has/,
    );
  });

  it("hold queries that can be read, whatever their variables stand for", async () => {
    const withQuery = (promql: string) => withPanel({ type: "table", title: "", grid: GRID, queries: [{ promql }] });
    for (const promql of ["topk($n, up)", "$metric", "rate($metric[$window])", 'up{job=~"${job}"}', "x offset $o"])
      expect((await call("PUT", "/boards/mine", withQuery(promql))).status, promql).toBe(200);
    await refuse(
      withQuery("sum(up"),
      /\/panels\/0\/queries\/0\/promql is "sum\(up", expected PromQL \(1:\d+: parse error/,
    );
    await refuse(
      withPanel({ type: "traces", title: "", grid: GRID, query: "duration>fast" }),
      /\/panels\/0\/query is .*expected a search of traces/,
    );
  });

  it("need an id that is a name, and are bounded", async () => {
    expect((await call("PUT", "/boards/No%20Spaces", BOARD)).body.error.message).toMatch(
      /cannot save a board as "No Spaces"/,
    );
    expect((await call("PUT", "/boards/golden:shop", BOARD)).body.error).toMatchObject({
      hint: expect.stringMatching(/save a copy/),
    });
    expect((await call("DELETE", "/boards/golden:shop")).status).toBe(400);
  });
});

describe("a service's golden board", () => {
  it("is made of what the service sends, and can be saved as a copy", async () => {
    await store.append(spansOf(tracesRequest({ trace: 1, id: 1, service: "shop", kind: 2 })));
    const { body: list } = await call("GET", "/boards");
    expect(list.boards).toMatchObject([
      { id: "golden:shop", title: "shop: golden signals", readOnly: true, updatedAtMillis: null },
    ]);
    const spansOnly = (await call("GET", "/boards/golden:shop")).body;
    expect(spansOnly.board.panels.map(({ type }: { type: string }) => type)).toEqual(["text", "traces", "logs"]);
    const calls = { service_name: "shop", span_kind: "SPAN_KIND_SERVER", status_code: "STATUS_CODE_UNSET", le: "+Inf" };
    for (const name of ["bucket", "count"])
      for (let i = 0; i < 4; i++)
        store.metrics.add(
          labelsOf({ ...calls, __name__: `traces_span_metrics_duration_seconds_${name}` }),
          T0 + i * 15_000,
          i,
        );
    store.metrics.add(labelsOf({ __name__: "process_max_fds", job: "ns/shop" }), T0, 100);
    const { status, body } = await call("GET", "/boards/golden:shop");
    expect(status).toBe(200);
    expect(body.board.panels.map(({ title }: { title: string }) => title)).toEqual([
      "Traffic",
      "Errors",
      "Latency",
      "Saturation",
      "Failed traces",
      "Warnings and errors",
    ]);
    expect(body.board.panels[1].queries[0].promql).toContain('status_code=~"STATUS_CODE_ERROR"');
    expect(body.board.panels[3].queries[0].promql).toBe(
      String.raw`process_open_fds{job=~"(.+/)?shop"} / process_max_fds{job=~"(.+/)?shop"}`,
    );
    expect((await call("POST", "/boards", body.board)).status).toBe(201);
    expect((await call("GET", "/boards/golden:nobody")).status).toBe(404);
  });
});
