/** Paints a heatmap that was laid out: cells, grid, lines with their names, marks, dots. Out: where the dots are, for the pointer. */
import type { TokenColors } from "./canvas-surface.ts";
import { heatStrength, type HeatLayout } from "./heatmap-layout.ts";
import { paintDots, paintLineNames, paintMarks, type PlacedDot, type PlotArea } from "./paint-chart-extras.ts";
import type { ChartDot, ChartMark, ChartSeries } from "./time-chart-layout.ts";

export interface HeatContent {
  readonly times: readonly number[];
  readonly stepMillis: number;
  readonly counts: readonly (readonly number[])[];
  readonly lines: readonly ChartSeries[];
  readonly marks: readonly ChartMark[];
  readonly dots: readonly ChartDot[];
  readonly nameValue: (value: number | null) => string;
  readonly hovered: string;
}

export function paintHeatmap(
  context: CanvasRenderingContext2D,
  map: HeatLayout,
  content: HeatContent,
  colors: TokenColors,
): PlacedDot[] {
  paintAxes(context, map, content, colors);
  paintCells(context, map, content, colors);
  for (const line of content.lines) paintLine(context, map, line, content, colors);
  const area: PlotArea = {
    left: map.left,
    top: map.top,
    width: map.right - map.left,
    height: map.bottom - map.top,
    xOf: map.xOf,
    yOf: map.yOf,
  };
  paintMarks(context, area, content.marks, colors);
  if (content.lines.length > 1) paintLineNames(context, area, content.lines, colors);
  const placed = content.dots
    .map(({ key, x, y, tone }) => ({ key, tone, left: map.xOf(x), top: map.yOf(y) }))
    .filter(({ left }) => left >= map.left && left <= map.right);
  paintDots(context, placed, content.hovered, colors);
  return placed;
}

function paintCells(
  context: CanvasRenderingContext2D,
  map: HeatLayout,
  { times, counts, stepMillis }: HeatContent,
  colors: TokenColors,
): void {
  context.fillStyle = colors.get("heat");
  times.forEach((time, index) => {
    const left = Math.max(map.left, Math.floor(map.xOf(time)));
    const width = Math.min(map.right, Math.floor(map.xOf(time + stepMillis))) - left;
    if (width <= 0) return;
    for (const { bucket, top, bottom } of map.rows) {
      context.globalAlpha = heatStrength(counts[index]?.[bucket] ?? 0, map.most);
      // A hair between the cells keeps them apart; whole pixels keep them sharp.
      const y = Math.round(top);
      if (context.globalAlpha > 0)
        context.fillRect(left, y, Math.max(1, width - (width > 4 ? 1 : 0)), Math.max(1, Math.round(bottom) - y - 1));
    }
  });
  context.globalAlpha = 1;
}

function paintAxes(
  context: CanvasRenderingContext2D,
  map: HeatLayout,
  { nameValue }: HeatContent,
  colors: TokenColors,
): void {
  context.textBaseline = "middle";
  for (const { y, value } of map.lines) {
    context.fillStyle = colors.get("line");
    context.fillRect(map.left, Math.round(y), map.right - map.left, 1);
    context.fillStyle = colors.get("text-3");
    context.textAlign = "right";
    context.fillText(nameValue(value), map.left - 6, Math.max(y, map.top + 5));
  }
  context.textAlign = "center";
  for (const { x, label } of map.ticks) context.fillText(label, x, map.bottom + 13);
}

function paintLine(
  context: CanvasRenderingContext2D,
  map: HeatLayout,
  line: ChartSeries,
  { times, stepMillis }: HeatContent,
  colors: TokenColors,
): void {
  context.strokeStyle = colors.get(line.tone);
  context.lineWidth = 1.5;
  context.setLineDash(line.dashed ? [4, 3] : []);
  context.beginPath();
  let drawing = false;
  line.values.forEach((value, index) => {
    if (value === null || value <= 0) {
      drawing = false;
      return;
    }
    const [x, y] = [map.xOf(times[index] + stepMillis / 2), map.yOf(value)];
    if (drawing) context.lineTo(x, y);
    else context.moveTo(x, y);
    // A value alone between gaps is a short dash.
    if (!drawing && (line.values[index + 1] ?? null) === null) context.lineTo(x + 3, y);
    drawing = true;
  });
  context.stroke();
  context.setLineDash([]);
}
