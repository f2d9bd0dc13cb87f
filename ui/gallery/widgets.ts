/** The widgets in all their states. */
import { html } from "lit";
import { formatDuration } from "../src/base/format-duration.ts";
import "../src/widgets/gs-brush.ts";
import "../src/widgets/gs-copy.ts";
import "../src/widgets/gs-dialog.ts";
import "../src/widgets/gs-json-tree.ts";
import "../src/widgets/gs-popover.ts";
import "../src/widgets/gs-scatter.ts";
import "../src/widgets/gs-section.ts";
import "../src/widgets/gs-skeleton.ts";
import "../src/widgets/gs-sparkline.ts";
import "../src/widgets/gs-splitter.ts";
import "../src/widgets/gs-suggest-input.ts";
import "../src/widgets/gs-tabs.ts";
import "../src/widgets/gs-virtual-list.ts";
import "../src/widgets/gs-way-menu.ts";
import { icon, type IconName } from "../src/widgets/icons.ts";
import { panelStates } from "../src/widgets/panel-states.ts";
import { NOW } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const WAVE = Array.from({ length: 40 }, (_, index) => 40 + 30 * Math.sin(index / 4) + ((index * 37) % 11));
const GAPS = WAVE.map((value, index) => (index % 13 > 9 ? null : value));
const RARE = WAVE.map((_, index) => (index % 9 === 4 ? (index % 5) + 1 : 0));
const ICONS: readonly IconName[] = [
  "search",
  "close",
  "left",
  "right",
  "up",
  "down",
  "copy",
  "check",
  "link",
  "filter",
  "sun",
  "moon",
  "screen",
  "keyboard",
  "services",
  "traces",
  "logs",
  "warning",
  "expand",
  "collapse",
  "download",
  "out",
  "more",
];

const POINTS = Array.from({ length: 90 }, (_, index) => ({
  key: String(index),
  x: NOW - index * 20_000,
  y: 10 ** (6 + ((index * 29) % 31) / 10),
  hue: index % 14,
  error: index % 17 === 0,
}));

const quiet = { stale: false, skeleton: false, refresh: () => undefined };
const parts = {
  data: (text: string) => html`<p>${text}</p>`,
  empty: (text: string) =>
    text === ""
      ? html`<gs-empty heading="Nothing here" why="It says why, and offers a way on."
          ><a href="#">Next step</a></gs-empty
        >`
      : undefined,
  skeleton: () => html`<gs-skeleton .lines=${3}></gs-skeleton>`,
};

