import { describe, expect, it } from "vitest";
import type { WireBoardPanel } from "../contract.ts";
import { checkBoard } from "./check-board.ts";
import { boardOfGrafana, isGrafanaDashboard } from "./grafana-import.ts";

const prometheus = { type: "prometheus", uid: "${DS_PROMETHEUS}" };
const target = (expr: string, more = {}) => ({ expr, refId: "A", datasource: prometheus, ...more });
const gridPos = { x: 0, y: 0, w: 12, h: 8 };

/** Imported and checked: what an import makes must be a board. */
function imported(dashboard: object) {
  const { board, notUnderstood } = boardOfGrafana({ title: "T", schemaVersion: 39, ...dashboard });
  expect(checkBoard(board)).toBe(board);
  return { board, notUnderstood };
}

function panelOf(panel: object): { panel: WireBoardPanel; notUnderstood: { path: string; what: string }[] } {
  const { board, notUnderstood } = imported({ panels: [{ gridPos, title: "P", ...panel }] });
  return { panel: board.panels[0], notUnderstood };
}

describe("panels", () => {
  it("of time series keep queries, legends, unit, bounds, stacking and thresholds", () => {
    const { panel, notUnderstood } = panelOf({
      type: "timeseries",
      description: "D",
      targets: [
        target('sum by (job) (rate(http_requests_total{job=~"$job"}[$__rate_interval]))', {
          legendFormat: "{{ job }} now",
        }),
        target("up", { hide: true }),
        target("rate(x[[[window]]]) > ${limit:raw}", { legendFormat: "__auto" }),
      ],
      fieldConfig: {
        defaults: {
          unit: "reqps",
          min: 0,
          custom: { stacking: { mode: "normal" } },
          thresholds: {
            mode: "absolute",
            steps: [
              { color: "green", value: null },
              { color: "#EAB839", value: 5 },
              { color: "dark-red", value: 10 },
            ],
          },
        },
        overrides: [],
      },
    });
    expect(panel).toEqual({
      type: "timeseries",
      title: "P",
      description: "D",
      grid: gridPos,
      queries: [
        { promql: 'sum by (job) (rate(http_requests_total{job=~"$job"}[$__rate_interval]))', legend: "{{job}} now" },
        { promql: "rate(x[${window}]) > ${limit}" },
      ],
      unit: "per_second",
      min: 0,
      stacked: true,
      thresholds: [
        { value: 5, level: "warn" },
        { value: 10, level: "bad" },
      ],
    });
    expect(notUnderstood).toEqual([]);
  });

  it("of other kinds become theirs", () => {
    const check = (type: string, ours: string) =>
      expect(panelOf({ type, targets: [target("up")] }).panel.type).toBe(ours);
    check("graph", "timeseries");
    check("stat", "stat");
    check("singlestat", "stat");
    check("gauge", "stat");
    check("table", "table");
    check("table-old", "table");
    check("row", "text");
    expect(panelOf({ type: "text", options: { mode: "markdown", content: "# hi" } }).panel).toMatchObject({
      type: "text",
      text: "# hi",
    });
    expect(panelOf({ type: "text", content: "old" }).panel).toMatchObject({ text: "old" });
    const reduceOptions = { calcs: ["mean"] };
    expect(panelOf({ type: "stat", targets: [target("up")], options: { reduceOptions } }).panel).toMatchObject({
      calculation: "mean",
    });
  });

  it("that boards don't have are kept as text and listed", () => {
    const pie = panelOf({ type: "piechart", targets: [target("sum(up)")] });
    expect(pie.panel).toMatchObject({ type: "text", text: expect.stringMatching(/type piechart[\s\S]*sum\(up\)/) });
    expect(pie.notUnderstood).toEqual([{ path: "/panels/0/type", what: "panels of type piechart" }]);
    const loki = panelOf({ type: "timeseries", targets: [{ expr: '{app="x"}', datasource: { type: "loki" } }] });
    expect(loki.panel.type).toBe("text");
    expect(loki.notUnderstood).toEqual([{ path: "/panels/0/targets/0", what: "queries to loki" }]);
    const broken = panelOf({
      type: "timeseries",
      targets: [target("up"), target("sum(")],
      transformations: [{ id: "merge" }],
    });
    expect(broken.panel).toMatchObject({ type: "timeseries", queries: [{ promql: "up" }] });
    expect(broken.notUnderstood.map(({ path }) => path)).toEqual([
      "/panels/0/transformations",
      "/panels/0/targets/1/expr",
    ]);
    const unit = panelOf({ type: "stat", targets: [target("up")], fieldConfig: { defaults: { unit: "currencyEUR" } } });
    expect(unit.notUnderstood).toEqual([{ path: "/panels/0/fieldConfig/defaults/unit", what: "the unit currencyEUR" }]);
  });

  it("of collapsed rows and of rows of old find a place", () => {
    const inner = { type: "timeseries", title: "in", gridPos: { x: 0, y: 1, w: 24, h: 8 }, targets: [target("up")] };
    const { board } = imported({
      panels: [
        { type: "row", title: "R", collapsed: true, gridPos: { x: 0, y: 0, w: 24, h: 1 }, panels: [inner] },
        { type: "text", title: "after", gridPos: { x: 0, y: 1, w: 24, h: 2 }, options: { content: "" } },
      ],
    });
    expect(board.panels.map(({ title, grid }) => [title, grid.y])).toEqual([
      ["R", 0],
      ["in", 1],
      ["after", 9],
    ]);
    const graph = (span: number) => ({ type: "graph", title: String(span), span, targets: [{ expr: "up" }] });
    const old = imported({ schemaVersion: 14, rows: [{ height: "250px", panels: [graph(6), graph(6), graph(12)] }] });
    expect(old.board.panels.map(({ grid }) => grid)).toEqual([
      { x: 0, y: 0, w: 12, h: 7 },
      { x: 12, y: 0, w: 12, h: 7 },
      { x: 0, y: 7, w: 24, h: 7 },
    ]);
  });
});

