/** A titled part that folds. In: a title, how much is inside, and a slot; out: gs-toggle with whether it is open now. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { emit } from "./emit.ts";
import { icon } from "./icons.ts";
import { sharedStyles } from "./shared-styles.ts";

@customElement("gs-section")
export class GsSection extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        border-top: var(--hairline) solid var(--line);
      }
      summary {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        height: var(--row);
        padding: 0 var(--space-4);
        cursor: pointer;
        list-style: none;
        font-weight: var(--weight-strong);
      }
      summary:hover {
        background: var(--surface-2);
      }
      summary svg {
        flex: none;
        color: var(--text-3);
        transition: rotate var(--motion);
      }
      details[open] > summary svg {
        rotate: 90deg;
      }
      .count {
        font-weight: normal;
        color: var(--text-3);
      }
      .aside {
        position: absolute;
        top: 0;
        right: var(--space-4);
        height: var(--row);
        display: flex;
        align-items: center;
      }
      .body {
        padding: var(--space-1) var(--space-4) var(--space-4);
      }
    `,
  ];

  @property() heading = "";
  @property() count = "";
  @property({ type: Boolean }) open = false;

  override render(): TemplateResult {
    return html`<details .open=${this.open} @toggle=${this.onToggle}>
        <summary>${icon("right")}<span>${this.heading}</span><span class="count">${this.count}</span></summary>
        ${this.open ? html`<div class="body"><slot></slot></div>` : ""}
      </details>
      <span class="aside"><slot name="aside"></slot></span>`;
  }

  private readonly onToggle = (event: Event): void => {
    const { open } = event.currentTarget as HTMLDetailsElement;
    if (open === this.open) return;
    this.open = open;
    emit(this, "gs-toggle", open);
  };
}
