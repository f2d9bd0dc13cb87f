/** Something failed: what, a hint, the id to find it by in the collector's log, and a way to try again (gs-retry). */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { emit } from "./emit.ts";
import { icon } from "./icons.ts";
import { controlStyles, sharedStyles } from "./shared-styles.ts";

@customElement("gs-failure")
export class GsFailure extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        margin: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius);
        background: var(--error-soft);
        color: var(--text-1);
      }
      div {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }
      svg {
        flex: none;
        color: var(--error);
      }
      p {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      p::first-letter {
        text-transform: uppercase;
      }
      .hint {
        color: var(--text-2);
      }
    `,
  ];

  @property() message = "";
  @property() hint = "";
  @property() errorId = "";

  override render(): TemplateResult {
    return html`<div role="alert">
      ${icon("warning")}
      <p>
        ${this.message}${this.hint ? html`: <span class="hint">${this.hint}</span>` : ""}
        ${this.errorId ? html`<span class="hint">· in the collector's log as ${this.errorId}.</span>` : ""}
      </p>
      <button class="button" @click=${() => emit(this, "gs-retry")}>Try again</button>
    </div>`;
  }
}
