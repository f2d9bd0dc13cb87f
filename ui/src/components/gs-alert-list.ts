/**
 * Alerts one below the other: what is wrong in a sentence, whose fault, how bad, since when, and whether there are traces to look at. In:
 * alerts in their order; out: links to each, gs-select. The lines of one phase stand under its heading.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireAlert } from "goldspan/contract";
import { formatPlural } from "../base/format-number.ts";
import { formatAgo, formatDateTime } from "../base/format-time.ts";
import { otherLabels, PHASES, phaseOf, severityTone, sinceOf, type AlertPhase } from "../model/alert-list.ts";
import type { Links } from "../model/links.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { severityMarkStyles } from "./severity-mark-styles.ts";

const HEADINGS: Readonly<Record<AlertPhase, string>> = {
  firing: "Firing",
  pending: "Pending",
  silenced: "Silenced",
  resolved: "Resolved lately",
};
const MOST_LABELS = 4;

@customElement("gs-alert-list")
export class GsAlertList extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    severityMarkStyles,
    css`
      h2 {
        padding: var(--space-3) var(--space-5) var(--space-2);
        color: var(--text-2);
        font-size: var(--text-small);
      }
      section + section {
        border-top: var(--hairline) solid var(--line);
      }
      a {
        display: grid;
        grid-template-columns: 7.5em minmax(0, 1fr) 10em 7em;
        align-items: start;
        gap: var(--space-2) var(--space-4);
        padding: var(--space-3) var(--space-5);
        border-top: var(--hairline) solid var(--line);
        color: var(--text-1);
      }
      a:hover,
      a[aria-current="true"] {
        background: var(--surface-2);
        text-decoration: none;
      }
      .said {
        overflow-wrap: anywhere;
      }
      .firing .sentence {
        font-weight: var(--weight-medium);
      }
      .resolved .sentence,
      .silenced .sentence {
        color: var(--text-2);
      }
      .under {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
        margin-top: var(--space-1);
        color: var(--text-3);
        font-size: var(--text-small);
      }
      .traces {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
      }
      .traces svg {
        width: var(--icon-small);
        height: var(--icon-small);
      }
      .since {
        color: var(--text-2);
        text-align: right;
        white-space: nowrap;
      }
      @media (max-width: 899.98px) {
        a {
          grid-template-columns: minmax(0, 1fr) auto;
          padding-inline: var(--space-4);
        }
        .said {
          grid-column: 1 / -1;
          grid-row: 2;
        }
        .service {
          grid-column: 1 / -1;
          grid-row: 3;
        }
      }
    `,
  ];

  @property({ attribute: false }) alerts: readonly WireAlert[] = [];
  @property() selected = "";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;

  showRow(id: string): void {
    this.renderRoot.querySelector(`[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  override render(): TemplateResult {
    return html`${PHASES.map((phase) => this.renderPhase(phase))}`;
  }

  private renderPhase(phase: AlertPhase): TemplateResult | typeof nothing {
    const alerts = this.alerts.filter((alert) => phaseOf(alert) === phase);
    if (alerts.length === 0) return nothing;
    return html`<section aria-label=${HEADINGS[phase]}>
      <h2>${HEADINGS[phase]} · ${alerts.length}</h2>
      <ul class=${phase}>
        ${alerts.map((alert) => html`<li>${this.renderAlert(alert, phase)}</li>`)}
      </ul>
    </section>`;
  }

  private renderAlert(alert: WireAlert, phase: AlertPhase): TemplateResult {
    const { id, name, summary, severity, service, operation, traceIds } = alert;
    const tone = phase === "resolved" ? "plain" : severityTone(severity);
    const since = sinceOf(alert);
    return html`<a
      href=${this.links?.alert(id) ?? ""}
      data-id=${id}
      class="alert"
      aria-current=${id === this.selected ? "true" : nothing}
    >
      <span
        ><span class="mark ${tone}"
          >${icon(phase === "silenced" ? "bellOff" : phase === "resolved" ? "check" : "warning")}${severity || phase}</span
        ></span
      >
      <span class="said">
        <span class="sentence">${summary || name}</span>
        <span class="under">
          ${summary ? html`<span>${name}</span>` : nothing}
          ${operation ? html`<span class="mono">${operation}</span>` : nothing}
          ${otherLabels(alert)
            .slice(0, MOST_LABELS)
            .map(([label, value]) => html`<span>${label}=${value}</span>`)}
          ${
            traceIds.length > 0
              ? html`<span class="traces">${icon("traces")}${formatPlural(traceIds.length, "trace")}</span>`
              : nothing
          }
        </span>
      </span>
      <span class="service cut"
        >${service ? html`<span class="dot hue-${this.hueOf(service)}"></span> ${service}` : nothing}</span
      >
      <span class="since" title=${formatDateTime(since)}>${formatAgo(since, Date.now())}</span>
    </a>`;
  }
}
