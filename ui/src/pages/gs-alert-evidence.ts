/** The evidence of an alert in panels; a panel for which nothing was found is left out. In: evidence, hues, links into the alert's time. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireEvidence } from "goldspan/contract";
import { formatPercent, formatRate } from "../base/format-number.ts";
import { formatClock, formatUtc } from "../base/format-time.ts";
import "../components/gs-share-pairs.ts";
import type { SharePair } from "../components/gs-share-pairs.ts";
import type { Links } from "../model/links.ts";
import { formatTerm, serviceTerm } from "../model/query-text.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { detailPageStyles } from "./detail-page-styles.ts";
import { alertPageStyles } from "./alert-page-styles.ts";
import "./gs-evidence-trace.ts";

@customElement("gs-alert-evidence")
export class GsAlertEvidence extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    detailPageStyles,
    alertPageStyles,
  ];

  @property({ attribute: false }) evidence?: WireEvidence;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;
  /** Its traces go as others do. */
  @property({ type: Boolean }) notPinned = false;

  override render(): TemplateResult {
    const { evidence } = this;
    if (!evidence) return html`${nothing}`;
    return html`${this.renderCause(evidence)} ${this.renderTraces(evidence)}
      <div class="beside">
        ${this.renderAttributes(evidence)} ${this.renderOperations(evidence)} ${this.renderNeighbours(evidence)}
        ${this.renderRelease(evidence)}
      </div>
      ${this.renderLogs(evidence)}`;
  }

  private renderCause({ brokeFirst }: WireEvidence): TemplateResult | typeof nothing {
    if (!brokeFirst) return nothing;
    const { service, text, traceId, spanId, timeMillis, kind } = brokeFirst;
    const what = html`<span class="dot hue-${this.hueOf(service)}"></span> <b>${service}</b> ${text}`;
    return this.panel(
      "Broke first",
      html`<p class="cause">
        ${traceId ? html`<a href=${this.links?.trace(traceId, spanId) ?? ""}>${what}</a>` : what}
      </p>`,
      `${kind === "log" ? "a log line" : "a span"} at ${formatClock(timeMillis, 3)}`,
    );
  }

  private renderTraces({ traces }: WireEvidence): TemplateResult | typeof nothing {
    if (traces.length === 0) return nothing;
    return this.panel(
      "Traces that show it",
      html`<div class="cards">
        ${traces.map((trace) => html`<gs-evidence-trace .trace=${trace} .hueOf=${this.hueOf}></gs-evidence-trace>`)}
      </div>`,
      this.notPinned ? nothing : "pinned: they stay",
    );
  }

  private renderAttributes({ attributes, service }: WireEvidence): TemplateResult | typeof nothing {
    if (attributes.length === 0) return nothing;
    const hrefOf = ({ key, value }: SharePair) =>
      this.links?.traces([serviceTerm(service), formatTerm(key, ":", value)].filter(Boolean).join(" ")) ?? "";
    return this.panel(
      "What bad requests have in common",
      html`<gs-share-pairs .pairs=${attributes} .hrefOf=${hrefOf}></gs-share-pairs>`,
    );
  }

  private renderOperations({ operations }: WireEvidence): TemplateResult | typeof nothing {
    if (operations.length === 0) return nothing;
    return this.panel(
      "Operations by their part in it",
      html`<ul class="lines">
        ${operations.map(
          ({ service, operation, share, text }) =>
            html`<li>
              <span class="dot hue-${this.hueOf(service)}"></span>
              <span class="wrap"
                ><a
                  href=${this.links?.traces(`${serviceTerm(service)} ${formatTerm("operation", ":", operation)}`) ?? ""}
                  >${service} ${operation}</a
                >
                <span class="faint">${text}</span></span
              >
              <span class="number">${formatPercent(share)}</span>
            </li>`,
        )}
      </ul>`,
    );
  }

  private renderNeighbours({ neighbours }: WireEvidence): TemplateResult | typeof nothing {
    if (neighbours.length === 0) return nothing;
    return this.panel(
      "Neighbours",
      html`<ul class="lines">
        ${neighbours.map(
          ({ service, direction, ratePerSecond, errorShare, isUnhealthy }) =>
            html`<li>
              <span class="dot hue-${this.hueOf(service)}"></span>
              <span
                ><a href=${this.links?.service(service) ?? ""}>${service}</a>
                <span class="faint">${direction === "upstream" ? "calls it" : "is called by it"}</span></span
              >
              <span class="number ${isUnhealthy ? "error" : ""}"
                >${isUnhealthy ? icon("warning") : nothing} ${formatRate(ratePerSecond)}, ${formatPercent(errorShare)}
                errors</span
              >
            </li>`,
        )}
      </ul>`,
    );
  }

  private renderRelease({ release }: WireEvidence): TemplateResult | typeof nothing {
    if (!release) return nothing;
    const { service, version, before, firstSeenMillis } = release;
    return this.panel(
      "Released before it began",
      html`<p class="cause">
        <span class="dot hue-${this.hueOf(service)}"></span> ${service} <b>${version}</b>
        <span class="faint">after ${before || "nothing known"}</span>
      </p>`,
      `first seen ${formatClock(firstSeenMillis)}`,
    );
  }

  private renderLogs({ logs, service }: WireEvidence): TemplateResult | typeof nothing {
    if (logs.length === 0) return nothing;
    return this.panel(
      "Log lines",
      html`<ul class="lines">
        ${logs.map(
          ({ timeMillis, severity, service: of, body, traceId, spanId }) =>
            html`<li>
              <span class="mono" title=${formatUtc(timeMillis)}>${formatClock(timeMillis, 3)} ${severity}</span>
              <span class="wrap mono"
                ><span class="dot hue-${this.hueOf(of)}"></span>
                ${traceId ? html`<a href=${this.links?.trace(traceId, spanId) ?? ""}>${body}</a>` : body}</span
              >
              <span class="faint">${of}</span>
            </li>`,
        )}
      </ul>`,
      html`<a href=${this.links?.logs(`${serviceTerm(service)} level>=warn`.trim()) ?? ""}>all of that time</a>`,
    );
  }

  private panel(title: string, body: unknown, aside: unknown = nothing): TemplateResult {
    return html`<section class="panel" aria-label=${title}>
      <header>
        <h2>${title}</h2>
        <span class="aside">${aside}</span>
      </header>
      ${body}
    </section>`;
  }
}