describe("variables", () => {
  const variable = (one: object) => {
    const { board, notUnderstood } = imported({ panels: [], templating: { list: [{ name: "v", ...one }] } });
    return { variable: board.variables?.[0], notUnderstood };
  };
  it("become ours", () => {
    expect(
      variable({
        type: "query",
        query: { query: 'label_values(up{env="$env", a!="b"}, job)' },
        label: "Job",
        multi: true,
        includeAll: true,
        current: { value: ["$__all"] },
      }).variable,
    ).toEqual({
      name: "v",
      title: "Job",
      type: "label_values",
      label: "job",
      selector: 'up{env="$env", a!="b"}',
      multi: true,
      all: true,
    });
    expect(variable({ type: "query", query: "label_values(instance)", current: { value: "a:80" } }).variable).toEqual({
      name: "v",
      type: "label_values",
      label: "instance",
      current: "a:80",
    });
    expect(variable({ type: "custom", query: "a, b\\,c , text : d", current: { value: ["a", "d"] } }).variable).toEqual(
      {
        name: "v",
        type: "custom",
        values: ["a", "b,c", "d"],
        current: ["a", "d"],
      },
    );
    expect(variable({ type: "interval", query: "1m,10m", current: { value: "1m" } }).variable).toMatchObject({
      type: "custom",
      values: ["1m", "10m"],
    });
    expect(variable({ type: "constant", query: "x" }).variable).toEqual({ name: "v", type: "constant", value: "x" });
    expect(variable({ type: "textbox", current: { value: "y" } }).variable).toEqual({
      name: "v",
      type: "constant",
      value: "y",
    });
    expect(variable({ type: "datasource", query: "prometheus" })).toEqual({ variable: undefined, notUnderstood: [] });
  });
  it("that cannot be asked for keep their values and are listed", () => {
    const found = variable({
      type: "query",
      query: "query_result(topk(3, up))",
      options: [{ value: "$__all" }, { value: "a" }, { value: "b" }],
    });
    expect(found.variable).toEqual({ name: "v", type: "custom", values: ["a", "b"] });
    expect(found.notUnderstood).toEqual([
      { path: "/templating/list/0/query", what: "the query of a variable: query_result(topk(3, up))" },
    ]);
    expect(variable({ type: "adhoc" }).notUnderstood).toEqual([
      { path: "/templating/list/0/type", what: "variables of type adhoc" },
    ]);
  });
});

describe("a dashboard", () => {
  it("is told from a board, wrapped or not, and keeps title and range", () => {
    expect(isGrafanaDashboard({ title: "x", panels: [] })).toBe(false);
    expect(isGrafanaDashboard({ title: "x", panels: [{ type: "text", gridPos }] })).toBe(true);
    expect(isGrafanaDashboard({ dashboard: { schemaVersion: 39 } })).toBe(true);
    for (const value of [null, 5, "x", []]) expect(isGrafanaDashboard(value)).toBe(false);
    const { board, notUnderstood } = boardOfGrafana({
      dashboard: { title: "", time: { from: "now-6h", to: "now" }, panels: [{ type: "news", gridPos }] },
    });
    expect(board).toMatchObject({ title: "Imported dashboard", range: "6h" });
    expect(notUnderstood).toEqual([{ path: "/dashboard/panels/0/type", what: "panels of type news" }]);
  });
  it("of whatever shape makes a board or nothing", () => {
    for (const panels of [
      [null],
      [5],
      [{ gridPos: { x: -5, y: 1e9, w: 99, h: 0 }, type: "text" }],
      [{ type: "timeseries", targets: "x", gridPos }],
    ])
      imported({ panels });
    imported({
      panels: {},
      templating: { list: [null, { name: 5 }, { name: "a", type: "custom", query: "" }] },
      rows: [null],
    });
  });
});
