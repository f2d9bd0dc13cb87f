/** The parts of the trace page, on a failed order, an N+1, a broken trace. */
import { html, type TemplateResult } from "lit";
import "../src/components/gs-log-panel.ts";
import "../src/components/gs-operation-stats.ts";
import "../src/components/gs-span-panel.ts";
import "../src/components/gs-trace-findings.ts";
import "../src/components/gs-trace-header.ts";
import "../src/components/gs-trace-logs.ts";
import "../src/components/gs-trace-overview.ts";
import "../src/components/gs-trace-toolbar.ts";
import "../src/components/gs-waterfall.ts";
import { initialFold } from "../src/model/fold-state.ts";
import { summarizeTraceOperations } from "../src/model/operation-stats.ts";
import { listRows } from "../src/model/trace-rows.ts";
import type { TraceView } from "../src/model/trace-view.ts";
import { hueOf, huesOf, links, logs, views } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const error = views.failed.findings.find((finding) => finding.kind === "error")?.row ?? 0;
const linkedRow = views.linked.trace.sources.findIndex((source) => source?.span.links !== undefined);
const missingRow = views.broken.trace.sources.indexOf(undefined);

function waterfall(view: TraceView, query = ""): TemplateResult {
  const { trace, groups, critical } = view;
  const fold = initialFold(trace, groups);
  const model = { trace, groups, critical, logs: view.logs, rows: listRows(trace, groups, fold, view.logs) };
  const found = new Uint8Array(trace.count);
  for (const row of view.search.find(query)) found[row] = 1;
  return html`<gs-waterfall
    class="stage high"
    .model=${model}
    .fold=${fold}
    .view=${{ from: 0, to: trace.totalNanos }}
    .hues=${huesOf(view)}
    .selected=${{ kind: "span", index: error }}
    .cursor=${{ kind: "span", index: error }}
    .found=${query ? found : undefined}
  ></gs-waterfall>`;
}

function panel(view: TraceView, row: number): TemplateResult {
  return html`<gs-span-panel
    class="stage high"
    .view=${view}
    .row=${row}
    .hues=${huesOf(view)}
    .links=${links}
  ></gs-span-panel>`;
}

export const traceExhibits: readonly Exhibit[] = [
  {
    title: "gs-trace-header",
    states: {
      failed: () =>
        html`<gs-trace-header
          .trace=${views.failed.trace}
          .hues=${huesOf(views.failed)}
          jsonHref="#"
        ></gs-trace-header>`,
    },
  },
  {
    title: "gs-trace-findings",
    states: Object.fromEntries(
      Object.entries(views).map(([name, view]) => [
        name,
        () => html`<gs-trace-findings .trace=${view.trace} .findings=${view.findings}></gs-trace-findings>`,
      ]),
    ),
  },
  {
    title: "gs-trace-overview",
    states: {
      whole: () =>
        html`<gs-trace-overview
          .trace=${views.failed.trace}
          .hues=${huesOf(views.failed)}
          .view=${{ from: 0, to: views.failed.trace.totalNanos }}
        ></gs-trace-overview>`,
      zoomed: () =>
        html`<gs-trace-overview
          .trace=${views.repeats.trace}
          .hues=${huesOf(views.repeats)}
          .view=${{ from: 5e7, to: 15e7 }}
        ></gs-trace-overview>`,
    },
  },
  {
    title: "gs-trace-toolbar",
    states: {
      plain: () =>
        html`<gs-trace-toolbar .trace=${views.failed.trace} .hues=${huesOf(views.failed)}></gs-trace-toolbar>`,
      searching: () =>
        html`<gs-trace-toolbar
          .trace=${views.failed.trace}
          .hues=${huesOf(views.failed)}
          text="service:payments"
          matchCount="4"
          matchNumber="1"
          .logsShown=${false}
        ></gs-trace-toolbar>`,
    },
  },
  {
    title: "gs-waterfall",
    states: {
      "a failed order": () => waterfall(views.failed),
      "a broken trace": () => waterfall(views.broken),
      "similar spans": () => waterfall(views.repeats),
      searching: () => waterfall(views.failed, "service:payments"),
      narrow: () => html`<div class="phone">${waterfall(views.failed)}</div>`,
    },
  },
  {
    title: "gs-span-panel",
    states: {
      failed: () => panel(views.failed, error),
      "with a link": () => panel(views.linked, linkedRow),
      missing: () => panel(views.broken, missingRow),
    },
  },
  {
    title: "gs-log-panel",
    states: {
      text: () =>
        html`<gs-log-panel class="stage high" .log=${{ ...logs.logs[0], raw: logs.logs[0] }} .links=${links}
          ><a href="#">Open its trace</a></gs-log-panel
        >`,
    },
  },
  {
    title: "gs-trace-logs",
    states: {
      lines: () =>
        html`<gs-trace-logs class="stage high" .view=${views.failed} .hueOf=${hueOf} selected="2"></gs-trace-logs>`,
      none: () => html`<gs-trace-logs class="stage high" .view=${views.repeats} .hueOf=${hueOf}></gs-trace-logs>`,
    },
  },
  {
    title: "gs-operation-stats",
    states: {
      table: () =>
        html`<gs-operation-stats
          .stats=${summarizeTraceOperations(views.failed.trace, views.failed.critical)}
          .hueOf=${hueOf}
        ></gs-operation-stats>`,
    },
  },
];
