/**
 * Paints rows of a waterfall on a canvas. In: the model, which rows, the part of time in view, colours; out: pixels. What lies where
 * is decided by model/waterfall-layout.ts; this only fills it in.
 */
import type { Interval } from "../base/interval.ts";
import { layoutRow, toPixel, type Mark, type RowShapes, type WaterfallModel } from "../model/waterfall-layout.ts";
import type { TokenColors } from "../widgets/canvas-surface.ts";

export interface WaterfallPaint {
  readonly view: Interval;
  readonly width: number;
  readonly rowHeight: number;
  /** Where the bar lies in its row, from its top. */
  readonly barTop: number;
  readonly barHeight: number;
  /** Where the grid lines begin in a row: below the name where names stand above bars. */
  readonly gridTop: number;
  /** Hue of each trace service. */
  readonly hues: readonly number[];
  /** Moments of the grid lines, nanoseconds since the trace's begin. */
  readonly ticks: readonly number[];
  readonly colors: TokenColors;
  readonly critical: boolean;
  /** Whether a row is one of those searched for; the others are drawn pale. */
  readonly isPale: (at: number) => boolean;
}

const PALE = 0.28;
const MARK = 3;
const EDGE = 3;

/** Rows `from` (inclusive) to `to` (exclusive); row `from` begins at y = 0. */
export function paintRows(
  context: CanvasRenderingContext2D,
  model: WaterfallModel,
  from: number,
  to: number,
  paint: WaterfallPaint,
): void {
  const { rowHeight, width, view, colors } = paint;
  context.fillStyle = colors.get("line");
  for (const tick of paint.ticks) {
    const x = Math.round(toPixel(tick, view, width));
    for (let row = 0; row < to - from; row++)
      context.fillRect(x, row * rowHeight + paint.gridTop, 1, rowHeight - paint.gridTop);
  }
  context.textBaseline = "middle";
  for (let at = from; at < to; at++) {
    context.globalAlpha = paint.isPale(at) ? PALE : 1;
    paintRow(context, layoutRow(model, at, view, width), (at - from) * rowHeight, paint);
  }
  context.globalAlpha = 1;
}

function paintRow(context: CanvasRenderingContext2D, shapes: RowShapes, top: number, paint: WaterfallPaint): void {
  const { colors, barHeight } = paint;
  const y = top + paint.barTop;
  const hue = colors.get(`service-${paint.hues[shapes.service] ?? 0}`);
  for (const { x, w } of shapes.bars) {
    if (shapes.bar === "missing") paintMissing(context, x, y, w, barHeight, colors);
    else {
      context.fillStyle = hue;
      fillRounded(context, x, y, w, barHeight, shapes.bar === "group" ? 0 : EDGE);
    }
    if (shapes.error) {
      context.fillStyle = colors.get("error");
      fillRounded(context, x, y - 1, Math.min(EDGE, w), barHeight + 2, 1);
    }
  }
  if (paint.critical) {
    context.fillStyle = colors.get("text-1");
    for (const { x, w } of shapes.critical) context.fillRect(x, y + barHeight + 1, w, 2);
  }
  for (const mark of shapes.marks) paintMark(context, mark, y + barHeight / 2, paint);
  if (shapes.label) paintLabel(context, shapes, y + barHeight / 2, paint);
  if (shapes.outside) paintArrow(context, shapes.outside, y + barHeight / 2, paint);
}

function fillRounded(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  w: number,
  h: number,
  radius: number,
): void {
  context.beginPath();
  context.roundRect(x, y, w, h, Math.min(radius, w / 2));
  context.fill();
}

/** Dashed: nothing was measured here, it is only where the children lie. */
function paintMissing(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  w: number,
  h: number,
  colors: TokenColors,
): void {
  context.strokeStyle = colors.get("text-3");
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 1), h - 1);
  context.setLineDash([]);
}

/** Logs are dots, events diamonds; errors are red, and larger, so that it is not the colour alone. */
function paintMark(context: CanvasRenderingContext2D, mark: Mark, y: number, paint: WaterfallPaint): void {
  const { colors } = paint;
  const radius = mark.meaning === "error" ? MARK + 1 : MARK;
  const x = Math.max(radius, mark.x);
  context.fillStyle = colors.get(mark.meaning === "error" ? "error" : mark.meaning === "warn" ? "warn" : "text-1");
  context.strokeStyle = colors.get("surface-1");
  context.lineWidth = 1.5;
  context.beginPath();
  if (mark.log === undefined) {
    context.moveTo(x, y - radius - 1);
    context.lineTo(x + radius + 1, y);
    context.lineTo(x, y + radius + 1);
    context.lineTo(x - radius - 1, y);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, Math.PI * 2);
  }
  context.stroke();
  context.fill();
}

function paintLabel(context: CanvasRenderingContext2D, shapes: RowShapes, y: number, { colors }: WaterfallPaint): void {
  if (!shapes.label) return;
  const { x, align, text } = shapes.label;
  context.textAlign = align;
  context.fillStyle = colors.get(shapes.error ? "error" : "text-2");
  context.fillText(shapes.error ? `✕ ${text}` : text, x, y);
}

function paintArrow(
  context: CanvasRenderingContext2D,
  side: "left" | "right",
  y: number,
  { colors, width }: WaterfallPaint,
): void {
  context.fillStyle = colors.get("text-3");
  context.textAlign = side;
  context.fillText(side === "left" ? "‹" : "›", side === "left" ? 2 : width - 2, y);
}
