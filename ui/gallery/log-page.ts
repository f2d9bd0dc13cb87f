/** The parts of the logs page, with the mock shop's lines. */
import type {
  WireLogContext,
  WireLogFacets,
  WireLogFields,
  WireLogSearch,
  WireLogSummary,
  WireLogTable,
} from "goldspan/contract";
import { html } from "lit";
import "../src/components/gs-log-body.ts";
import "../src/components/gs-log-columns.ts";
import "../src/components/gs-log-context.ts";
import "../src/components/gs-log-download.ts";
import "../src/components/gs-log-facets.ts";
import "../src/components/gs-log-help.ts";
import "../src/components/gs-log-histogram.ts";
import "../src/components/gs-log-list.ts";
import "../src/components/gs-log-panel.ts";
import "../src/components/gs-log-query.ts";
import "../src/components/gs-log-searches.ts";
import "../src/components/gs-log-table.ts";
import "../src/components/gs-trace-card.ts";
import { filterTerms } from "../src/model/log-query-edit.ts";
import { previewTrace } from "../src/model/trace-preview.ts";
import { toOtlpTraces } from "../test/kit/mock-traces.ts";
import { failedOrderTrace } from "../test/kit/special-traces.ts";
import { ask, hueOf, links, NOW } from "./data.ts";
import type { Exhibit } from "./exhibit.ts";

const BOUNDS = `start=${NOW - 1_800_000}&end=${NOW}`;
const RANGE = { from: NOW - 1_800_000, to: NOW };
const summary = ask<WireLogSummary>(`logs/summary?${BOUNDS}&buckets=60`);
const { logs: lines } = ask<WireLogSearch>(`logs?${BOUNDS}&limit=200`);
const { logs: odd } = ask<WireLogSearch>(`logs?query=oddity:*&limit=20&start=0`);
const facets = ask<WireLogFacets>(`logs/facets?${BOUNDS}&limit=8`);
const { fields } = ask<WireLogFields>(`logs/fields?${BOUNDS}`);
const table = ask<WireLogTable>(`logs/table?query=|+count+by+service+every+2m&${BOUNDS}`);
const context = ask<WireLogContext>(`logs/context?id=${encodeURIComponent(lines[8].id)}&before=3&after=3`);
const trace = previewTrace("5b8efff798038103d269b633813fc60c", toOtlpTraces(failedOrderTrace(NOW - 95_000)));
const names = fields.map(({ name, count }) => ({ name, count }));
const known = { fields: names, values: [] };
const QUERY = 'service:payments level>=warn -"health check" | count by level every 1m';
const SEARCHES = ["Failed charges", "Slow <b>queries</b>"].map((title, index) => ({
  id: String(index),
  title,
  query: index === 0 ? "service:payments level:error" : "body:slow | top 5 service",
  savedAtMillis: NOW - index * 86_400_000,
}));

function list(columns: readonly string[], wrap: boolean, shown = lines) {
  return html`<gs-log-list
    class="shown"
    label="Lines ${columns.length} ${String(wrap)}"
    .count=${shown.length + 5}
    .lineAt=${(rank: number) => shown[rank]}
    .columns=${columns}
    ?wrap=${wrap}
    .chosen=${shown[2]?.id ?? ""}
    .hueOf=${hueOf}
  ></gs-log-list>`;
}

