/** The time axis above the waterfall: labels at the grid lines. In: the part of time in view, where the axis begins and how wide it is. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatDurationTick } from "../base/format-duration.ts";
import type { Interval } from "../base/interval.ts";
import { toPixel } from "../model/waterfall-layout.ts";
import { styleOf } from "../widgets/style-of.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { axisTicks } from "./waterfall-tiles.ts";

@customElement("gs-waterfall-axis")
export class GsWaterfallAxis extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        flex: none;
        height: var(--row-compact);
        background: var(--surface-1);
        border-bottom: var(--hairline) solid var(--line);
        overflow: hidden;
      }
      span {
        position: absolute;
        top: 0;
        line-height: var(--row-compact);
        font-size: var(--text-small);
        color: var(--text-3);
        white-space: nowrap;
        padding-left: var(--space-2);
        border-left: var(--hairline) solid var(--line-strong);
      }
    `,
  ];

  @property({ attribute: false }) view: Interval = { from: 0, to: 1 };
  @property({ type: Number }) left = 0;
  @property({ type: Number }) width = 1;

  override render(): TemplateResult {
    const ticks = axisTicks(this.view, this.width);
    const step = ticks.length > 1 ? ticks[1] - ticks[0] : this.view.to - this.view.from;
    return html`${ticks.map((tick) => {
      const left = this.left + toPixel(tick, this.view, this.width);
      return html`<span ${styleOf({ left: `${left}px` })}>${formatDurationTick(tick, step)}</span>`;
    })}`;
  }
}
