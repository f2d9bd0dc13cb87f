/** What shows metrics: charts with all that lies over them, the map, and the parts of a service's page. */
import { html } from "lit";
import { formatMillis } from "../src/base/format-duration.ts";
import { formatCount, formatRate } from "../src/base/format-number.ts";
import "../src/components/gs-cardinality.ts";
import "../src/components/gs-error-groups.ts";
import "../src/components/gs-example-traces.ts";
import "../src/components/gs-golden-charts.ts";
import "../src/components/gs-instance-table.ts";
import "../src/components/gs-map-panel.ts";
import "../src/components/gs-neighbours.ts";
import "../src/components/gs-operation-table.ts";
import "../src/components/gs-saturation.ts";
import "../src/components/gs-service-head.ts";
import { mapIcon } from "../src/components/map-icon.ts";
import { drawMap } from "../src/model/map-look.ts";
import { releaseMarks } from "../src/model/totals.ts";
import "../src/widgets/gs-graph.ts";
import "../src/widgets/gs-heatmap.ts";
import "../src/widgets/gs-hover-card.ts";
import "../src/widgets/gs-meter.ts";
import "../src/widgets/gs-time-chart.ts";
import type { ChartSeries } from "../src/widgets/time-chart-layout.ts";
import {
  aroundPayments,
  errorGroups,
  examples,
  hueOf,
  instances,
  links,
  map,
  NOW,
  operations,
  payments,
  releases,
} from "./data.ts";
import { mockCardinality } from "../test/kit/mock-map.ts";
import type { Exhibit } from "./exhibit.ts";

const quiet = { stale: false, skeleton: false, refresh: () => undefined };
const TIMES = Array.from({ length: 40 }, (_, index) => NOW - (40 - index) * 45_000);
const WAVE = TIMES.map((_, index) => 40 + 30 * Math.sin(index / 4) + ((index * 37) % 11));
const GAPS = WAVE.map((value, index) => (index % 13 > 9 ? null : value));
const line = (label: string, values: readonly (number | null)[], tone: string): ChartSeries => ({
  label,
  values,
  tone,
  shape: "line",
});
const MANY = Array.from({ length: 12 }, (_, index) =>
  line(
    `series ${index}`,
    WAVE.map((value) => value * (1 + index / 6)),
    `service-${index}`,
  ),
);
const DOTS = [8, 20, 31].map((index) => ({ key: String(index), x: TIMES[index], y: 90 + index, tone: "brand" }));
const picture = drawMap(map, new Map());
const graphNodes = picture.nodes.map(({ id, x, y, radius, wire, label, below, about }) => ({
  key: id,
  x,
  y,
  radius,
  hue: wire.color,
  sign: wire.color === null ? mapIcon(wire.kind) : undefined,
  label,
  below,
  about,
  failed: wire.errorRatio ?? 0,
  level: wire.level,
}));
const graphEdges = picture.edges.map((edge) => ({ ...edge, from: edge.client, to: edge.server }));

