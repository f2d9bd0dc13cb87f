/**
 * Dots over time, with a logarithmic y axis. In: points (x in milliseconds since 1970, y positive), the range of x, how to name a y;
 * out: gs-zoom {from, to} after a drag, gs-pick (the point's key) on a click, gs-hover (key or undefined). Errors are crosses.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Interval } from "../base/interval.ts";
import { openCanvas, TokenColors, canvasFont } from "./canvas-surface.ts";
import { ColorSchemeController } from "./color-scheme-controller.ts";
import { emit } from "./emit.ts";
import { layoutScatter, nearestDot, type ScatterLayout, type ScatterPoint } from "./scatter-layout.ts";
import { sharedStyles } from "./shared-styles.ts";
import { SizeController } from "./size-controller.ts";

const HIT_PIXELS = 14;
const CLICK_PIXELS = 4;
const DOT = 3.5;

@customElement("gs-scatter")
export class GsScatter extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        height: var(--scatter);
        cursor: crosshair;
        touch-action: pan-y;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .drag {
        position: absolute;
        top: 0;
        bottom: 0;
        background: var(--accent);
        opacity: 0.15;
        pointer-events: none;
      }
      .tip {
        position: absolute;
        pointer-events: none;
        padding: var(--space-2) var(--space-3);
        background: var(--surface-1);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
        white-space: nowrap;
        z-index: 1;
      }
    `,
  ];

  @property({ attribute: false }) points: readonly ScatterPoint[] = [];
  @property({ attribute: false }) range: Interval = { from: 0, to: 1 };
  /** Before this x there may be points that were not given; the part is shaded. */
  @property({ type: Number }) knownFrom = 0;
  @property({ attribute: false }) nameY: (y: number) => string = String;
  /** What the hovered point says. */
  @property({ attribute: false }) tip: (key: string) => unknown = () => nothing;
  /** Drawn larger: the point of the row that is selected elsewhere. */
  @property() marked = "";
  @property() label = "";
  @state() private hovered = "";
  @state() private drag?: { from: number; to: number };
  @query("canvas") private canvas!: HTMLCanvasElement;
  private readonly size = new SizeController(this);
  private readonly scheme = new ColorSchemeController(this);
  private plot?: ScatterLayout;

  override render(): TemplateResult {
    return html`<canvas
        role="img"
        aria-label=${this.label}
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @pointerleave=${() => this.hover("")}
      ></canvas>
      ${this.drag ? html`<div class="drag"></div>` : nothing}
      ${this.hovered && !this.drag ? html`<div class="tip">${this.tip(this.hovered)}</div>` : nothing}`;
  }

  protected override updated(changed: PropertyValues): void {
    const onlyHover = changed.size > 0 && [...changed.keys()].every((key) => key === "drag");
    if (!onlyHover && this.size.width > 0) this.paint();
    this.placeOverlays();
  }

  private paint(): void {
    void this.scheme;
    const { width, height } = this.size;
    const context = openCanvas(this.canvas, width, height);
    if (!context) return;
    const plot = layoutScatter(this.points, this.range, width, height, this.nameY);
    this.plot = plot;
    const colors = new TokenColors(this.canvas);
    context.font = canvasFont(this);
    context.textBaseline = "middle";
    for (const line of plot.lines) {
      context.fillStyle = colors.get("line");
      context.fillRect(plot.left, line.y, plot.right - plot.left, 1);
      context.fillStyle = colors.get("text-3");
      context.textAlign = "right";
      context.fillText(line.label, plot.left - 6, line.y);
    }
    this.shadeUnknown(context, colors, plot);
    context.fillStyle = colors.get("text-3");
    context.textAlign = "center";
    for (const tick of plot.ticks) context.fillText(tick.label, tick.x, height - 8);
    for (const dot of plot.dots) {
      const strong = dot.key === this.hovered || dot.key === this.marked;
      const radius = strong ? DOT * 1.6 : DOT;
      context.globalAlpha = strong ? 1 : 0.78;
      if (dot.error) {
        context.strokeStyle = colors.get("error");
        context.lineWidth = strong ? 2.5 : 1.8;
        context.beginPath();
        context.moveTo(dot.x - radius, dot.y - radius);
        context.lineTo(dot.x + radius, dot.y + radius);
        context.moveTo(dot.x + radius, dot.y - radius);
        context.lineTo(dot.x - radius, dot.y + radius);
        context.stroke();
      } else {
        context.fillStyle = colors.get(`service-${dot.hue}`);
        context.beginPath();
        context.arc(dot.x, dot.y, radius, 0, Math.PI * 2);
        context.fill();
      }
    }
    context.globalAlpha = 1;
  }

  private shadeUnknown(context: CanvasRenderingContext2D, colors: TokenColors, plot: ScatterLayout): void {
    const share = (this.knownFrom - this.range.from) / (this.range.to - this.range.from || 1);
    const width = Math.min(1, share) * (plot.right - plot.left);
    if (width <= 0) return;
    context.fillStyle = colors.get("surface-2");
    context.fillRect(plot.left, 0, width, this.size.height - 22);
    if (width < 90) return;
    context.fillStyle = colors.get("text-3");
    context.textAlign = "center";
    context.fillText("older, not loaded", plot.left + width / 2, 12);
  }

  private placeOverlays(): void {
    const box = this.renderRoot.querySelector<HTMLElement>(".drag");
    if (box && this.drag) {
      box.style.left = `${Math.min(this.drag.from, this.drag.to)}px`;
      box.style.width = `${Math.abs(this.drag.to - this.drag.from)}px`;
    }
    const tip = this.renderRoot.querySelector<HTMLElement>(".tip");
    const dot = this.plot?.dots.find((dot) => dot.key === this.hovered);
    if (!tip || !dot) return;
    const onLeft = dot.x > this.size.width / 2;
    tip.style.left = onLeft ? "" : `${dot.x + 12}px`;
    tip.style.right = onLeft ? `${this.size.width - dot.x + 12}px` : "";
    tip.style.top = `${Math.min(dot.y, this.size.height - tip.offsetHeight)}px`;
  }

  private hover(key: string): void {
    if (key === this.hovered) return;
    this.hovered = key;
    emit(this, "gs-hover", key || undefined);
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { from: event.offsetX, to: event.offsetX };
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.drag) this.drag = { ...this.drag, to: event.offsetX };
    else this.hover(this.plot ? (nearestDot(this.plot, event.offsetX, event.offsetY, HIT_PIXELS)?.key ?? "") : "");
    this.canvas.style.cursor = this.hovered ? "pointer" : "";
  };

  private readonly onUp = (event: PointerEvent): void => {
    const { drag, plot } = this;
    this.drag = undefined;
    if (!drag || !plot) return;
    if (Math.abs(drag.to - drag.from) >= CLICK_PIXELS) {
      const at = (x: number): number =>
        this.range.from + ((x - plot.left) / (plot.right - plot.left)) * (this.range.to - this.range.from);
      emit(this, "gs-zoom", { from: Math.min(at(drag.from), at(drag.to)), to: Math.max(at(drag.from), at(drag.to)) });
      return;
    }
    const dot = nearestDot(plot, event.offsetX, event.offsetY, HIT_PIXELS);
    if (dot) emit(this, "gs-pick", dot.key);
  };
}
