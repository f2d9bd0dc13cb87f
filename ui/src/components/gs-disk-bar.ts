/** How full a budget is and what fills it: one bar, its parts named with their sizes. In: parts, the budget (0 = none). */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatBytes } from "../base/format-bytes.ts";
import { formatPercent } from "../base/format-number.ts";
import type { DiskPart } from "../model/storage-view.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";

/** From this share on the bar warns. */
const NEARLY_FULL = 0.9;

@customElement("gs-disk-bar")
export class GsDiskBar extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: var(--space-2) var(--space-4);
      }
      .figure {
        font-size: var(--text-title);
        font-weight: var(--weight-strong);
      }
      .share {
        margin-left: auto;
        color: var(--text-2);
      }
      .full .share {
        color: var(--warn);
        font-weight: var(--weight-strong);
      }
      .bar {
        display: flex;
        height: var(--row-compact);
        margin: var(--space-3) 0;
        border-radius: var(--radius);
        background: var(--surface-2);
        overflow: hidden;
      }
      .bar span {
        flex: none;
        min-width: var(--space-1);
        border-right: var(--hairline) solid var(--surface-1);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2) var(--space-5);
        list-style: none;
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--text-2);
      }
      li b {
        color: var(--text-1);
        font-weight: var(--weight-medium);
      }
      .mark {
        width: var(--dot);
        height: var(--dot);
        border-radius: var(--space-1);
      }
      .traces {
        background: var(--accent);
      }
      .logs {
        background: var(--brand);
      }
      .metrics {
        background: var(--service-8);
      }
      .index {
        background: var(--line-strong);
      }
      .journal {
        background: var(--ok);
      }
      .other {
        background: var(--text-3);
      }
    `,
  ];

  @property() label = "";
  @property({ attribute: false }) parts: readonly DiskPart[] = [];
  /** Bytes; 0 = no limit: the bar then shows shares of what is used. */
  @property({ type: Number }) budget = 0;

  override render(): TemplateResult {
    const used = this.parts.reduce((sum, { bytes }) => sum + bytes, 0);
    const whole = this.budget > 0 ? Math.max(this.budget, used) : used;
    const share = this.budget > 0 ? used / this.budget : undefined;
    const of = this.budget > 0 ? `of ${formatBytes(this.budget)}` : "no limit";
    return html`<div class=${share !== undefined && share >= NEARLY_FULL ? "full" : nothing}>
      <p class="head">
        <span>${this.label}</span>
        <span class="figure">${formatBytes(used)}</span>
        <span class="dim">${of}</span>
        ${share === undefined ? nothing : html`<span class="share">${formatPercent(share)} used</span>`}
      </p>
      <div class="bar" role="img" aria-label="${this.label}: ${formatBytes(used)} ${of}">
        ${this.parts.map(({ tone, bytes }) => {
          const width = `${whole > 0 ? (100 * bytes) / whole : 0}%`;
          return html`<span class=${tone} ${styleOf({ width })}></span>`;
        })}
      </div>
      <ul>
        ${this.parts.map(
          ({ tone, label, bytes }) =>
            html`<li><span class="mark ${tone}"></span>${label} <b>${formatBytes(bytes)}</b></li>`,
        )}
      </ul>
    </div>`;
  }
}
