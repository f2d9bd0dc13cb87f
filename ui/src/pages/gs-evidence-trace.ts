/** A trace that shows an alert's fault, as a card with its miniature waterfall. In: what evidence says of it; asks for the trace itself. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireEvidenceTrace, WireTraceSummary } from "goldspan/contract";
import { fetchTrace } from "../api/endpoints.ts";
import { formatMillis } from "../base/format-duration.ts";
import "../components/gs-mini-waterfall.ts";
import { traceCardStyles } from "../components/trace-card-styles.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { previewTrace } from "../model/trace-preview.ts";
import { links } from "../state/links.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-evidence-trace")
export class GsEvidenceTrace extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    traceCardStyles,
    css`
      a {
        height: 100%;
      }
      .number svg {
        width: var(--icon-small);
        height: var(--icon-small);
        margin-right: var(--space-1);
        vertical-align: -0.1em;
      }
      gs-mini-waterfall,
      .room {
        display: block;
        height: var(--row-tall);
        color: var(--text-3);
      }
      .foot {
        display: block;
      }
    `,
  ];

  @property({ attribute: false }) trace?: WireEvidenceTrace;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;

  private readonly preview = new QueryController<WireTraceSummary | null>(this, {
    key: () => (this.trace ? `trace preview ${this.trace.traceId}` : undefined),
    ask: async (signal) => {
      const traceId = this.trace?.traceId ?? "";
      return previewTrace(traceId, await fetchTrace(traceId, signal)) ?? null;
    },
  });

  override render(): TemplateResult {
    const { trace } = this;
    if (!trace) return html`${nothing}`;
    const { traceId, spanId, service, operation, durationMs, error, criticalSpan } = trace;
    return html`<a href=${links.trace(traceId, spanId)}>
      <span class="head">
        <span class="dot hue-${this.hueOf(service)}"></span>
        <span class="name cut">${service} <span class="dim">${operation}</span></span>
        <span class="number ${error ? "error" : ""}"
          >${error ? html`${icon("warning")}<span class="unseen">failed</span>` : nothing}${formatMillis(durationMs)}</span
        >
      </span>
      ${
        this.preview.data
          ? html`<gs-mini-waterfall .trace=${this.preview.data} .hueOf=${this.hueOf}></gs-mini-waterfall>`
          : html`<span class="room">${this.preview.error ? "The trace cannot be read." : nothing}</span>`
      }
      ${criticalSpan ? html`<span class="foot cut">longest: ${criticalSpan}</span>` : nothing}
    </a>`;
  }
}
