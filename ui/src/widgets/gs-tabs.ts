/**
 * One of several: as tabs over a panel, or as a segmented control. In: items and the chosen value; out: gs-change with the new value.
 * Arrow keys move, as screen readers expect of tabs and radio groups.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { emit } from "./emit.ts";
import { icon, type IconName } from "./icons.ts";
import { sharedStyles } from "./shared-styles.ts";

export interface TabItem {
  readonly value: string;
  readonly label: string;
  /** Beside the label: how many there are. */
  readonly count?: string;
  /** Shown instead of the label, which then is its name. */
  readonly icon?: IconName;
}

@customElement("gs-tabs")
export class GsTabs extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      [role] {
        display: flex;
        gap: var(--space-1);
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        height: var(--row);
        padding: 0 var(--space-3);
        color: var(--text-2);
        border-radius: var(--radius);
        white-space: nowrap;
      }
      button:hover {
        color: var(--text-1);
        background: var(--surface-2);
      }
      .tabs button[aria-selected="true"] {
        color: var(--text-1);
        font-weight: var(--weight-strong);
        box-shadow: inset 0 calc(-1 * var(--focus-width)) var(--accent);
        border-radius: 0;
      }
      .segments {
        display: inline-flex;
        gap: 0;
        padding: var(--space-1);
        background: var(--surface-2);
        border-radius: var(--radius);
      }
      .segments button {
        height: calc(var(--row) - 2 * var(--space-1));
      }
      .segments button[aria-checked="true"] {
        background: var(--surface-1);
        color: var(--text-1);
        box-shadow: 0 0 0 var(--hairline) var(--line);
      }
      .count {
        font-size: var(--text-small);
        font-weight: normal;
        color: var(--text-3);
      }
    `,
  ];

  @property({ attribute: false }) items: readonly TabItem[] = [];
  @property() value = "";
  @property() look: "tabs" | "segments" = "tabs";
  @property() label = "";

  override render(): TemplateResult {
    const tabs = this.look === "tabs";
    return html`<div
      class=${this.look}
      role=${tabs ? "tablist" : "radiogroup"}
      aria-label=${this.label}
      @keydown=${this.onKey}
    >
      ${this.items.map((item) => {
        const chosen = item.value === this.value;
        return html`<button
          role=${tabs ? "tab" : "radio"}
          aria-selected=${tabs ? String(chosen) : nothing}
          aria-checked=${tabs ? nothing : String(chosen)}
          tabindex=${chosen ? 0 : -1}
          title=${item.icon ? item.label : nothing}
          aria-label=${item.icon ? item.label : nothing}
          @click=${() => this.choose(item.value)}
        >
          ${item.icon ? icon(item.icon) : item.label}
          ${item.count ? html`<span class="count">${item.count}</span>` : ""}
        </button>`;
      })}
    </div>`;
  }

  private choose(value: string): void {
    if (value !== this.value) emit(this, "gs-change", value);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.items.findIndex((item) => item.value === this.value);
    const next = (at + by + this.items.length) % this.items.length;
    this.choose(this.items[next].value);
    this.renderRoot.querySelectorAll("button")[next]?.focus();
  };
}
