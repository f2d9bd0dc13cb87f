/** Text that is copied by a click. In: the value, and optionally a shorter text to show; out: the clipboard, and a notice. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { emit } from "./emit.ts";
import { icon } from "./icons.ts";
import { sharedStyles } from "./shared-styles.ts";

const SHOWN_MILLIS = 1200;

@customElement("gs-copy")
export class GsCopy extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-flex;
        max-width: 100%;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        max-width: 100%;
        color: inherit;
        border-radius: var(--radius);
      }
      svg {
        flex: none;
        color: var(--text-3);
        opacity: 0;
        transition: opacity var(--motion);
      }
      button:hover svg,
      button:focus-visible svg,
      .bare svg {
        opacity: 1;
      }
      button:hover svg {
        color: var(--accent);
      }
    `,
  ];

  @property() value = "";
  /** What is shown; empty shows the icon alone. */
  @property() text = "";
  /** What it is, for the button's name and the notice: "trace id". */
  @property() what = "";
  @state() private copied = false;

  override render(): TemplateResult {
    const name = `Copy ${this.what}`;
    return html`<button
      class=${this.text ? "mono" : "bare"}
      title=${name}
      aria-label=${`${name} ${this.text}`}
      @click=${this.copy}
    >
      ${this.text ? html`<span class="cut">${this.text}</span>` : ""}${icon(this.copied ? "check" : "copy")}
    </button>`;
  }

  private readonly copy = async (event: Event): Promise<void> => {
    event.stopPropagation();
    try {
      await navigator.clipboard.writeText(this.value);
    } catch (error) {
      console.warn("cannot write to the clipboard", error);
      emit(this, "gs-notice", `Cannot copy: the browser forbids it. ${this.value}`);
      return;
    }
    this.copied = true;
    emit(this, "gs-notice", `Copied ${this.what}`);
    window.setTimeout(() => (this.copied = false), SHOWN_MILLIS);
  };
}
