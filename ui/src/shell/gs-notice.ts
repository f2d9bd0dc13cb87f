/** A short line at the bottom when something was done ("Copied trace id"), read out by screen readers. In: gs-notice events. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Emitted } from "../widgets/emit.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

const SHOWN_MILLIS = 2000;

@customElement("gs-notice")
export class GsNotice extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      p {
        position: fixed;
        left: 50%;
        bottom: calc(var(--header) + var(--space-5));
        translate: -50% 0;
        z-index: 30;
        padding: var(--space-3) var(--space-5);
        border-radius: var(--radius-large);
        background: var(--text-1);
        color: var(--surface-1);
        box-shadow: var(--shadow);
        max-width: 90vw;
      }
      p:empty {
        display: none;
      }
    `,
  ];

  @state() private text = "";
  private timer?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("gs-notice", this.onNotice);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("gs-notice", this.onNotice);
  }

  override render(): TemplateResult {
    return html`<p role="status">${this.text}</p>`;
  }

  private readonly onNotice = (event: Event): void => {
    this.text = (event as Emitted<string>).detail;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (this.text = ""), SHOWN_MILLIS);
  };
}
