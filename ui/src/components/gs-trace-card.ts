/** The trace that something belongs to, in a few lines with a miniature waterfall. In: its summary, where it leads; out: a link. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireTraceSummary } from "goldspan/contract";
import { formatDuration } from "../base/format-duration.ts";
import { formatPlural } from "../base/format-number.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-mini-waterfall.ts";
import { traceCardStyles } from "./trace-card-styles.ts";

@customElement("gs-trace-card")
export class GsTraceCard extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    traceCardStyles,
    css`
      .foot {
        display: flex;
        gap: var(--space-4);
      }
      .failed {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        color: var(--error);
      }
      .failed svg {
        width: var(--icon-small);
        height: var(--icon-small);
      }
      .go {
        margin-left: auto;
        color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) trace?: WireTraceSummary;
  @property() href = "";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;

  override render(): TemplateResult {
    const { trace } = this;
    if (!trace) return html`${nothing}`;
    return html`<a href=${this.href}>
      <span class="head">
        <span class="dot hue-${this.hueOf(trace.rootService)}"></span>
        <span class="name cut">${trace.rootService} ${trace.rootOperation}</span>
        <span>${formatDuration(Number(trace.durationNanos))}</span>
      </span>
      <gs-mini-waterfall .trace=${trace} .hueOf=${this.hueOf}></gs-mini-waterfall>
      <span class="foot">
        <span>${formatPlural(trace.spanCount, "span")}</span>
        <span>${formatPlural(trace.services.length, "service")}</span>
        ${trace.errorCount > 0 ? html`<span class="failed">${icon("warning")}${formatPlural(trace.errorCount, "error")}</span>` : nothing}
        <span class="go">Open at this line</span>
      </span>
    </a>`;
  }
}
