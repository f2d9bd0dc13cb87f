/**
 * A small chart without axes: bars for counts, a line for levels. In: one value per time bucket, null = nothing was measured (a
 * gap, not a zero); out: a picture with a text for screen readers, and gs-zoom-share (an Interval from 0 to 1) after a drag. y starts
 * at 0.
 */
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { clamp } from "../base/clamp.ts";
import type { Interval } from "../base/interval.ts";
import { emit } from "./emit.ts";
import { linePaths } from "./line-paths.ts";
import { sharedStyles } from "./shared-styles.ts";

const WIDTH = 100;
const HEIGHT = 20;
/** A drag begins after this share of the width. */
const LEAST_SHARE = 0.04;

@customElement("gs-sparkline")
export class GsSparkline extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
        width: var(--spark-width);
        height: var(--spark-height);
        color: var(--text-3);
        vertical-align: middle;
        cursor: crosshair;
      }
      :host([tone="error"]) {
        color: var(--error);
      }
      :host([tone="accent"]) {
        color: var(--accent);
      }
      :host([tone="warn"]) {
        color: var(--warn);
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      .line {
        fill: none;
        stroke: currentColor;
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
        stroke-linejoin: round;
        stroke-linecap: round;
      }
      .area {
        fill: currentColor;
        opacity: 0.14;
      }
      .bars {
        fill: currentColor;
      }
      .drag {
        fill: var(--accent);
        opacity: 0.25;
      }
      .base {
        stroke: var(--line);
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }
    `,
  ];

  @property({ attribute: false }) values: readonly (number | null)[] = [];
  @property() shape: "bars" | "line" = "line";
  @property({ reflect: true }) tone: "plain" | "error" | "warn" | "accent" = "plain";
  /** The top of the scale; by default the largest value. */
  @property({ type: Number }) top?: number;
  /** What it shows, for screen readers. */
  @property() label = "";

  @state() private drag?: Interval;
  private dragStart?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("pointerdown", this.onDown);
    this.addEventListener("pointermove", this.onMove);
    this.addEventListener("pointerup", this.onUp);
    this.addEventListener("click", this.onClick);
  }

  override render(): TemplateResult {
    const top = Math.max(this.top ?? 0, ...this.values.map((value) => value ?? 0));
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${this.label}>
      ${top > 0 ? (this.shape === "bars" ? this.bars(top) : this.line(top)) : nothing}
      ${this.drag ? svg`<rect class="drag" x=${this.drag.from * WIDTH} width=${(this.drag.to - this.drag.from) * WIDTH} height=${HEIGHT}></rect>` : nothing}
      ${svg`<line class="base" x1="0" x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT}></line>`}
    </svg>`;
  }

  private shareOf(event: PointerEvent): number {
    const { left, width } = this.getBoundingClientRect();
    return clamp((event.clientX - left) / (width || 1), 0, 1);
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.dragStart = this.shareOf(event);
    this.setPointerCapture(event.pointerId);
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.dragStart === undefined) return;
    const at = this.shareOf(event);
    const begun = this.drag !== undefined || Math.abs(at - this.dragStart) > LEAST_SHARE;
    if (begun) this.drag = { from: Math.min(at, this.dragStart), to: Math.max(at, this.dragStart) };
  };

  private readonly onUp = (): void => {
    this.dragStart = undefined;
    if (this.drag) emit(this, "gs-zoom-share", this.drag);
  };

  /** The click that ends a drag is none. */
  private readonly onClick = (event: Event): void => {
    if (this.drag) event.stopPropagation();
    this.drag = undefined;
  };

  private bars(top: number): unknown {
    const step = WIDTH / this.values.length;
    const path = this.values
      .map((value, index) => {
        if (!value) return "";
        const height = Math.max(1.5, (value / top) * HEIGHT);
        return `M${(index * step + step * 0.12).toFixed(2)} ${HEIGHT}v${(-height).toFixed(2)}h${(step * 0.76).toFixed(2)}V${HEIGHT}z`;
      })
      .join("");
    return svg`<path class="bars" d=${path}></path>`;
  }

  private line(top: number): unknown {
    const { line, area } = linePaths(this.values, top, WIDTH, HEIGHT);
    return svg`<path class="area" d=${area}></path><path class="line" d=${line}></path>`;
  }
}
