/** The strip above the services: all requests, all errors, who is unhealthy, what is newly released. In: golden signals, releases, links. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireGoldenService, WireReleases } from "goldspan/contract";
import { formatPercent, formatRate } from "../base/format-number.ts";
import { formatAgo, formatUtc } from "../base/format-time.ts";
import type { Links } from "../model/links.ts";
import { addUpServices, type Totals } from "../model/totals.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-sparkline.ts";

const MOST_NAMES = 3;

@customElement("gs-totals")
export class GsTotals extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        background: var(--surface-1);
        border: var(--hairline) solid var(--line);
        border-radius: var(--radius-large);
      }
      div {
        padding: var(--space-3) var(--space-5);
        min-width: 0;
      }
      div + div {
        border-left: var(--hairline) solid var(--line);
      }
      dt {
        color: var(--text-2);
        font-size: var(--text-small);
      }
      dd {
        display: flex;
        align-items: center;
        gap: var(--space-4);
        min-height: var(--row);
        min-width: 0;
      }
      .figure {
        font-size: var(--text-title);
        font-weight: var(--weight-strong);
        white-space: nowrap;
      }
      .names {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-5) var(--space-4);
        min-width: 0;
        height: calc(var(--line-height) * 1em);
        overflow: hidden;
      }
      .names a {
        display: inline-flex;
        gap: var(--space-2);
        align-items: center;
        color: var(--text-1);
        white-space: nowrap;
      }
      gs-sparkline {
        margin-left: auto;
        flex: 0 1 var(--spark-width);
      }
      @media (max-width: 899.98px) {
        dl {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        div:nth-child(3) {
          border-left: 0;
        }
        div:nth-child(n + 3) {
          border-top: var(--hairline) solid var(--line);
        }
        .names a:nth-child(n + 2) {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) services: readonly WireGoldenService[] = [];
  /** Newest first. */
  @property({ attribute: false }) releases: WireReleases["releases"] = [];
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult {
    const totals = addUpServices(this.services);
    return html`<dl>
      <div>
        <dt>Requests, all services</dt>
        <dd>
          <span class="figure">${formatRate(totals.ratePerSecond)}</span>
          <gs-sparkline shape="bars" .values=${totals.rates} label="Requests over time"></gs-sparkline>
        </dd>
      </div>
      <div>
        <dt>Failed</dt>
        <dd>
          <span class="figure ${totals.errorRatio > 0 ? "error" : ""}">${formatPercent(totals.errorRatio)}</span>
          <gs-sparkline
            shape="bars"
            tone="error"
            .values=${totals.errorRatios}
            .top=${0.2}
            label="Failed requests over time"
          ></gs-sparkline>
        </dd>
      </div>
      ${this.renderUnhealthy(totals)}${this.renderReleases()}
    </dl>`;
  }

  private renderUnhealthy({ unhealthy, serviceCount }: Totals): TemplateResult {
    return html`<div>
      <dt>Unhealthy services</dt>
      <dd>
        <span class="figure">${unhealthy.length}<span class="faint"> / ${serviceCount}</span></span>
        <span class="names">
          ${unhealthy.slice(0, MOST_NAMES).map(({ service, reason }) => this.name(service.name, service.color, service.name, reason))}
          ${unhealthy.length === 0 ? html`<span class="faint">all are well</span>` : nothing}
        </span>
      </dd>
    </div>`;
  }

  private renderReleases(): TemplateResult {
    const hues = new Map(this.services.map(({ name, color }) => [name, color]));
    return html`<div>
      <dt>Newest releases</dt>
      <dd>
        <span class="names"
          >${this.releases
            .slice(0, 2)
            .map(({ service, version, previousVersion, atMillis }) =>
              this.name(
                service,
                hues.get(service) ?? 0,
                html`${service} ${version} <span class="faint">${formatAgo(atMillis, Date.now())}</span>`,
                `${previousVersion ? `after ${previousVersion}, ` : ""}${formatUtc(atMillis)}`,
              ),
            )}
          ${this.releases.length === 0 ? html`<span class="faint">no new version</span>` : nothing}</span
        >
      </dd>
    </div>`;
  }

  private name(service: string, hue: number, text: unknown, title: string): TemplateResult {
    return html`<a href=${this.links?.service(service) ?? ""} title=${title || nothing}
      ><span class="dot hue-${hue}"></span><span class="cut">${text}</span></a
    >`;
  }
}
