/** The parts of the metrics explorer and of boards. */
import { html } from "lit";
import { formatUnit } from "../src/base/format-unit.ts";
import "../src/components/gs-board-variables.ts";
import "../src/components/gs-explored-chart.ts";
import "../src/components/gs-metric-browser.ts";
import "../src/components/gs-panel-editor.ts";
import "../src/components/gs-promql-editor.ts";
import "../src/components/gs-sample-table.ts";
import "../src/components/gs-series-legend.ts";
import "../src/components/gs-text-blocks.ts";
import "../src/components/gs-variable-editor.ts";
import { newPanel, turnInto } from "../src/model/board-panels.ts";
import { exploreSeries } from "../src/model/explored.ts";
import { paintPieces } from "../src/model/promql-tokens.ts";
import "../src/widgets/gs-code-field.ts";
import { hueOf, NOW } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const GRID = { start: NOW - 1_800_000, end: NOW, step: 30_000 };
const RESULT = ["cart", "orders", "payments"].map((job, index) => ({
  metric: { job, instance: "a:9090" },
  values: Array.from({ length: 61 }, (_, at): readonly [number, string] => [
    (GRID.start + at * GRID.step) / 1000,
    index === 1 && at > 20 && at < 30 ? "NaN" : String(0.2 + index * 0.1 + 0.05 * Math.sin(at / 6 + index)),
  ]),
}));
const QUERIES = [{ letter: "A", result: RESULT }];
const { series } = exploreSeries(QUERIES, GRID, 10, hueOf);
const METRICS = [
  {
    name: "process_cpu_utilization_ratio",
    type: "gauge",
    help: "Share of the CPU time a process has used",
    unit: "ratio",
  },
  {
    name: "traces_span_metrics_duration_seconds_bucket",
    type: "histogram",
    help: "Durations of spans",
    unit: "seconds",
  },
  { name: "up", type: "gauge", help: "", unit: "" },
];
const QUERY = 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) > 0.1';
const nameValue = (value: number | null): string => formatUnit(value, "ratio");

export const explorerExhibits: readonly Exhibit[] = [
  {
    title: "gs-code-field",
    states: {
      empty: () => html`<gs-code-field label="Code" placeholder="Write here"></gs-code-field>`,
      "coloured, with a mark": () =>
        html`<gs-code-field
          label="More code"
          .value=${QUERY}
          .paint=${paintPieces}
          .marks=${[{ start: 14, end: 18 }]}
          invalid
        ></gs-code-field>`,
      "two lines": () =>
        html`<gs-code-field label="Long code" .value=${"a +\nb"} .paint=${paintPieces}></gs-code-field>`,
    },
  },
  {
    title: "gs-promql-editor",
    states: {
      empty: () => html`<gs-promql-editor></gs-promql-editor>`,
      filled: () => html`<gs-promql-editor .value=${QUERY} removable></gs-promql-editor>`,
      wrong: () =>
        html`<gs-promql-editor
          letter="B"
          value="sum by (job) (nonsense(up))"
          .complaint=${{ message: 'cannot call "nonsense": there is no such function', hint: "Did you mean count?", position: 14 }}
        ></gs-promql-editor>`,
      remarks: () =>
        html`<gs-promql-editor
          letter="C"
          value="rate(up[5m])"
          .remarks=${["up is no counter: its rate says nothing"]}
        ></gs-promql-editor>`,
    },
  },
  {
    title: "gs-variable-editor",
    states: {
      data: () =>
        html`<gs-variable-editor
          .variables=${[
            { type: "label_values", name: "job", title: "Job", label: "job", multi: true, all: true },
            { type: "custom", name: "job", values: ["a", "b"] },
            { type: "constant", name: "env", value: "prod" },
          ]}
          .labels=${["job", "instance"]}
        ></gs-variable-editor>`,
      empty: () => html`<gs-variable-editor></gs-variable-editor>`,
    },
  },
  {
    title: "gs-metric-browser",
    states: {
      data: () =>
        html`<div class="stage high"><gs-metric-browser class="filling" .metrics=${METRICS}></gs-metric-browser></div>`,
      empty: () => html`<gs-metric-browser></gs-metric-browser>`,
    },
  },
  {
    title: "gs-explored-chart",
    states: {
      data: () =>
        html`<gs-explored-chart .queries=${QUERIES} .grid=${GRID} unit="ratio" .hueOf=${hueOf}></gs-explored-chart>`,
      empty: () => html`<gs-explored-chart .grid=${GRID}></gs-explored-chart>`,
    },
  },
  {
    title: "gs-series-legend",
    states: {
      data: () =>
        html`<gs-series-legend .series=${series} .nameValue=${nameValue} .only=${series[0].key}></gs-series-legend>`,
    },
  },
  {
    title: "gs-sample-table",
    states: {
      data: () =>
        html`<gs-sample-table
          .rows=${RESULT.map(({ metric }, index) => ({ labels: metric, value: 0.3 - index * 0.1 }))}
          .nameValue=${nameValue}
        ></gs-sample-table>`,
    },
  },
  {
    title: "gs-text-blocks",
    states: {
      data: () =>
        html`<gs-text-blocks
          .text=${"# Mornings\n\nLook at **payments** first, <b>then</b> at `cart`.\n\n- one\n- *two*\n\n```\nup == 0\n```"}
        ></gs-text-blocks>`,
    },
  },
  {
    title: "gs-board-variables",
    states: {
      data: () =>
        html`<gs-board-variables
          .variables=${[
            { name: "job", type: "label_values", label: "job" },
            { name: "zone", title: "Zone", type: "custom", values: ["a", "b"], multi: true, all: true },
          ]}
          .values=${{ job: ["cart"], zone: ["a", "b"] }}
          .known=${{ job: ["cart", "orders"] }}
        ></gs-board-variables>`,
    },
  },
  {
    title: "gs-panel-editor",
    states: {
      chart: () =>
        html`<gs-panel-editor
          .panel=${{ ...newPanel(), thresholds: [{ value: 1, level: "warn" }] }}
        ></gs-panel-editor>`,
      logs: () => html`<gs-panel-editor .panel=${turnInto(newPanel(), "logs")}></gs-panel-editor>`,
    },
  },
];
