/**
 * An objective: how much of its budget is left and how that went, how fast it burns, who was told. In: the objective, its alerts, addresses;
 * out: links. Asks nobody.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireAlert, WireSlo } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatPercent, formatSignificant, NO_VALUE } from "../base/format-number.ts";
import { formatAgo } from "../base/format-time.ts";
import type { Links } from "../model/links.ts";
import "../widgets/gs-time-chart.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelHeadStyles } from "../widgets/panel-head-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { severityMarkStyles } from "./severity-mark-styles.ts";

const LOW = 0.25;
const DAY = 86_400_000;

@customElement("gs-slo")
export class GsSlo extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    panelHeadStyles,
    severityMarkStyles,
    hueStyles,
    dotStyles,
    css`
      .panel-head {
        padding-block: var(--space-2);
      }
      .panel-head span a {
        text-decoration: underline;
      }
      .body {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 3fr) minmax(0, 2fr);
        gap: var(--space-5);
        padding: var(--space-4) var(--space-5);
      }
      dl {
        display: grid;
        align-content: start;
        gap: var(--space-4);
      }
      dt {
        color: var(--text-2);
        font-size: var(--text-small);
      }
      dd {
        font-size: var(--text-title);
        font-variant-numeric: tabular-nums;
        line-height: 1.3;
      }
      dd.warn {
        color: var(--warn);
      }
      dd small {
        display: block;
        font-size: var(--text-small);
        color: var(--text-2);
      }
      gs-time-chart {
        --chart: var(--chart-tall);
      }
      ul {
        display: grid;
        gap: var(--space-2);
        padding: 0 var(--space-5) var(--space-4);
      }
      table {
        align-self: start;
      }
      td.number {
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 899.98px) {
        .body {
          grid-template-columns: minmax(0, 1fr);
          padding-inline: var(--space-4);
        }
        dl {
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
      }
    `,
  ];

  @property({ attribute: false }) slo?: WireSlo;
  @property({ attribute: false }) alerts: readonly WireAlert[] = [];
  @property({ attribute: false }) links?: Links;
  @property({ attribute: false }) editHref = "";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;

  override render(): TemplateResult | typeof nothing {
    const { slo, links } = this;
    if (!slo) return nothing;
    const { name, service, operation, text, state } = slo;
    return html`<section aria-label="Objective ${name}">
      <header class="panel-head">
        ${this.renderState(state)}
        <h2>${name}</h2>
        <span
          ><i class="dot hue-${this.hueOf(service)}"></i>
          <a href=${links?.service(service) ?? nothing}>${service}</a> ${operation}</span
        >
        <span class="dim">${text}</span>
        ${this.editHref ? html`<a class="button aside" href=${this.editHref}>${icon("edit")} Rule</a>` : nothing}
      </header>
      <div class="body">${this.renderNumbers(slo)}${this.renderBudget(slo)}${this.renderBurns(slo)}</div>
      ${this.alerts.length > 0 ? this.renderAlerts() : nothing}
    </section>`;
  }

  private renderState(state: WireSlo["state"]): TemplateResult {
    if (state === "ok") return html`<span class="mark">${icon("check")}kept</span>`;
    return html`<span class="mark ${state === "page" ? "error" : "warn"}"
      >${icon("warning")}${state === "page" ? "pages" : "ticket"}</span
    >`;
  }

  private renderNumbers({ attained, objective, budgetRemaining, windowMillis }: WireSlo): TemplateResult {
    const over = budgetRemaining !== null && budgetRemaining < 0;
    const tone = over ? "error" : budgetRemaining !== null && budgetRemaining < LOW ? "warn" : "";
    return html`<dl>
      <div>
        <dt>Good so far</dt>
        <dd class=${attained !== null && attained < objective ? "error" : ""}>
          ${sayShare(attained)}<small>of ${sayShare(objective)} in ${Math.round(windowMillis / DAY)} d</small>
        </dd>
      </div>
      <div>
        <dt>Budget left</dt>
        <dd class=${tone}>
          ${over ? icon("warning") : nothing}${budgetRemaining === null ? NO_VALUE : formatPercent(budgetRemaining)}
          <small
            >${budgetRemaining === null ? "no requests yet" : over ? "overdrawn" : `${sayShare(1 - objective)} may fail`}</small
          >
        </dd>
      </div>
    </dl>`;
  }

  private renderBudget({ burnDown: { timesMillis, remaining } }: WireSlo): TemplateResult {
    const first = remaining.findIndex((value) => value !== null);
    const known = remaining.filter((value) => value !== null);
    const since = formatAgo(timesMillis[first] ?? Date.now(), Date.now());
    const begins = first > 0 ? ` · counted since ${since}` : "";
    // A point alone is no line.
    const values = known.length > 1 ? remaining : remaining.map(() => null);
    return html`<gs-time-chart
      heading="Budget left"
      .note=${`over the window${begins}`}
      .times=${timesMillis}
      .range=${{ from: timesMillis[0] ?? 0, to: timesMillis.at(-1) ?? 1 }}
      .series=${[{ label: "left", values, tone: "accent", shape: "area" }]}
      .levels=${known.some((value) => value < 0) ? [{ from: 0, label: "used up", tone: "error" }] : []}
      .top=${1}
      .nameValue=${formatPercent}
      emptyText=${known.length === 1 ? "counted only since a short while: the line comes with time" : "no requests yet"}
    ></gs-time-chart>`;
  }

  private renderBurns({ alerts }: WireSlo): TemplateResult {
    const rate = (value: number | null) => (value === null ? NO_VALUE : `${formatSignificant(value)} ×`);
    return html`<table>
      <caption class="unseen">
        How fast the budget burns: 1 × uses it up exactly at the end of the window
      </caption>
      <thead>
        <tr>
          <th scope="col">Burn rate over</th>
          <th class="number" scope="col">long</th>
          <th class="number" scope="col">short</th>
          <th class="number" scope="col">from</th>
          <th scope="col">tells</th>
        </tr>
      </thead>
      <tbody>
        ${alerts.map(
          ({ severity, factor, longMillis, shortMillis, longRate, shortRate, isBurning }) =>
            html`<tr>
              <td>${formatMillis(longMillis)} and ${formatMillis(shortMillis)}</td>
              <td class="number ${(longRate ?? 0) > factor ? "error" : ""}">${rate(longRate)}</td>
              <td class="number ${(shortRate ?? 0) > factor ? "error" : ""}">${rate(shortRate)}</td>
              <td class="number">${rate(factor)}</td>
              <td>
                <span class="mark ${isBurning ? (severity === "page" ? "error" : "warn") : "plain"}"
                  >${isBurning ? icon("warning") : nothing}${severity}</span
                >
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private renderAlerts(): TemplateResult {
    return html`<ul aria-label="Alerts of the objective">
      ${this.alerts.map(
        ({ id, state, severity, summary, name, activeAtMillis }) =>
          html`<li>
            <span class="mark ${state === "firing" ? "error" : state === "pending" ? "warn" : "plain"}">${state}</span>
            <a href=${this.links?.alert(id) ?? nothing}>${summary || name}</a>
            <span class="dim">${severity}, since ${formatAgo(activeAtMillis, Date.now())}</span>
          </li>`,
      )}
    </ul>`;
  }
}

/** As many digits as tell it from 100 %: 99.95 % is not that. */
function sayShare(share: number | null): string {
  if (share === null) return NO_VALUE;
  const digits = share < 1 ? Math.min(5, Math.max(1, Math.ceil(-Math.log10(1 - share)))) : 0;
  return `${Number((share * 100).toFixed(digits))} %`;
}
