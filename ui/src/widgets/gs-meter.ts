/**
 * How full something is: a bar with its figure. In: a share from 0 to 1 (null = not known) and from where on it is tight; out: a
 * picture. Amber when tight, with a mark, so that it is seen without colours, too.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { clamp } from "../base/clamp.ts";
import { formatPercent, NO_VALUE } from "../base/format-number.ts";
import { icon } from "./icons.ts";
import { sharedStyles } from "./shared-styles.ts";

@customElement("gs-meter")
export class GsMeter extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: var(--space-3);
        white-space: nowrap;
      }
      svg.bar {
        width: var(--meter-width);
        height: var(--meter-height);
        border-radius: var(--radius);
        background: var(--surface-2);
        box-shadow: 0 0 0 var(--hairline) var(--line);
        flex: none;
      }
      rect {
        fill: var(--text-3);
      }
      .tight rect {
        fill: var(--warn);
      }
      .figure {
        min-width: 3.4em;
        text-align: right;
      }
      .tight {
        color: var(--warn);
      }
      .bad {
        font-weight: var(--weight-strong);
      }
      .mark {
        display: inline-flex;
        width: var(--icon-small);
      }
      .mark svg {
        width: 100%;
        height: auto;
      }
    `,
  ];

  @property({ attribute: false }) value: number | null = null;
  @property({ type: Number }) warnAt = 0.75;
  @property({ type: Number }) badAt = 0.9;
  @property() label = "";

  override render(): TemplateResult {
    const { value } = this;
    if (value === null)
      return html`<span class="faint figure" title="Nothing that it sends tells">${NO_VALUE}</span
        ><span class="mark"></span>`;
    const level = value >= this.badAt ? "tight bad" : value >= this.warnAt ? "tight" : "";
    return html`<svg
        class="bar ${level}"
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        role="meter"
        aria-label=${this.label}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(clamp(value, 0, 1) * 100)}
        aria-valuetext=${formatPercent(value)}
      >
        <rect width=${clamp(value, 0, 1) * 100} height="6"></rect>
      </svg>
      <span class="figure ${level}">${formatPercent(value)}</span>
      <span class="mark ${level}">${level.includes("bad") ? icon("warning") : nothing}</span>`;
  }
}
