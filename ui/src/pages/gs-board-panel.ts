/**
 * One panel of a board: asks for what it shows and draws it. In: the panel, values of the variables; out: gs-zoom {from, to}. Each panel has
 * its own four states, so that a broken one doesn't take the board away.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireBoardPanel, WireLog, WireTraceSummary } from "goldspan/contract";
import type { PrometheusAnswer } from "../api/client.ts";
import { fetchTraces } from "../api/endpoints.ts";
import { fetchLogs } from "../api/log-endpoints.ts";
import { queryInstant, queryRange, type PromRange, type PromResult, type PromSample } from "../api/prometheus.ts";
import { formatUnit, tickUnitOf, unitNamer } from "../base/format-unit.ts";
import { formatClock, formatUtc } from "../base/format-time.ts";
import type { Interval } from "../base/interval.ts";
import { nanosToMillis } from "../base/nanos.ts";
import "../components/gs-example-traces.ts";
import "../components/gs-log-row.ts";
import "../components/gs-sample-table.ts";
import "../components/gs-text-blocks.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { logPanelQuery } from "../model/log-panel-query.ts";
import { calculate, levelOf, thresholdLevels, unitName } from "../model/board-panels.ts";
import { fillVariables, timeVariables, type VariableValues } from "../model/board-variables.ts";
import { waysFrom } from "../model/chart-ways.ts";
import { exploreSeries, sharedService, tableRows } from "../model/explored.ts";
import { serviceTerm } from "../model/query-text.ts";
import { chooseGrid, gridRange, gridTimes, toGrid, type TimeGrid } from "../model/prom-series.ts";
import { links } from "../state/links.ts";
import { navigate } from "../state/location.ts";
import { hueOf, serviceHueOf } from "../state/service-hues.ts";
import { currentBounds, timeRange } from "../state/time-range.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-sparkline.ts";
import "../widgets/gs-time-chart.ts";
import { boardPanelStyles } from "./board-panel-styles.ts";

const POINTS = 120;
const MOST_SERIES = 30;

type Instant = PrometheusAnswer<PromResult<readonly PromSample[] | readonly [number, string]>>;

type Answer =
  | {
      readonly kind: "range";
      readonly grid: TimeGrid;
      readonly answers: readonly PrometheusAnswer<PromResult<readonly PromRange[]>>[];
    }
  | { readonly kind: "instant"; readonly answers: readonly Instant[] }
  | { readonly kind: "traces"; readonly traces: readonly WireTraceSummary[] }
  | { readonly kind: "logs"; readonly logs: readonly WireLog[] };

@customElement("gs-board-panel")
export class GsBoardPanel extends LitElement {
  static override styles = [sharedStyles, panelStyles, boardPanelStyles];

  @property({ attribute: false }) panel?: WireBoardPanel;
  @property({ attribute: false }) values: VariableValues = {};

  private readonly query = new QueryController<Answer>(this, {
    key: () => {
      const { panel } = this;
      if (!panel || panel.type === "text" || ("queries" in panel && this.asked(panel).length === 0)) return undefined;
      // Title and place are no part of the question.
      const question = { ...panel, title: "", grid: undefined };
      return `panel ${JSON.stringify([question, this.values, timeRange.value])}`;
    },
    ask: (signal) => this.ask(signal),
  });

  constructor() {
    super();
    followSignals(this, timeRange, serviceHueOf);
    onLiveBeat(this, () => this.query.refresh());
  }

  override render(): TemplateResult | typeof nothing {
    const { panel } = this;
    if (!panel) return nothing;
    const title = fillVariables(panel.title, this.values);
    const inChart = panel.type === "timeseries" && this.query.data?.kind === "range";
    return html`<div class="frame of-${panel.type}">
      ${inChart ? nothing : html`<h3 class="cut" title=${panel.description ?? title}>${title}</h3>`}
      <div class="body">${this.renderBody(panel, title)}</div>
    </div>`;
  }

  private renderBody(panel: WireBoardPanel, title: string): unknown {
    if (panel.type === "text")
      return html`<gs-text-blocks .text=${fillVariables(panel.text, this.values)}></gs-text-blocks>`;
    if ("queries" in panel && this.asked(panel).length === 0) return html`<p class="none">no query yet</p>`;
    return panelStates(this.query, {
      data: (answer) => this.renderAnswer(panel, answer, title),
      empty: (answer) => (isEmpty(answer) ? html`<p class="none">nothing in this time range</p>` : undefined),
      skeleton: () => html`<gs-skeleton .lines=${3}></gs-skeleton>`,
    });
  }

  private renderAnswer(panel: WireBoardPanel, answer: Answer, title: string): unknown {
    if (answer.kind === "traces") {
      return html`<gs-example-traces
        .traces=${answer.traces}
        .hueOf=${serviceHueOf.value}
        .links=${links}
      ></gs-example-traces>`;
    }
    if (answer.kind === "logs") return answer.logs.map((log) => this.renderLog(log));
    const unit = unitName("unit" in panel ? panel.unit : undefined);
    if (answer.kind === "instant") {
      const nameValue = (value: number | null): string => formatUnit(value, unit);
      const rows = answer.answers.flatMap(({ data }) => tableRows(data.result));
      return html`<gs-sample-table .rows=${rows} .nameValue=${nameValue} label=${title}></gs-sample-table>`;
    }
    if (panel.type === "stat") return this.renderStat(panel, answer, (value) => formatUnit(value, unit));
    return panel.type === "timeseries" ? this.renderChart(panel, answer, title, unit) : nothing;
  }

  private renderChart(
    panel: WireBoardPanel & { type: "timeseries" },
    { grid, answers }: Answer & { kind: "range" },
    title: string,
    unit: string,
  ): TemplateResult {
    const queries = answers.map(({ data }, index) => ({
      letter: String.fromCharCode(65 + index),
      result: data.result,
      legend: panel.queries[index]?.legend && fillVariables(panel.queries[index].legend, this.values),
    }));
    const { series } = exploreSeries(queries, grid, MOST_SERIES, serviceHueOf.value);
    const top = Math.max(0, ...series.map(({ max }) => max ?? 0));
    const shape = panel.stacked ? ("area" as const) : ("line" as const);
    return html`<gs-time-chart
      heading=${title}
      group="page"
      .times=${gridTimes(grid)}
      .range=${gridRange(grid)}
      .series=${series.map(({ key, label, tone, values }) => ({ key, label, tone, values, shape }))}
      .stacked=${panel.stacked ?? false}
      .levels=${thresholdLevels(panel.thresholds)}
      .top=${panel.max}
      .nameValue=${unitNamer(unit, top)}
      .tickUnit=${tickUnitOf(unit, top)}
      .waysFrom=${(stretch: Interval) => waysFrom(stretch, links, sharedService(series))}
    ></gs-time-chart>`;
  }

  private renderStat(
    panel: WireBoardPanel & { type: "stat" },
    { grid, answers }: Answer & { kind: "range" },
    nameValue: (value: number | null) => string,
  ): TemplateResult {
    const [first] = answers.flatMap(({ data }) => data.result).map((series) => toGrid(series, grid));
    const value = first ? calculate(first.values, panel.calculation) : null;
    return html`<div class="stat">
      <span class="figure ${levelOf(value, panel.thresholds)}">${nameValue(value)}</span>
      <gs-sparkline
        .values=${first?.values ?? []}
        .top=${panel.max}
        label=${fillVariables(panel.title, this.values)}
      ></gs-sparkline>
    </div>`;
  }

  private renderLog(log: WireLog): TemplateResult {
    const millis = nanosToMillis(log.timeUnixNano);
    const href = log.traceId
      ? links.trace(log.traceId, log.spanId, log.timeUnixNano)
      : links.logs(serviceTerm(log.service));
    return html`<gs-log-row
      .time=${formatClock(millis)}
      .timeTitle=${formatUtc(millis)}
      .severityNumber=${log.severityNumber}
      .service=${log.service}
      .hue=${hueOf(log.service)}
      .body=${log.body}
      @click=${() => navigate(href)}
    ></gs-log-row>`;
  }

  private asked(panel: WireBoardPanel & { queries: readonly { promql: string }[] }): string[] {
    return panel.queries.map(({ promql }) => promql).filter((promql) => promql.trim() !== "");
  }

  private async ask(signal: AbortSignal): Promise<Answer> {
    const { panel, values } = this;
    const bounds = currentBounds();
    if (!panel || panel.type === "text") return { kind: "traces", traces: [] };
    if (panel.type === "traces") {
      const q = fillVariables(panel.query, values);
      return { kind: "traces", traces: (await fetchTraces({ q, ...bounds, limit: panel.limit ?? 10 }, signal)).traces };
    }
    if (panel.type === "logs") {
      const service = panel.service && fillVariables(panel.service, values);
      const { text, attribute, severity, limit = 20 } = panel;
      const query = logPanelQuery({ service, severity, text, attribute });
      const { logs } = await fetchLogs({ query, ...bounds, limit }, signal);
      return { kind: "logs", logs };
    }
    const grid = gridOf(panel, chooseGrid(bounds.start, bounds.end, POINTS));
    const all = { ...timeVariables(grid.step, bounds.end - bounds.start), ...values };
    const queries = this.asked(panel).map((promql) => fillVariables(promql, all));
    if (panel.type === "table") {
      const answers = await Promise.all(queries.map((promql) => queryInstant(promql, bounds.end, signal)));
      return { kind: "instant", answers };
    }
    return {
      kind: "range",
      grid,
      answers: await Promise.all(queries.map((promql) => queryRange(promql, grid, signal))),
    };
  }
}

/** A sum or a mean is one of moments that lie equally far apart. */
function gridOf(panel: WireBoardPanel, grid: TimeGrid): TimeGrid {
  const isCalculated = panel.type === "stat" && (panel.calculation ?? "last") !== "last";
  return isCalculated ? { ...grid, last: undefined } : grid;
}

function isEmpty(answer: Answer): boolean {
  if (answer.kind === "traces") return answer.traces.length === 0;
  if (answer.kind === "logs") return answer.logs.length === 0;
  return answer.kind === "instant" && answer.answers.every(({ data }) => data.result.length === 0);
}
