/** Says that the first data has come, and leads to it. In: the trace, or none where it was something else; out: gs-close. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { emit } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

export interface FirstTrace {
  readonly service: string;
  readonly operation: string;
  readonly href: string;
}

@customElement("gs-first-arrival")
export class GsFirstArrival extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3) var(--space-4);
        margin-bottom: var(--space-4);
        padding: var(--space-3) var(--space-4);
        border: var(--hairline) solid var(--ok);
        border-radius: var(--radius-large);
        background: var(--surface-1);
      }
      svg {
        flex: none;
        color: var(--ok);
      }
      p {
        flex: 1 1 16em;
        overflow-wrap: anywhere;
      }
      button svg {
        color: inherit;
      }
    `,
  ];

  @property({ attribute: false }) trace?: FirstTrace;
  @property() logsHref = "";
  @property() metricsHref = "";

  override render(): TemplateResult {
    return html`<section aria-label="First data">
      ${icon("check")} ${this.trace ? this.renderTrace(this.trace) : this.renderOther()}
      <button
        class="button plain icon"
        title="Close"
        aria-label="Close"
        @click=${() => emit(this, "gs-close", undefined)}
      >
        ${icon("close")}
      </button>
    </section>`;
  }

  /** To whoever pressed a button that is gone now. */
  override focus(): void {
    this.renderRoot.querySelector("a")?.focus();
  }

  private renderTrace({ service, operation, href }: FirstTrace): TemplateResult {
    return html`<p role="status">
        The first trace has arrived: <strong>${operation}</strong> of <strong>${service}</strong>
      </p>
      <a class="button primary" href=${href}>Open the trace</a>`;
  }

  private renderOther(): TemplateResult {
    return html`<p role="status">The first data has arrived, without traces so far.</p>
      <a class="button primary" href=${this.logsHref}>See the logs</a>
      <a class="button" href=${this.metricsHref}>See the metrics</a>`;
  }
}
