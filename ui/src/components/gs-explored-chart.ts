/**
 * Answers of range queries in one unit as a chart with its legend. In: answers by query, their grid, unit, exemplar dots; out: gs-zoom
 * {from, to}, gs-exemplar (key). Draws the largest series first and says how many are left out; one can be looked at alone.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { tickUnitOf, unitNamer } from "../base/format-unit.ts";
import type { Interval } from "../base/interval.ts";
import { waysFrom } from "../model/chart-ways.ts";
import type { ExemplarDot } from "../model/exemplars.ts";
import { exploreSeries, sharedService, type ExploredQuery, type ExploredSeries } from "../model/explored.ts";
import type { Links } from "../model/links.ts";
import { gridRange, gridTimes, type TimeGrid } from "../model/prom-series.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-time-chart.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-series-legend.ts";

const MOST_SERIES = 24;
const ALL_SERIES = 200;
/** More lines have no names at their ends. */
const MOST_NAMED = 6;

@customElement("gs-explored-chart")
export class GsExploredChart extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      gs-time-chart {
        padding: 0 var(--space-3) var(--space-3);
      }
      gs-series-legend {
        border-top: var(--hairline) solid var(--line);
      }
      .hidden {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        color: var(--text-2);
      }
    `,
  ];

  @property({ attribute: false }) queries: readonly ExploredQuery[] = [];
  @property({ attribute: false }) grid: TimeGrid = { start: 0, end: 1, step: 1 };
  @property() unit = "";
  @property() scale: "linear" | "log" = "linear";
  @property({ attribute: false }) dots: readonly ExemplarDot[] = [];
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;
  @state() private marked = "";
  @state() private only = "";
  @state() private all = false;
  private found: { series: ExploredSeries[]; hidden: number } = { series: [], hidden: 0 };

  protected override willUpdate(changed: PropertyValues): void {
    if (["queries", "grid", "hueOf", "all"].some((name) => changed.has(name)))
      this.found = exploreSeries(this.queries, this.grid, this.all ? ALL_SERIES : MOST_SERIES, this.hueOf);
  }

  override render(): TemplateResult {
    const { series, hidden } = this.found;
    const { links } = this;
    const alone = series.filter(({ key }) => key === this.only);
    const shown = alone.length > 0 ? alone : series;
    const top = Math.max(0, ...shown.map(({ max }) => max ?? 0));
    const nameValue = unitNamer(this.unit, top);
    return html`<gs-time-chart
        heading=""
        group="page"
        .note=${this.unit}
        .scale=${this.scale}
        .times=${gridTimes(this.grid)}
        .range=${gridRange(this.grid)}
        .series=${shown.map(({ key, label, tone, values }) => ({ key, label, tone, values, shape: "line" as const }))}
        .dots=${this.dots}
        .nameValue=${nameValue}
        .tickUnit=${tickUnitOf(this.unit, top)}
        .marked=${this.marked}
        .waysFrom=${links && ((stretch: Interval) => waysFrom(stretch, links, sharedService(shown)))}
        .unnamed=${series.length > MOST_NAMED}
        emptyText="no series in this time range"
      ></gs-time-chart>
      ${
        series.length > 0
          ? html`<gs-series-legend
              .series=${series}
              .nameValue=${nameValue}
              .only=${this.only}
              @gs-mark=${(event: Emitted<string>) => (this.marked = event.detail)}
              @gs-only=${(event: Emitted<string>) => (this.only = event.detail === this.only ? "" : event.detail)}
            ></gs-series-legend>`
          : nothing
      }
      ${
        hidden > 0
          ? html`<p class="hidden">
              ${hidden} more series; those shown have the largest values
              ${this.all ? nothing : html`<button class="button" @click=${() => (this.all = true)}>Show up to ${ALL_SERIES}</button>`}
            </p>`
          : nothing
      }`;
  }
}