export const widgetExhibits: readonly Exhibit[] = [
  {
    title: "panel states",
    states: {
      loading: () => panelStates({ ...quiet, skeleton: true }, parts),
      empty: () => panelStates({ ...quiet, data: "" }, parts),
      error: () =>
        panelStates(
          { ...quiet, error: { message: "cannot read the store", hint: "Is the disk full?", id: "e-12" } },
          parts,
        ),
      data: () => panelStates({ ...quiet, data: "Here it is." }, parts),
      "old data, dimmed": () => panelStates({ ...quiet, data: "Here it was.", stale: true }, parts),
    },
  },
  { title: "icons", states: { all: () => html`${ICONS.map((name) => icon(name))}` } },
  {
    title: "gs-sparkline",
    states: {
      line: () => html`<gs-sparkline tone="accent" .values=${WAVE} label="A wave"></gs-sparkline>`,
      gaps: () => html`<gs-sparkline tone="accent" .values=${GAPS} label="A wave with gaps"></gs-sparkline>`,
      bars: () => html`<gs-sparkline shape="bars" .values=${WAVE} label="Counts"></gs-sparkline>`,
      errors: () => html`<gs-sparkline shape="bars" tone="error" .values=${RARE} label="Errors"></gs-sparkline>`,
      nothing: () => html`<gs-sparkline .values=${[0, 0, 0]} label="Nothing"></gs-sparkline>`,
    },
  },
  {
    title: "gs-scatter",
    states: {
      points: () =>
        html`<gs-scatter
          .points=${POINTS}
          .range=${{ from: NOW - 1_800_000, to: NOW }}
          .knownFrom=${NOW - 1_500_000}
          .nameY=${formatDuration}
          .tip=${(key: string) => `point ${key}`}
          marked="8"
          label="Dots"
        ></gs-scatter>`,
    },
  },
  {
    title: "gs-tabs",
    states: {
      tabs: () =>
        html`<gs-tabs
          label="Tabs"
          value="b"
          .items=${[
            { value: "a", label: "First" },
            { value: "b", label: "Second", count: "12" },
          ]}
        ></gs-tabs>`,
      segments: () =>
        html`<gs-tabs
          look="segments"
          label="Segments"
          value="sun"
          .items=${[
            { value: "screen", label: "System", icon: "screen" },
            { value: "sun", label: "Light", icon: "sun" },
            { value: "moon", label: "Dark", icon: "moon" },
          ]}
        ></gs-tabs>`,
    },
  },
  {
    title: "gs-copy",
    states: {
      text: () =>
        html`<gs-copy value="5b8efff798038103d269b633813fc60c" text="5b8eff…3fc60c" what="trace id"></gs-copy>`,
      "icon alone": () => html`<gs-copy value="x" what="value"></gs-copy>`,
    },
  },
  {
    title: "gs-section",
    states: {
      open: () => html`<gs-section heading="Attributes" count="12" open>What is inside.</gs-section>`,
      folded: () => html`<gs-section heading="Resource" count="18">Hidden.</gs-section>`,
    },
  },
  {
    title: "gs-json-tree",
    states: {
      tree: () =>
        html`<gs-json-tree
          .value=${{ order: { id: 7, items: ["a", "b"], note: null }, paid: false, text: "<b>is text</b>" }}
          .openDepth=${2}
        ></gs-json-tree>`,
    },
  },
  {
    title: "gs-suggest-input",
    states: {
      empty: () => html`<gs-suggest-input label="A field" placeholder="Type"></gs-suggest-input>`,
      "with suggestions": () =>
        html`<gs-suggest-input
          label="Another field"
          value="se"
          .suggestions=${[{ label: "service:", detail: "one service" }]}
        ></gs-suggest-input>`,
    },
  },
  {
    title: "gs-popover",
    states: {
      closed: () => html`<gs-popover label="Open something"><span slot="label">Open</span>Inside</gs-popover>`,
    },
  },
  {
    title: "gs-way-menu",
    states: {
      "as it opens beside a chart": () =>
        html`<gs-way-menu
          heading="14:03:00 – 14:03:30"
          .ways=${[
            { label: "Error logs", href: "#", icon: "logs" },
            { label: "Failed traces", href: "#", icon: "traces" },
          ]}
        ></gs-way-menu>`,
    },
  },
  {
    title: "gs-brush",
    states: {
      all: () =>
        html`<gs-brush class="stage" .bounds=${{ from: 0, to: 100 }} .value=${{ from: 0, to: 100 }}></gs-brush>`,
      part: () =>
        html`<gs-brush class="stage" .bounds=${{ from: 0, to: 100 }} .value=${{ from: 20, to: 60 }}></gs-brush>`,
    },
  },
  {
    title: "gs-virtual-list",
    states: {
      "10,000 rows": () =>
        html`<gs-virtual-list
          class="stage tall"
          label="Numbers"
          .count=${10_000}
          .drawRow=${(index: number) => html`Row ${index}`}
        ></gs-virtual-list>`,
    },
  },
  {
    title: "gs-splitter",
    states: { upright: () => html`<gs-splitter class="stage" label="Width" size="100"></gs-splitter>` },
  },
  {
    title: "gs-skeleton",
    states: {
      rows: () => html`<gs-skeleton .lines=${3}></gs-skeleton>`,
      block: () => html`<gs-skeleton shape="block"></gs-skeleton>`,
    },
  },
];
