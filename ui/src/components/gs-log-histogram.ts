/**
 * Log lines over time by severity, stacked; how many in all. In: a summary (maybe of a part, while it is counted), the range; out: gs-zoom
 * {from, to} after a drag, gs-time {from, to} on a click: the list goes there, gs-level (level). The slot stands at the end of the head.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireLogSummary } from "goldspan/contract";
import { formatCount, formatExact, formatPercent } from "../base/format-number.ts";
import type { Interval } from "../base/interval.ts";
import { bucketTimes, levelSeries, levelTone, levelTotals } from "../model/log-histogram.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-time-chart.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";

@customElement("gs-log-histogram")
export class GsLogHistogram extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
      }
      gs-time-chart {
        --chart: var(--log-histogram);
        padding: 0 var(--space-4);
      }
      .sum {
        font-weight: var(--weight-strong);
        color: var(--text-1);
        font-size: var(--text-body);
      }
      .levels {
        display: flex;
        gap: var(--space-2);
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        padding: 0 var(--space-2);
        border-radius: var(--radius);
        color: var(--text-2);
      }
      button:hover {
        background: var(--surface-2);
        color: var(--text-1);
      }
      i {
        width: var(--dot);
        height: var(--dot);
        border-radius: var(--hairline);
        background: var(--tone);
      }
      .progress {
        position: absolute;
        left: 0;
        right: 0;
        bottom: 0;
        height: var(--focus-width);
        background: var(--surface-2);
      }
      .progress span {
        display: block;
        width: var(--share);
        height: 100%;
        background: var(--accent);
      }
      @media (max-width: 899.98px) {
        .levels {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) summary?: WireLogSummary;
  @property({ attribute: false }) range?: Interval;

  override render(): TemplateResult {
    const { summary } = this;
    const counting = summary !== undefined && summary.progress < 1;
    return html`<gs-time-chart
        heading="Lines"
        emptyText=${counting ? "none so far" : "no lines in this time range"}
        stacked
        group="logs"
        .times=${summary ? bucketTimes(summary) : []}
        .series=${summary ? levelSeries(summary) : []}
        .range=${this.range}
        .nameValue=${formatCount}
      >
        <span slot="head" class="sum" role="status">
          ${summary ? html`<span title=${formatExact(summary.total)}>${formatCount(summary.total)}</span>` : nothing}
          ${counting ? html`<span class="dim">so far, ${formatPercent(summary.progress)} looked at</span>` : nothing}
        </span>
        <span slot="head" class="levels"
          >${summary ? levelTotals(summary).map(({ level, count }) => this.renderLevel(level, count)) : nothing}</span
        >
        <slot slot="head"></slot>
      </gs-time-chart>
      ${counting ? html`<div class="progress" aria-hidden="true"><span ${styleOf({ "--share": `${summary.progress * 100}%` })}></span></div>` : nothing}`;
  }

  private renderLevel(level: string, count: number): TemplateResult {
    const name = level === "unset" ? "no level" : level;
    return html`<button title=${`Only ${name}: ${formatExact(count)}`} @click=${() => emit(this, "gs-level", level)}>
      <i ${styleOf({ "--tone": `var(--${levelTone(level)})` })}></i>${name}
      <span class="faint">${formatCount(count)}</span>
    </button>`;
  }
}
