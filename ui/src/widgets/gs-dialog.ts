/** A modal in the top layer: keeps the focus, closes on Escape and on a click beside it (gs-close). In: `open`, a label, a slot. */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { emit } from "./emit.ts";
import { sharedStyles } from "./shared-styles.ts";

@customElement("gs-dialog")
export class GsDialog extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      dialog {
        margin: 12dvh auto auto;
        padding: 0;
        width: min(var(--prose-width), calc(100vw - 2 * var(--space-4)));
        max-height: 70dvh;
        color: var(--text-1);
        background: var(--surface-1);
        border: var(--hairline) solid var(--line);
        border-radius: var(--radius-large);
        box-shadow: var(--shadow);
        overflow: hidden;
      }
      dialog::backdrop {
        background: var(--scrim);
      }
    `,
  ];

  @property({ type: Boolean }) open = false;
  @property() label = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    return html`<dialog aria-label=${this.label} @close=${() => emit(this, "gs-close")} @click=${this.onClick}>
      ${this.open ? html`<slot></slot>` : ""}
    </dialog>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("open")) return;
    if (this.open && !this.dialog.open) this.dialog.showModal();
    if (!this.open && this.dialog.open) this.dialog.close();
  }

  private readonly onClick = (event: MouseEvent): void => {
    if (event.composedPath()[0] === this.dialog) this.dialog.close();
  };
}
