/**
 * A button with a panel that opens below it, in the top layer, and closes on a click elsewhere or Escape. In: slot "label" for the
 * button, the default slot for the panel; out: gs-open when it opens. close() shuts it.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { emit } from "./emit.ts";
import { controlStyles, sharedStyles } from "./shared-styles.ts";

const GAP = 4;

@customElement("gs-popover")
export class GsPopover extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        display: inline-block;
      }
      .panel {
        position: fixed;
        margin: 0;
        inset: auto;
        padding: var(--space-3);
        color: var(--text-1);
        background: var(--surface-1);
        border: var(--hairline) solid var(--line);
        border-radius: var(--radius-large);
        box-shadow: var(--shadow);
        max-height: 80dvh;
        max-width: calc(100vw - 2 * var(--space-3));
        overflow: auto;
        text-align: left;
      }
    `,
  ];

  /** The button's name. */
  @property() label = "";
  @property() buttonClass = "button";
  /** Which edge of the panel lies under the same edge of the button. */
  @property() align: "left" | "right" = "left";
  @state() private open = false;
  @query("button") private button!: HTMLButtonElement;
  @query(".panel") private panel!: HTMLElement;

  close(): void {
    if (this.open) this.panel.hidePopover();
  }

  override render(): TemplateResult {
    return html`<button
        class=${this.buttonClass}
        title=${this.label}
        aria-label=${this.label}
        aria-haspopup="dialog"
        aria-expanded=${String(this.open)}
        @click=${() => this.panel.togglePopover()}
      >
        <slot name="label"></slot>
      </button>
      <div class="panel" popover="auto" role="dialog" aria-label=${this.label} @toggle=${this.onToggle}>
        ${this.open ? html`<slot></slot>` : ""}
      </div>`;
  }

  private readonly onToggle = async (event: ToggleEvent): Promise<void> => {
    this.open = event.newState === "open";
    if (!this.open) return;
    emit(this, "gs-open");
    await this.updateComplete;
    const anchor = this.button.getBoundingClientRect();
    const { width } = this.panel.getBoundingClientRect();
    const wanted = this.align === "left" ? anchor.left : anchor.right - width;
    const left = Math.max(GAP * 2, Math.min(wanted, window.innerWidth - width - GAP * 2));
    this.panel.style.left = `${left}px`;
    this.panel.style.top = `${anchor.bottom + GAP}px`;
    this.querySelector<HTMLElement>("[autofocus]")?.focus();
  };
}
