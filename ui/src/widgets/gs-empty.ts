/** Nothing to show: says why, and offers the next step in its slot. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { sharedStyles } from "./shared-styles.ts";

@customElement("gs-empty")
export class GsEmpty extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        padding: var(--space-7) var(--space-5);
        max-width: var(--prose-width);
        margin: 0 auto;
        text-align: center;
      }
      h2 {
        font-size: var(--text-large);
      }
      p {
        color: var(--text-2);
        margin-top: var(--space-2);
      }
      .next {
        margin-top: var(--space-5);
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--space-3);
      }
    `,
  ];

  @property() heading = "";
  @property() why = "";

  override render(): TemplateResult {
    return html`<h2>${this.heading}</h2>
      <p>${this.why}</p>
      <div class="next"><slot></slot></div>`;
  }
}