export const logPageExhibits: readonly Exhibit[] = [
  {
    title: "gs-log-query",
    states: {
      empty: () => html`<gs-log-query .known=${known}></gs-log-query>`,
      filled: () => html`<gs-log-query .value=${QUERY} .known=${known}></gs-log-query>`,
      wrong: () =>
        html`<gs-log-query
          value="service:payments level:loud"
          .known=${known}
          .complaint=${{ message: 'cannot find the level "loud"', hint: "there are trace, debug, info, warn, error and fatal", position: 23 }}
        ></gs-log-query>`,
    },
  },
  { title: "gs-log-help", states: { examples: () => html`<gs-log-help></gs-log-help>` } },
  {
    title: "gs-log-histogram",
    states: {
      data: () => html`<gs-log-histogram .summary=${summary} .range=${RANGE}></gs-log-histogram>`,
      "still counting": () =>
        html`<gs-log-histogram .summary=${{ ...summary, progress: 0.35 }} .range=${RANGE}></gs-log-histogram>`,
      empty: () =>
        html`<gs-log-histogram .summary=${{ ...summary, total: 0, levels: {} }} .range=${RANGE}></gs-log-histogram>`,
    },
  },
  {
    title: "gs-log-facets",
    states: {
      data: () =>
        html`<gs-log-facets
          .found=${facets}
          .names=${names}
          .terms=${filterTerms("level:error -service:gateway")}
          .hueOf=${hueOf}
        ></gs-log-facets>`,
      estimated: () =>
        html`<gs-log-facets
          .found=${{ ...facets, sampled: 0.1, facets: facets.facets.slice(0, 1) }}
          .names=${names}
        ></gs-log-facets>`,
    },
  },
  {
    title: "gs-log-list",
    states: {
      "some not here yet": () => list([], false, lines.slice(0, 8)),
      columns: () => list(["logger.name", "trace_id"], false),
      "wrapped, strange texts": () => list([], true, odd),
    },
  },
  {
    title: "gs-log-columns",
    states: {
      chosen: () =>
        html`<gs-log-columns .columns=${["logger.name", "trace_id"]} .names=${names.slice(0, 12)}></gs-log-columns>`,
      none: () => html`<gs-log-columns .names=${[]}></gs-log-columns>`,
    },
  },
  {
    title: "gs-log-table",
    states: {
      "over time": () => html`<gs-log-table .table=${table} .range=${RANGE} .hueOf=${hueOf}></gs-log-table>`,
      "still counting, sorted": () =>
        html`<gs-log-table
          .table=${{ ...table, series: undefined, progress: 0.5, otherGroups: 12 }}
          order="0"
        ></gs-log-table>`,
    },
  },
  {
    title: "gs-log-searches",
    states: {
      some: () => html`<gs-log-searches .searches=${SEARCHES} query="timeout"></gs-log-searches>`,
      none: () => html`<gs-log-searches></gs-log-searches>`,
    },
  },
  {
    title: "gs-log-download",
    states: {
      start: () => html`<gs-log-download .total=${12_345}></gs-log-download>`,
      "on its way": () =>
        html`<gs-log-download
          .download=${{ format: "csv", bytes: 34_000_000, share: 0.62, done: false }}
        ></gs-log-download>`,
      failed: () =>
        html`<gs-log-download
          .download=${{ format: "csv", bytes: 34, done: true, error: "no answer from the collector" }}
        ></gs-log-download>`,
    },
  },
  {
    title: "gs-log-context",
    states: { data: () => html`<gs-log-context .context=${context} .reach=${3} .hueOf=${hueOf}></gs-log-context>` },
  },
  {
    title: "gs-log-body",
    states: {
      text: () => html`<gs-log-body body="charge failed: card declined by issuer (code 51)"></gs-log-body>`,
      json: () =>
        html`<gs-log-body body='{"msg":"label printed","parcel":{"id":"pc-1009","weight_g":1240}}'></gs-log-body>`,
      "long and cut": () =>
        html`<gs-log-body .body=${"0123456789abcdef ".repeat(600)} .wholeBytes=${1_048_576}></gs-log-body>`,
    },
  },
  {
    title: "gs-log-panel",
    states: {
      data: () =>
        html`<gs-log-panel
          filterable
          .log=${{ ...lines[8], raw: lines[8] }}
          .hue=${hueOf(lines[8].service)}
          .links=${links}
          .columns=${["logger.name"]}
        ></gs-log-panel>`,
    },
  },
  {
    title: "gs-trace-card",
    states: { failed: () => html`<gs-trace-card .trace=${trace} href="#" .hueOf=${hueOf}></gs-trace-card>` },
  },
];
