/**
 * A trace at a glance: its longest spans as bars in their services' colours, errors in red. In: a WireTraceSummary and the hues;
 * out: a picture of fixed size. The depth is squeezed into the height there is.
 */
import { css, html, LitElement, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireTraceSummary } from "goldspan/contract";
import { hueStyles } from "../widgets/hue-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

const WIDTH = 180;
const HEIGHT = 24;
const LEAST_BAR = 1.5;
const MOST_LINES = 8;

@customElement("gs-mini-waterfall")
export class GsMiniWaterfall extends LitElement {
  static override styles = [
    sharedStyles,
    ...hueStyles,
    css`
      :host {
        width: var(--mini-width);
        height: calc(var(--row) - var(--space-2));
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
      }
      rect {
        fill: var(--hue);
      }
      rect.error {
        fill: var(--error);
      }
    `,
  ];

  @property({ attribute: false }) trace?: WireTraceSummary;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;

  override render(): TemplateResult {
    const { preview = [], services = [] } = this.trace ?? {};
    const depths = [...new Set(preview.map((bar) => bar.depth))].sort((a, b) => a - b);
    const lines = Math.min(depths.length, MOST_LINES);
    const step = Math.min(HEIGHT / Math.max(lines, 1), 6);
    const top = (HEIGHT - step * lines) / 2;
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${preview.map((bar) => {
        const line = Math.floor((depths.indexOf(bar.depth) * lines) / depths.length);
        const width = Math.max(LEAST_BAR, bar.width * WIDTH);
        const x = Math.max(0, Math.min(bar.offset * WIDTH, WIDTH - width));
        const name = services[bar.service]?.name ?? "";
        return svg`<rect class=${bar.error ? "error" : `hue-${this.hueOf(name)}`} x=${x} width=${width}
          y=${top + line * step} height=${Math.max(1.5, step - 1)}></rect>`;
      })}
    </svg>`;
  }
}
