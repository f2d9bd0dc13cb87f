/**
 * Says more about something when the pointer rests on it or the keyboard comes to it. In: the thing in the default slot, what to say in
 * slot "card"; out: a box in the top layer. Escape closes it. With `href` the thing is a link, else it can be focused itself.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { sharedStyles } from "./shared-styles.ts";

const GAP = 4;

@customElement("gs-hover-card")
export class GsHoverCard extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
      }
      .thing {
        color: inherit;
        text-decoration: none;
      }
      .card {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: var(--space-3) var(--space-4);
        max-width: var(--field-width);
        color: var(--text-1);
        background: var(--surface-1);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
        font-size: var(--text-small);
        font-weight: normal;
        white-space: normal;
        text-align: left;
        pointer-events: none;
      }
    `,
  ];

  @property() href = "";
  @property() label = "";
  @state() private open = false;
  @query(".thing") private thing!: HTMLElement;
  @query(".card") private card!: HTMLElement;

  override render(): TemplateResult {
    const content = html`<slot></slot>`;
    return html`${
        this.href
          ? html`<a
              class="thing"
              href=${this.href}
              aria-label=${this.label || nothing}
              aria-describedby="card"
              @pointerenter=${this.show}
              @pointerleave=${this.hide}
              @focus=${this.show}
              @blur=${this.hide}
              @keydown=${this.onKey}
              >${content}</a
            >`
          : html`<span
              class="thing"
              tabindex="0"
              role="group"
              aria-label=${this.label || nothing}
              aria-describedby="card"
              @pointerenter=${this.show}
              @pointerleave=${this.hide}
              @focus=${this.show}
              @blur=${this.hide}
              @keydown=${this.onKey}
              >${content}</span
            >`
      }
      <div id="card" class="card" popover="manual" role="tooltip">
        <slot name="card"></slot>
      </div>`;
  }

  private readonly show = async (): Promise<void> => {
    if (this.open) return;
    this.open = true;
    await this.updateComplete;
    if (!this.isConnected) return;
    this.card.showPopover();
    const anchor = this.thing.getBoundingClientRect();
    const { width, height } = this.card.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(anchor.left, window.innerWidth - width - GAP));
    const below = anchor.bottom + GAP + height <= window.innerHeight;
    this.card.style.left = `${left}px`;
    this.card.style.top = `${below ? anchor.bottom + GAP : anchor.top - GAP - height}px`;
  };

  private readonly hide = (): void => {
    if (this.card.matches(":popover-open")) this.card.hidePopover();
    this.open = false;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.open) return;
    event.stopPropagation();
    this.hide();
  };
}
