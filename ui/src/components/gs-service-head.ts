/**
 * The head of a service's page: its name and version, its active alerts, how it is, its figures now, and where to go on. In:
 * WireGoldenDetail, alerts, links.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireGoldenDetail, WireLevel } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatPercent, formatRate } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import { formatTerm } from "../model/query-text.ts";
import type { ServiceAlerts } from "../model/service-alerts.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon, type IconName } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-alert-mark.ts";
import "./gs-saturation.ts";

@customElement("gs-service-head")
export class GsServiceHead extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    dotStyles,
    ...hueStyles,
    css`
      :host {
        margin-bottom: var(--space-4);
      }
      .top,
      .figures,
      nav {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
      }
      .top {
        min-height: var(--row-tall);
      }
      h1 {
        display: inline-flex;
        align-items: center;
        gap: var(--space-3);
        font-size: var(--text-title);
        overflow-wrap: anywhere;
      }
      nav {
        margin-left: auto;
        gap: var(--space-2);
      }
      .figures {
        gap: var(--space-2) var(--space-6);
        min-height: var(--row);
      }
      dl {
        display: flex;
        align-items: baseline;
        gap: var(--space-3);
        white-space: nowrap;
      }
      dt {
        color: var(--text-2);
        font-size: var(--text-small);
      }
      dd {
        font-weight: var(--weight-strong);
      }
      .reason {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--row-compact);
        padding: 0 var(--space-3);
        border-radius: var(--radius);
        color: var(--warn);
        background: var(--warn-soft);
      }
      .reason.failing {
        color: var(--error);
        background: var(--error-soft);
      }
      .reason svg {
        width: var(--icon-small);
      }
      @media (max-width: 899.98px) {
        nav {
          margin: 0 0 var(--space-2);
          max-width: 100%;
          flex-wrap: nowrap;
          overflow-x: auto;
        }
        .figures {
          gap: var(--space-1) var(--space-5);
        }
      }
    `,
  ];

  @property() name = "";
  @property({ type: Number }) hue = 0;
  @property({ attribute: false }) detail?: WireGoldenDetail;
  /** Active ones of the service. */
  @property({ attribute: false }) alerts?: ServiceAlerts;
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult {
    const { detail } = this;
    const [version, ...older] = detail?.versions ?? [];
    return html`<div class="top">
        <h1><span class="dot hue-${this.hue}"></span>${this.name}</h1>
        <span class="dim"
          >${version ?? ""}${older.length > 0 ? html`<span class="faint"> (${older.join(", ")})</span>` : nothing}</span
        >
        ${
          this.alerts
            ? html`<gs-alert-mark
                .alerts=${this.alerts}
                href=${this.links?.alerts({ service: this.name }) ?? ""}
              ></gs-alert-mark>`
            : nothing
        }
        ${detail?.health.reasons.map(
          ({ signal, text }) =>
            html`<span class="reason ${signal === "errors" ? "failing" : ""}">${icon("warning")}${text}</span>`,
        )}
        <nav aria-label=${`More of ${this.name}`}>${this.renderLinks()}</nav>
      </div>
      <div class="figures">${detail ? this.renderFigures(detail) : nothing}</div>`;
  }

  private renderLinks(): TemplateResult {
    const { links, detail } = this;
    const query = formatTerm("service", ":", this.name);
    const link = (name: IconName, label: string, href: string | undefined): TemplateResult =>
      html`<a class="button" href=${href ?? ""}>${icon(name)} ${label}</a>`;
    const { queries } = detail ?? {};
    return html`${link("traces", "Traces", links?.traces(query))}${link("logs", "Logs", links?.logs(query))}
    ${link("warning", "Errors", links?.exceptions(this.name))}
    ${link("metrics", "Metrics", queries ? links?.metrics(queries.rate, queries.p95) : links?.metrics())}
    ${link("map", "Map", links?.map(this.name))}${link("boards", "Board", links?.board(`golden:${this.name}`))}`;
  }

  private renderFigures(detail: WireGoldenDetail): TemplateResult {
    const figure = (title: string, value: string, bad = ""): TemplateResult =>
      html`<dl>
        <dt>${title}</dt>
        <dd class=${bad}>${value}</dd>
      </dl>`;
    const level: WireLevel = detail.health.reasons.find(({ signal }) => signal === "saturation")?.level ?? "ok";
    return html`${figure("Rate", formatRate(detail.ratePerSecond))}
      ${figure("Errors", formatPercent(detail.errorRatio), detail.errorRatio ? "error" : "")}
      ${figure("p50", formatMillis(detail.p50Millis))}${figure("p95", formatMillis(detail.p95Millis))}
      ${figure("p99", formatMillis(detail.p99Millis))}
      <dl>
        <dt>Saturation</dt>
        <dd><gs-saturation .saturation=${detail.saturation} .level=${level} name=${this.name}></gs-saturation></dd>
      </dl>
      ${detail.countedBy === "all" && detail.source !== "none" ? html`<span class="chip" title="It has no server or consumer spans, so all its spans are counted">all spans counted</span>` : nothing}`;
  }
}
