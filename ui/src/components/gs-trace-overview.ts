/**
 * The whole trace as a small map with a brush over it. In: the trace, hues, the part of time in view; out: gs-brush (Interval, in
 * nanoseconds since the trace's begin).
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { formatDuration } from "../base/format-duration.ts";
import type { Interval } from "../base/interval.ts";
import { EMPTY_CELL, ERROR_CELL, FIRST_SERVICE_CELL, rasterizeTrace } from "../model/overview.ts";
import type { Trace } from "../model/trace.ts";
import { openCanvas, TokenColors } from "../widgets/canvas-surface.ts";
import { ColorSchemeController } from "../widgets/color-scheme-controller.ts";
import "../widgets/gs-brush.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { SizeController } from "../widgets/size-controller.ts";

const PADDING = 4;
const MOST_LINE_HEIGHT = 4;

@customElement("gs-trace-overview")
export class GsTraceOverview extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        height: var(--overview);
        background: var(--surface-1);
      }
      gs-brush {
        height: 100%;
        margin: 0 var(--space-5);
      }
      canvas {
        display: block;
        width: 100%;
        height: 100%;
        pointer-events: none;
      }
      @media (max-width: 899.98px) {
        gs-brush {
          margin: 0 var(--space-4);
        }
      }
    `,
  ];

  @property({ attribute: false }) trace?: Trace;
  @property({ attribute: false }) view: Interval = { from: 0, to: 1 };
  /** Hue of each trace service. */
  @property({ attribute: false }) hues: readonly number[] = [];
  @query("canvas") private canvas?: HTMLCanvasElement;
  private readonly size = new SizeController(this);
  private readonly scheme = new ColorSchemeController(this);

  override render(): TemplateResult {
    if (!this.trace) return html`${nothing}`;
    return html`<gs-brush .bounds=${{ from: 0, to: this.trace.totalNanos }} .value=${this.view} .name=${formatDuration}>
      <canvas role="img" aria-label="Overview of the whole trace"></canvas>
    </gs-brush>`;
  }

  protected override updated(changed: PropertyValues): void {
    void this.scheme;
    const onlyView = changed.size === 1 && changed.has("view");
    if (!onlyView && this.trace && this.canvas && this.size.width > 0) this.paint(this.trace, this.canvas);
  }

  private paint(trace: Trace, canvas: HTMLCanvasElement): void {
    const { clientWidth: width, clientHeight: height } = canvas;
    const context = openCanvas(canvas, width, height);
    if (!context || width === 0) return;
    const room = height - 2 * PADDING;
    const lines = Math.max(1, Math.min(trace.count, room));
    const lineHeight = Math.min(MOST_LINE_HEIGHT, room / lines);
    const grid = rasterizeTrace(trace, Math.floor(width), lines);
    const colors = new TokenColors(canvas);
    const top = PADDING + (room - lineHeight * lines) / 2;
    for (let line = 0; line < grid.lines; line++) {
      let from = 0;
      for (let column = 1; column <= grid.columns; column++) {
        const cell = grid.cells[line * grid.columns + from];
        if (column < grid.columns && grid.cells[line * grid.columns + column] === cell) continue;
        if (cell !== EMPTY_CELL) {
          context.fillStyle =
            cell === ERROR_CELL
              ? colors.get("error")
              : colors.get(`service-${this.hues[cell - FIRST_SERVICE_CELL] ?? 0}`);
          context.fillRect(
            from,
            top + line * lineHeight,
            column - from,
            Math.max(0.75, lineHeight - (lineHeight > 2 ? 1 : 0)),
          );
        }
        from = column;
      }
    }
  }
}
