/**
 * The metrics explorer: a browser of metrics, several PromQL queries, one chart or a table. In: the address (?q, ?q2, …, ?view, ?scale),
 * Prometheus' API; out: pictures, and traces behind exemplars. The step follows the width and the time range; share by URL.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { PrometheusAnswer } from "../api/client.ts";
import {
  formatQuery,
  queryExemplars,
  queryInstant,
  queryRange,
  type PromExemplars,
  type PromRange,
  type PromResult,
  type PromSample,
} from "../api/prometheus.ts";
import { formatUnit } from "../base/format-unit.ts";
import type { Interval } from "../base/interval.ts";
import { changeParams } from "../base/params.ts";
import { zoomedRange } from "../base/time-range.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { exemplarDots, splitExemplarKey } from "../model/exemplars.ts";
import { tableRows } from "../model/explored.ts";
import { startQuery, unitOfQuery, type MetricAbout } from "../model/metric-units.ts";
import { chooseGrid, formatStep, gridRange, type TimeGrid } from "../model/prom-series.ts";
import type { PromEdit } from "../model/promql-completion.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { currentBounds, setTimeRange, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "../components/gs-explored-chart.ts";
import "../components/gs-metric-browser.ts";
import "../components/gs-promql-editor.ts";
import type { GsPromqlEditor } from "../components/gs-promql-editor.ts";
import "../components/gs-sample-table.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-tabs.ts";
import { alertOfQuery, STARTERS } from "./metric-ways.ts";
import { metricsPageStyles } from "./metrics-page-styles.ts";
import { PromqlSuggestions } from "./promql-suggestions.ts";

const MOST_QUERIES = 5;
const LETTERS = ["A", "B", "C", "D", "E"];
const POINTS = 240;
const DOT_COLUMNS = 40;

interface Answered {
  readonly grid: TimeGrid;
  readonly answer: PrometheusAnswer<PromResult<readonly PromRange[]>>;
}

@customElement("gs-metrics-page")
export class GsMetricsPage extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, metricsPageStyles];

  @state() private browsing = false;
  /** A query row that has no text yet stands in no address. */
  @state() private blank = false;

  private readonly suggestions = new PromqlSuggestions(this);
  private readonly ranges = LETTERS.map(
    (_, index) =>
      new QueryController<Answered>(this, {
        key: () => (this.view === "chart" ? this.keyOf("range", index) : undefined),
        ask: async (signal) => {
          const { start, end } = currentBounds();
          const grid = chooseGrid(start, end, POINTS);
          return { grid, answer: await queryRange(this.queries[index], grid, signal) };
        },
      }),
  );
  private readonly instants = LETTERS.map(
    (_, index) =>
      new QueryController<PrometheusAnswer<PromResult<readonly PromSample[] | readonly [number, string]>>>(this, {
        key: () => (this.view === "table" ? this.keyOf("instant", index) : undefined),
        ask: (signal) => queryInstant(this.queries[index], currentBounds().end, signal),
      }),
  );
  private readonly exemplars = new QueryController<readonly PromExemplars[]>(this, {
    key: () => (this.unitOf(0) === "seconds" ? this.keyOf("exemplars", 0) : undefined),
    ask: (signal) => queryExemplars(this.queries[0], currentBounds(), signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHueOf);
    onLiveBeat(this, () => [...this.ranges, ...this.instants, this.exemplars].forEach((query) => query.refresh()));
    bindKeys(this, "Metrics", [
      { keys: "e", label: "Write in the query", run: () => this.editor()?.focus() },
      { keys: "n", label: "Another query", run: () => this.addRow() },
      { keys: "v", label: "Chart or table", run: () => this.setView(this.view === "chart" ? "table" : "chart") },
    ]);
  }

  override render(): TemplateResult {
    const { metrics, names } = this.suggestions;
    return html`<h1 class="unseen">Metrics</h1>
      <div class="page">
        <aside class=${this.browsing ? "open" : ""} aria-label="Metric browser">
          ${panelStates(names, {
            data: () => html`<gs-metric-browser .metrics=${metrics} @gs-metric=${this.onMetric}></gs-metric-browser>`,
            skeleton: () => html`<gs-skeleton .lines=${16}></gs-skeleton>`,
          })}
        </aside>
        <div class="main">
          ${this.renderQueries()}${this.renderTools()}
          ${this.queries.length === 0 ? this.renderStart() : this.view === "chart" ? this.renderCharts() : this.renderTables()}
        </div>
      </div>`;
  }

  private renderQueries(): TemplateResult {
    const rows = this.blank || this.queries.length === 0 ? [...this.queries, ""] : this.queries;
    return html`<div class="queries" @gs-edit=${(event: Emitted<PromEdit>) => this.suggestions.edit(event.detail)}>
      ${rows.map((text, index) => {
        const { error, data } = this.view === "chart" ? this.ranges[index] : this.instants[index];
        const answer = data && "answer" in data ? data.answer : data;
        return html`<gs-promql-editor
          letter=${LETTERS[index]}
          .value=${text}
          .known=${this.suggestions.known}
          .complaint=${text && error?.status ? { message: error.message, hint: error.hint, position: error.position } : undefined}
          .remarks=${text && answer && !error ? [...(answer.warnings ?? []), ...(answer.infos ?? [])] : []}
          .removable=${rows.length > 1}
          .alertHref=${text ? alertOfQuery(text, this.ranges[index].data?.answer) : ""}
          @gs-query=${(event: Emitted<string>) => this.setQuery(index, event.detail)}
          @gs-remove=${() => this.setQuery(index, "")}
          @gs-format=${() => void this.format(index)}
        ></gs-promql-editor>`;
      })}
    </div>`;
  }

  private renderTools(): TemplateResult {
    const grid = this.ranges.find(({ data }) => data)?.data?.grid;
    return html`<div class="tools">
      <button
        class="button narrow"
        aria-pressed=${String(this.browsing)}
        @click=${() => (this.browsing = !this.browsing)}
      >
        ${icon("search")} Metrics
      </button>
      <button
        class="button"
        ?disabled=${this.queries.length >= MOST_QUERIES || this.blank}
        @click=${() => this.addRow()}
      >
        ${icon("plus")} Query
      </button>
      <gs-tabs
        look="segments"
        label="Shown as"
        .value=${this.view}
        .items=${[
          { value: "chart", label: "Chart" },
          { value: "table", label: "Table" },
        ]}
        @gs-change=${(event: Emitted<string>) => this.setView(event.detail)}
      ></gs-tabs>
      ${
        this.view === "chart"
          ? html`<button
              class="button"
              aria-pressed=${String(this.isLog)}
              @click=${() => this.setParam("scale", this.isLog ? "" : "log")}
            >
              Log scale
            </button>`
          : nothing
      }
      <span class="note">${this.view === "chart" && grid ? `step ${formatStep(grid.step)}` : ""}</span>
    </div>`;
  }

  private renderStart(): TemplateResult {
    return html`<gs-empty
      heading="Ask something"
      why="Pick a metric, or write PromQL: names, labels and functions are completed while you type."
    >
      <button class="button" @click=${() => this.setQuery(0, STARTERS.rate)}>Requests of each service</button>
      <button class="button" @click=${() => this.setQuery(0, STARTERS.p95)}>p95 of each service</button>
      <button class="button" @click=${() => this.setQuery(0, STARTERS.errors)}>Share of errors</button>
    </gs-empty>`;
  }

  /** One chart for each unit: values of different kinds on one axis would flatten each other. */
  private renderCharts(): TemplateResult {
    const answered = this.queries.flatMap((_, index) => {
      const { data } = this.ranges[index];
      return data
        ? [
            {
              letter: LETTERS[index],
              result: data.answer.data.result,
              grid: data.grid,
              unit: this.unitOf(index),
              index,
            },
          ]
        : [];
    });
    if (answered.length === 0) {
      const unreachable = this.ranges.find(({ error }) => error?.status === 0);
      return html`<div class="panel stage">${unreachable ? panelStates(unreachable, EMPTY_PARTS) : nothing}</div>`;
    }
    const stale = this.ranges.some((range) => range.stale);
    return html`${[...Map.groupBy(answered, ({ unit }) => unit)].map(([unit, queries]) => {
      const { grid } = queries[0];
      const withDots = queries.some(({ index }) => index === 0) && this.exemplars.data;
      return html`<div class="panel" data-stale=${stale ? "yes" : "no"}>
        <gs-explored-chart
          .queries=${queries}
          .grid=${grid}
          .unit=${unit}
          .scale=${this.isLog ? "log" : "linear"}
          .dots=${withDots ? exemplarDots(withDots, { start: grid.start, end: gridRange(grid).to }, DOT_COLUMNS, 1) : []}
          .hueOf=${serviceHueOf.value}
          .links=${links}
          @gs-zoom=${(event: Emitted<Interval>) => setTimeRange(zoomedRange(event.detail.from, event.detail.to))}
          @gs-exemplar=${(event: Emitted<string>) => {
            const { traceId, spanId } = splitExemplarKey(event.detail);
            navigate(links.trace(traceId, spanId));
          }}
        ></gs-explored-chart>
      </div>`;
    })}`;
  }

  private renderTables(): TemplateResult {
    return html`${this.queries.map(
      (_, index) =>
        html`<div class="panel">
          ${panelStates(
            this.instants[index].error?.status ? withoutError(this.instants[index]) : this.instants[index],
            {
              data: ({ data }) =>
                html`<gs-sample-table
                  label=${`Query ${LETTERS[index]}`}
                  .rows=${tableRows(data.result)}
                  .nameValue=${(value: number | null) => formatUnit(value, this.unitOf(index))}
                ></gs-sample-table>`,
              empty: ({ data }) =>
                data.result.length === 0
                  ? html`<p class="nothing">Query ${LETTERS[index]}: no series at this moment</p>`
                  : undefined,
              skeleton: () => html`<gs-skeleton .lines=${6}></gs-skeleton>`,
            },
          )}
        </div>`,
    )}`;
  }

  private get queries(): readonly string[] {
    const { params } = currentPlace.value;
    return LETTERS.map((_, index) => params.get(nameParam(index)) ?? "").filter((text) => text !== "");
  }

  private get view(): "chart" | "table" {
    return currentPlace.value.params.get("view") === "table" ? "table" : "chart";
  }

  private get isLog(): boolean {
    return currentPlace.value.params.get("scale") === "log";
  }

  private unitOf(index: number): string {
    return unitOfQuery(this.queries[index] ?? "", this.suggestions.metadata.data ?? {});
  }

  private keyOf(what: string, index: number): string | undefined {
    const query = this.queries[index];
    return query ? `${what} ${query} ${JSON.stringify(timeRange.value)}` : undefined;
  }

  private editor(): GsPromqlEditor | null {
    return this.renderRoot.querySelector<GsPromqlEditor>("gs-promql-editor:last-of-type");
  }

  private addRow(): void {
    if (this.queries.length >= MOST_QUERIES) return;
    this.blank = this.queries.length > 0;
    void this.updateComplete.then(() => this.editor()?.focus());
  }

  private setQuery(index: number, text: string): void {
    const texts = [...this.queries];
    if (index >= texts.length) this.blank = false;
    if (text === "") texts.splice(index, 1);
    else texts[index] = text;
    const changes = Object.fromEntries(LETTERS.map((_, at) => [nameParam(at), texts[at] ?? ""]));
    navigateParams(changeParams(currentPlace.value.params, changes));
  }

  private setParam(name: string, value: string): void {
    navigateParams(changeParams(currentPlace.value.params, { [name]: value }), { replace: true });
  }

  private setView(view: string): void {
    this.setParam("view", view === "table" ? "table" : "");
  }

  /** A metric from the browser takes the empty row, or the first query's place when that is all there is. */
  private readonly onMetric = (event: Emitted<MetricAbout>): void => {
    const { start, end } = currentBounds();
    const window = chooseGrid(start, end, POINTS).step > 15_000 ? "5m" : "1m";
    const { length } = this.queries;
    this.browsing = false;
    this.setQuery(this.blank ? length : Math.max(0, length - 1), startQuery(event.detail, window));
  };

  private async format(index: number): Promise<void> {
    const text = this.queries[index];
    try {
      this.setQuery(index, await formatQuery(text, new AbortController().signal));
    } catch (error) {
      // What is wrong with the query stands below it already.
      console.debug("cannot write the query neatly", error);
    }
  }
}

const EMPTY_PARTS = { data: () => nothing, skeleton: () => nothing };

/** ?q, ?q2, ?q3: the first is the one that most links have. */
function nameParam(index: number): string {
  return index === 0 ? "q" : `q${index + 1}`;
}

/** What is wrong with the query stands below it. */
function withoutError<T>(
  query: QueryController<T>,
): Pick<QueryController<T>, "data" | "stale" | "skeleton" | "refresh"> {
  return { data: query.data, stale: true, skeleton: false, refresh: () => query.refresh() };
}
