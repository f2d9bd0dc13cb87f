/**
 * That alerts are active of a service: the worst severity, and how many. In: what is active of it, where it leads; out: a link. Nothing
 * where nothing is active.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ServiceAlerts } from "../model/service-alerts.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { severityMarkStyles } from "./severity-mark-styles.ts";

@customElement("gs-alert-mark")
export class GsAlertMark extends LitElement {
  static override styles = [
    sharedStyles,
    severityMarkStyles,
    css`
      :host {
        display: inline-flex;
        flex: none;
        font-size: var(--text-small);
      }
      .mark:hover {
        text-decoration: none;
        box-shadow: inset 0 0 0 var(--hairline) currentColor;
      }
    `,
  ];

  @property({ attribute: false }) alerts?: ServiceAlerts;
  @property() href = "";

  override render(): TemplateResult | typeof nothing {
    const { alerts } = this;
    if (!alerts) return nothing;
    const { tone, severity, count, about } = alerts;
    return html`<a class="mark ${tone}" href=${this.href} title=${about}
      >${icon("bell")}<span aria-hidden="true"
        >${[severity, count > 1 ? count : ""].filter(Boolean).join(" ") || count}</span
      ><span class="unseen">${about}</span></a
    >`;
  }
}
