/**
 * A small menu of links beside the place it was asked for: where to go on from a part of a chart. In: a title and ways; out: links that are
 * clicked like any other. offerWays() opens one in the top layer; it goes with Escape, a click elsewhere, or a choice.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { clamp } from "../base/clamp.ts";
import { icon, type IconName } from "./icons.ts";
import { sharedStyles } from "./shared-styles.ts";

export interface Way {
  readonly label: string;
  readonly href: string;
  readonly icon: IconName;
}

const GAP = 8;

@customElement("gs-way-menu")
export class GsWayMenu extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host([popover]) {
        position: fixed;
        inset: auto;
        margin: 0;
      }
      :host {
        width: max-content;
        padding: var(--space-2);
        color: var(--text-1);
        background: var(--surface-1);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius-large);
        box-shadow: var(--shadow);
      }
      :host([popover]:not(:popover-open)) {
        display: none;
      }
      p {
        padding: var(--space-1) var(--space-3) var(--space-2);
        color: var(--text-2);
        font-size: var(--text-small);
      }
      a {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-height: var(--row);
        padding: 0 var(--space-3);
        border-radius: var(--radius);
        color: var(--text-1);
      }
      a:hover,
      a:focus-visible {
        background: var(--surface-2);
        text-decoration: none;
      }
      svg {
        flex: none;
        color: var(--text-3);
      }
    `,
  ];

  /** What the ways lead on from, such as a stretch of time. */
  @property() heading = "";
  @property({ attribute: false }) ways: readonly Way[] = [];

  override render(): TemplateResult {
    return html`<nav aria-label=${this.heading} @keydown=${this.onKey} @click=${this.onClick}>
      <p>${this.heading}</p>
      ${this.ways.map(({ label, href, icon: name }) => html`<a href=${href}>${icon(name)}${label}</a>`)}
    </nav>`;
  }

  /** Opens it right below a point of the window, within its edges. */
  async showAt(left: number, top: number): Promise<void> {
    await this.updateComplete;
    this.showPopover();
    const { width, height } = this.getBoundingClientRect();
    this.style.left = `${clamp(left, GAP, Math.max(GAP, window.innerWidth - width - GAP))}px`;
    this.style.top = `${clamp(top + GAP, GAP, Math.max(GAP, window.innerHeight - height - GAP))}px`;
    this.links[0]?.focus({ preventScroll: true });
  }

  private get links(): HTMLAnchorElement[] {
    return [...this.renderRoot.querySelectorAll("a")];
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const { links } = this;
    const at = links.findIndex((link) => link.matches(":focus"));
    links[(at + by + links.length) % links.length]?.focus();
  };

  /** After the click has done its work. */
  private readonly onClick = (): void => {
    setTimeout(() => this.isConnected && this.hidePopover());
  };
}

/** One is open at most: opening the next one closes it. `left` and `top` are pixels of the window. */
export function offerWays(heading: string, ways: readonly Way[], { left, top }: { left: number; top: number }): void {
  if (ways.length === 0) return;
  const menu = document.createElement("gs-way-menu");
  Object.assign(menu, { heading, ways });
  menu.popover = "auto";
  menu.addEventListener("toggle", (event) => event.newState === "closed" && menu.remove());
  document.body.append(menu);
  // Not before the release of the button that asked for it: that would count as a click elsewhere.
  setTimeout(() => void menu.showAt(left, top));
}

declare global {
  interface HTMLElementTagNameMap {
    "gs-way-menu": GsWayMenu;
  }
}
