/**
 * What an alerting rule would have done: the sentence, the chart with its bound and the times at which it would have fired, and each of
 * these as a row. In: the replay and how far it is, the span, addresses; out: gs-change (a span's value). Asks nobody.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireRuleReplay } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatDateTime, formatRecent, formatUtc } from "../base/format-time.ts";
import { tickUnitOf, unitNamer } from "../base/format-unit.ts";
import { formatPlural } from "../base/format-number.ts";
import {
  previewChart,
  remarksOf,
  sayFired,
  SPANS,
  USUAL_SPAN,
  type ReplayedEpisode,
  type ReplayedRule,
  type Span,
} from "../model/rule-preview.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-tabs.ts";
import "../widgets/gs-time-chart.ts";
import { icon } from "../widgets/icons.ts";
import { panelHeadStyles } from "../widgets/panel-head-styles.ts";
import { panelStates, type QueryState } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { severityMarkStyles } from "./severity-mark-styles.ts";

const NOTHING_ASKED: QueryState<WireRuleReplay> = { stale: false, skeleton: false, refresh: () => undefined };

@customElement("gs-rule-preview")
export class GsRulePreview extends LitElement {
  static override styles = [
    sharedStyles,
    tableStyles,
    panelStyles,
    panelHeadStyles,
    severityMarkStyles,
    css`
      progress {
        width: 100%;
        height: var(--space-1);
        display: block;
        border: 0;
        appearance: none;
        background: transparent;
      }
      progress::-webkit-progress-bar {
        background: transparent;
      }
      progress::-webkit-progress-value {
        background: var(--accent);
      }
      .said {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-4) var(--space-5) var(--space-1);
        font-size: var(--text-large);
        font-weight: var(--weight-strong);
      }
      .remarks {
        padding: 0 var(--space-5);
        color: var(--text-2);
      }
      gs-time-chart {
        --chart: var(--chart-tall);
        padding: var(--space-3) var(--space-5);
      }
      td,
      th {
        padding-inline: var(--space-3);
      }
      td:first-child,
      th:first-child {
        padding-left: var(--space-5);
      }
      td.wide {
        width: 100%;
        overflow-wrap: anywhere;
      }
      .rows {
        border-top: var(--hairline) solid var(--line);
        max-height: calc(8.5 * var(--row));
        overflow: auto;
      }
      .why {
        padding: var(--space-5);
        color: var(--text-2);
      }
    `,
  ];

  @property({ attribute: false }) query: QueryState<WireRuleReplay> = NOTHING_ASKED;
  /** 0 to 1; undefined = nothing runs. */
  @property({ attribute: false }) progress?: number;
  @property({ attribute: false }) span: Span = USUAL_SPAN;
  /** Why there is nothing to look at: no rule, or one that cannot run. */
  @property() obstacle = "";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  /** Where to look at what happened then. */
  @property({ attribute: false }) hrefOf: (episode: ReplayedEpisode) => string = () => "";
  @property({ attribute: false }) now = () => Date.now();

  override render(): TemplateResult {
    return html`<section class="panel" aria-label="What it would have done">
      <header class="panel-head">
        <h2>Over history</h2>
        <gs-tabs class="aside" look="segments" label="How far back" .items=${SPANS} .value=${this.span.value}></gs-tabs>
      </header>
      ${
        this.progress === undefined
          ? html`<progress hidden></progress>`
          : html`<progress aria-label="How far the rule is replayed" .value=${this.progress} max="1"></progress>`
      }
      ${this.obstacle ? html`<p class="why">${this.obstacle}</p>` : this.renderStates()}
    </section>`;
  }

  private renderStates(): TemplateResult {
    return panelStates(this.query, {
      data: (replay) => (replay.rules[0] ? this.renderReplay(replay, replay.rules[0]) : nothing),
      empty: ({ rules }) =>
        rules.length === 0
          ? html`<p class="why">A recording rule makes a series and fires nothing: look at it on the metrics page.</p>`
          : undefined,
      skeleton: () => html`<gs-skeleton .lines=${7}></gs-skeleton>`,
    });
  }

  private renderReplay(replay: WireRuleReplay, rule: ReplayedRule): TemplateResult {
    const fails = rule.error !== "" && rule.fired === 0;
    return html`<p class="said" role="status">
        <span class=${rule.fired > 0 || fails ? "error" : "dim"}
          >${icon(rule.fired > 0 || fails ? "warning" : "check")}</span
        >
        ${sayFired(rule, this.span)}
      </p>
      ${remarksOf(replay, rule, this.now()).map((text) => html`<p class="remarks">${text}</p>`)}
      ${fails ? nothing : this.renderChart(replay, rule)}
      ${rule.episodes.length > 0 ? this.renderEpisodes(replay, rule) : nothing}`;
  }

  private renderChart(replay: WireRuleReplay, rule: ReplayedRule): TemplateResult {
    const { title, unit, times, series, hidden, levels, stretches, top } = previewChart(replay, rule, this.hueOf);
    return html`<gs-time-chart
      heading=${title}
      .note=${hidden > 0 ? `and ${formatPlural(hidden, "more series", "more series")}, farther from firing` : ""}
      .times=${times}
      .range=${{ from: replay.startMillis, to: replay.endMillis }}
      .series=${series}
      .levels=${levels}
      .stretches=${stretches}
      .nameValue=${unitNamer(unit, top)}
      .tickUnit=${tickUnitOf(unit, top)}
      emptyText="no values in this time: the names may be wrong, or nothing has come yet"
    ></gs-time-chart>`;
  }

  private renderEpisodes({ reachedMillis }: WireRuleReplay, { episodes }: ReplayedRule): TemplateResult {
    const now = this.now();
    return html`<div class="rows" tabindex="0" role="region" aria-label="Times at which it would have fired">
      <table>
        <thead>
          <tr>
            <th scope="col">Fired</th>
            <th class="number" scope="col">For</th>
            <th class="wide" scope="col">Labels</th>
          </tr>
        </thead>
        <tbody>
          ${episodes.toReversed().map((episode) => {
            const { firedAtMillis, resolvedAtMillis } = episode;
            const length = formatMillis((resolvedAtMillis ?? reachedMillis) - firedAtMillis);
            const when = formatRecent(firedAtMillis, now);
            const href = this.hrefOf(episode);
            return html`<tr>
              <td title=${`${formatDateTime(firedAtMillis)}, ${formatUtc(firedAtMillis)}`}>
                ${href ? html`<a href=${href}>${when}</a>` : when}
              </td>
              <td class="number">${resolvedAtMillis === null ? `${length}, still` : length}</td>
              <td class="wide mono">${sayLabels(episode.labels) || html`<span class="faint">no labels</span>`}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }
}

/** Without the rule's name, which stands above. */
function sayLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([name]) => name !== "alertname")
    .map(([name, value]) => `${name}=${value}`)
    .join("  ");
}