export const metricExhibits: readonly Exhibit[] = [
  {
    title: "gs-time-chart",
    states: {
      "lines with gaps, levels, a release and exemplars": () =>
        html`<gs-time-chart
          heading="Latency"
          .times=${TIMES}
          .series=${[
            line("p50", WAVE, "text-2"),
            line(
              "p95",
              GAPS.map((value) => value && value * 2),
              "accent",
            ),
          ]}
          .levels=${[
            { from: 120, label: "goal", tone: "warn" },
            { from: 20, to: 60, label: "usual", tone: "accent" },
          ]}
          .marks=${[{ at: TIMES[15], label: "v2.5.0" }]}
          .dots=${DOTS}
          .nameValue=${formatMillis}
        ></gs-time-chart>`,
      logarithmic: () =>
        html`<gs-time-chart
          heading="Latency"
          scale="log"
          .times=${TIMES}
          .series=${[
            line("p50", WAVE, "text-2"),
            line(
              "p99",
              WAVE.map((value) => value * 40),
              "text-1",
            ),
          ]}
          .nameValue=${formatMillis}
        ></gs-time-chart>`,
      bars: () =>
        html`<gs-time-chart
          heading="Errors"
          .times=${TIMES}
          .series=${[{ label: "failed", values: WAVE.map((_, index) => (index % 9 === 4 ? (index % 5) + 1 : 0)), tone: "error", shape: "bars" }]}
          .nameValue=${formatCount}
        ></gs-time-chart>`,
      stacked: () =>
        html`<gs-time-chart
          heading="Calls"
          stacked
          .times=${TIMES}
          .series=${MANY.slice(0, 4).map((series) => ({ ...series, shape: "area" as const }))}
          .nameValue=${formatRate}
        ></gs-time-chart>`,
      "many, one marked": () =>
        html`<gs-time-chart
          heading="Many"
          .times=${TIMES}
          .series=${MANY}
          marked="series 7"
          .nameValue=${formatCount}
        ></gs-time-chart>`,
      empty: () => html`<gs-time-chart heading="Nothing" .times=${TIMES} .nameValue=${formatCount}></gs-time-chart>`,
    },
  },
  {
    title: "gs-heatmap",
    states: {
      empty: () =>
        html`<gs-heatmap
          heading="Latency"
          .times=${TIMES}
          .range=${{ from: TIMES[0], to: NOW }}
          .bounds=${[1, 10, null]}
          .nameValue=${formatMillis}
        ></gs-heatmap>`,
    },
  },
  {
    title: "gs-cardinality",
    states: {
      explosion: () => html`<gs-cardinality .data=${mockCardinality(false)} .links=${links}></gs-cardinality>`,
      well: () =>
        html`<gs-cardinality
          .data=${{ ...mockCardinality(false), findings: [], refused: [] }}
          .links=${links}
        ></gs-cardinality>`,
    },
  },
  {
    title: "gs-meter",
    states: {
      levels: () =>
        html`${[0.3, 0.8, 0.97, 1.2].map((value) => html`<gs-meter .value=${value} label="CPU"></gs-meter>`)}`,
      "not known": () => html`<gs-meter label="CPU"></gs-meter>`,
    },
  },
  {
    title: "gs-hover-card",
    states: {
      closed: () =>
        html`<gs-hover-card label="Saturation">Rest here<span slot="card">Says more.</span></gs-hover-card>`,
    },
  },
  {
    title: "gs-graph",
    states: {
      all: () =>
        html`<div class="stage high">
          <gs-graph
            class="filling"
            label="A map"
            .nodes=${graphNodes}
            .edges=${graphEdges}
            .graphWidth=${picture.layout.width}
            .graphHeight=${picture.layout.height}
          ></gs-graph>
        </div>`,
      "one in focus": () =>
        html`<div class="stage high">
          <gs-graph
            class="filling"
            label="A map"
            .nodes=${graphNodes}
            .edges=${graphEdges}
            .graphWidth=${picture.layout.width}
            .graphHeight=${picture.layout.height}
            focused="payments"
          ></gs-graph>
        </div>`,
    },
  },
  {
    title: "gs-map-panel",
    states: {
      node: () =>
        html`<gs-map-panel
          .map=${map}
          .node=${map.nodes.find(({ id }) => id === "payments")}
          .links=${links}
        ></gs-map-panel>`,
      edge: () =>
        html`<gs-map-panel
          .map=${map}
          .edge=${map.edges.find(({ server }) => server === "payments")}
          .traces=${{ ...quiet, data: examples.failed }}
          .hueOf=${hueOf}
          .links=${links}
        ></gs-map-panel>`,
    },
  },
  {
    title: "gs-service-head",
    states: {
      data: () =>
        html`<gs-service-head name="payments" .hue=${3} .detail=${payments} .links=${links}></gs-service-head>`,
      "an alert fires": () =>
        html`<gs-service-head
          name="payments"
          .hue=${3}
          .detail=${payments}
          .alerts=${{ severity: "page", tone: "error", count: 2, about: "2 alerts fire, the worst is page: it fails" }}
          .links=${links}
        ></gs-service-head>`,
      loading: () => html`<gs-service-head name="payments" .hue=${3} .links=${links}></gs-service-head>`,
    },
  },
  {
    title: "gs-golden-charts",
    states: {
      data: () =>
        html`<gs-golden-charts .detail=${payments} .marks=${releaseMarks(releases, false)}></gs-golden-charts>`,
    },
  },
  {
    title: "gs-neighbours",
    states: {
      data: () =>
        html`<gs-neighbours service="payments" .hue=${3} .map=${aroundPayments} .links=${links}></gs-neighbours>`,
      alone: () => html`<gs-neighbours service="cron" .links=${links}></gs-neighbours>`,
    },
  },
  {
    title: "gs-operation-table",
    states: {
      data: () =>
        html`<gs-operation-table
          service="payments"
          .operations=${operations.operations}
          .links=${links}
        ></gs-operation-table>`,
    },
  },
  {
    title: "gs-error-groups",
    states: { data: () => html`<gs-error-groups .groups=${errorGroups.groups} .links=${links}></gs-error-groups>` },
  },
  {
    title: "gs-example-traces",
    states: {
      data: () =>
        html`<gs-example-traces .traces=${examples.failed} .hueOf=${hueOf} .links=${links}></gs-example-traces>`,
    },
  },
  {
    title: "gs-instance-table",
    states: { data: () => html`<gs-instance-table .data=${instances} .endMillis=${NOW}></gs-instance-table>` },
  },
  {
    title: "gs-saturation",
    states: {
      levels: () =>
        html`${(["ok", "warn", "bad"] as const).map(
          (level, index) =>
            html`<gs-saturation
              .saturation=${{ value: 0.4 + index * 0.26, resource: "event loop", metric: "nodejs.eventloop.utilization", instance: "cart-1" }}
              .level=${level}
              name="cart"
            ></gs-saturation>`,
        )}`,
      "not known": () => html`<gs-saturation name="cart"></gs-saturation>`,
    },
  },
];
