/**
 * A list of any length that draws only the rows in view. In: how many rows there are and how to draw one; all rows are as tall as
 * the token says. Scrolls by itself, so give it a height. A new `count` or `version` draws anew.
 */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { sharedStyles } from "./shared-styles.ts";
import { readPixels } from "./token-size.ts";

const OVERSCAN = 12;

@customElement("gs-virtual-list")
export class GsVirtualList extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        overflow: auto;
        position: relative;
        contain: strict;
      }
      .space {
        position: relative;
      }
      .row {
        position: absolute;
        left: 0;
        right: 0;
        top: 0;
      }
    `,
  ];

  @property({ type: Number }) count = 0;
  @property({ attribute: false }) drawRow: (index: number) => unknown = () => html``;
  /** Anything that, when it changes, changes what rows look like. */
  @property({ attribute: false }) version: unknown;
  @property() rowToken = "--row";
  @property() label = "";
  @state() private first = 0;
  @state() private last = 0;
  @query(".space") private space!: HTMLElement;
  private rowHeight = 1;
  private readonly observer = new ResizeObserver(() => this.measure());

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("scroll", this.measure, { passive: true });
    this.observer.observe(this);
    this.tabIndex = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  /** Brings a row into view, moving as little as possible. */
  showRow(index: number): void {
    const top = index * this.rowHeight;
    if (top < this.scrollTop) this.scrollTop = top;
    else if (top + this.rowHeight > this.scrollTop + this.clientHeight)
      this.scrollTop = top + this.rowHeight - this.clientHeight;
  }

  protected override willUpdate(): void {
    this.last = Math.min(this.last, this.count);
    this.first = Math.min(this.first, this.last);
  }

  override render(): TemplateResult {
    const rows = Array.from({ length: Math.max(0, this.last - this.first) }, (_, offset) => this.first + offset);
    return html`<div class="space" role="list" aria-label=${this.label}>
      ${repeat(
        rows,
        (index) => index,
        (index) =>
          html`<div class="row" role="listitem" aria-setsize=${this.count} aria-posinset=${index + 1} data-row=${index}>
            ${this.drawRow(index)}
          </div>`,
      )}
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("count")) this.measure();
    this.space.style.height = `${this.count * this.rowHeight}px`;
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>(".row")) {
      row.style.transform = `translateY(${Number(row.dataset.row) * this.rowHeight}px)`;
    }
  }

  private readonly measure = (): void => {
    this.rowHeight = readPixels(this, this.rowToken) || 1;
    const first = Math.max(0, Math.floor(this.scrollTop / this.rowHeight) - OVERSCAN);
    this.first = Math.min(first, this.count);
    this.last = Math.min(this.count, Math.ceil((this.scrollTop + this.clientHeight) / this.rowHeight) + OVERSCAN);
  };
}
