/**
 * What lies over the lines of a chart: levels and bands, release marks, exemplar dots, names at the ends of lines. In: a canvas, where
 * the plot lies in CSS pixels, colours; out: paint. Knows no chart library.
 */
import type { TokenColors } from "./canvas-surface.ts";
import {
  spreadLabels,
  type BandLevel,
  type ChartLevel,
  type ChartMark,
  type ChartSeries,
  type ChartStretch,
} from "./time-chart-layout.ts";

export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Pixels from the canvas' left and top edge. */
  readonly xOf: (millis: number) => number;
  readonly yOf: (value: number) => number;
}

/** As uPlot has them, of which it is the same. */
interface PlotLike {
  readonly bbox: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly over: { readonly clientWidth: number };
  valToPos(value: number, scale: string): number;
}

/** The plot in CSS pixels, and how many canvas pixels one of them is. */
export function plotArea(plot: PlotLike): { area: PlotArea; ratio: number } {
  const ratio = plot.bbox.width / (plot.over.clientWidth || 1);
  const [left, top] = [plot.bbox.left / ratio, plot.bbox.top / ratio];
  const area = {
    left,
    top,
    width: plot.bbox.width / ratio,
    height: plot.bbox.height / ratio,
    xOf: (millis: number) => left + plot.valToPos(millis, "x"),
    yOf: (value: number) => top + plot.valToPos(value, "y"),
  };
  return { area, ratio };
}

export interface PlacedDot {
  readonly key: string;
  readonly left: number;
  readonly top: number;
  readonly tone: string;
}

const DOT_RADIUS = 3;
const LABEL_GAP = 13;

interface Overlays {
  readonly times: readonly number[];
  readonly stretches: readonly ChartStretch[];
  readonly levels: readonly ChartLevel[];
  readonly marks: readonly ChartMark[];
}

export function paintOverlays(
  context: CanvasRenderingContext2D,
  area: PlotArea,
  { times, stretches, levels, marks }: Overlays,
  colors: TokenColors,
): void {
  paintStretches(context, area, stretches, colors);
  paintLevels(context, area, levels, times, colors);
  paintMarks(context, area, marks, colors);
}

/** At least two pixels wide, with a bar at the foot, so that short ones are seen and it is not the shade alone. */
function paintStretches(
  context: CanvasRenderingContext2D,
  area: PlotArea,
  stretches: readonly ChartStretch[],
  colors: TokenColors,
): void {
  for (const { from, to, label, tone } of stretches) {
    const left = Math.max(area.left, area.xOf(from));
    const right = Math.min(area.left + area.width, Math.max(area.xOf(to), area.xOf(from) + 2));
    if (right <= left) continue;
    context.fillStyle = colors.get(tone);
    context.globalAlpha = 0.14;
    context.fillRect(left, area.top, right - left, area.height);
    context.globalAlpha = 1;
    context.fillRect(left, area.top + area.height - 3, right - left, 3);
    if (context.measureText(label).width + 8 > right - left) continue;
    context.fillStyle = colors.get("text-2");
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(label, left + 4, area.top + area.height - 4);
  }
}

function paintLevels(
  context: CanvasRenderingContext2D,
  area: PlotArea,
  levels: readonly ChartLevel[],
  times: readonly number[],
  colors: TokenColors,
): void {
  for (const level of levels) {
    if ("upper" in level) {
      paintBand(context, area, level, times, colors.get(level.tone));
      continue;
    }
    const y = area.yOf(level.from);
    if (level.to !== undefined) {
      const other = area.yOf(level.to);
      context.globalAlpha = 0.12;
      context.fillStyle = colors.get(level.tone);
      context.fillRect(area.left, Math.min(y, other), area.width, Math.abs(other - y));
      context.globalAlpha = 1;
      continue;
    }
    if (y < area.top - 1 || y > area.top + area.height + 1) continue;
    context.strokeStyle = colors.get(level.tone);
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    strokeLine(context, area.left, y, area.left + area.width, y);
    context.setLineDash([]);
    context.fillStyle = colors.get(level.tone);
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(level.label, area.left + 4, y - 1);
  }
}

/** Between the two lines wherever both are known. */
function paintBand(
  context: CanvasRenderingContext2D,
  area: PlotArea,
  { lower, upper }: BandLevel,
  times: readonly number[],
  color: string,
): void {
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  context.globalAlpha = 0.16;
  context.fillStyle = color;
  let begin = 0;
  for (let i = 0; i <= times.length; i++) {
    if (i < times.length && lower[i] !== null && upper[i] !== null) continue;
    if (i - begin > 1) {
      context.beginPath();
      for (let j = begin; j < i; j++) context.lineTo(area.xOf(times[j]), area.yOf(upper[j] ?? 0));
      for (let j = i - 1; j >= begin; j--) context.lineTo(area.xOf(times[j]), area.yOf(lower[j] ?? 0));
      context.fill();
    }
    begin = i + 1;
  }
  context.restore();
}

/** A dashed line with its name at the top; names that would touch the one before are left out, the line says enough. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  area: PlotArea,
  marks: readonly ChartMark[],
  colors: TokenColors,
): void {
  let taken = Number.NEGATIVE_INFINITY;
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    const x = Math.round(area.xOf(mark.at)) + 0.5;
    if (x < area.left || x > area.left + area.width) continue;
    context.strokeStyle = colors.get("brand");
    context.lineWidth = 1.5;
    context.setLineDash([2, 2]);
    strokeLine(context, x, area.top, x, area.top + area.height);
    context.setLineDash([]);
    context.fillStyle = colors.get("text-2");
    const { width } = context.measureText(mark.label);
    const onLeft = x + width + 6 > area.left + area.width;
    const start = onLeft ? x - width - 4 : x + 4;
    if (start < taken) continue;
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText(mark.label, start, area.top + 1);
    taken = start + width + 6;
  }
}

/** Diamonds with a rim, so that they are told from the points of lines by their form. */
export function paintDots(
  context: CanvasRenderingContext2D,
  dots: readonly PlacedDot[],
  hovered: string,
  colors: TokenColors,
): void {
  for (const dot of dots) {
    const radius = dot.key === hovered ? DOT_RADIUS * 1.7 : DOT_RADIUS;
    context.beginPath();
    context.moveTo(dot.left, dot.top - radius);
    context.lineTo(dot.left + radius, dot.top);
    context.lineTo(dot.left, dot.top + radius);
    context.lineTo(dot.left - radius, dot.top);
    context.closePath();
    context.fillStyle = colors.get(dot.tone);
    context.strokeStyle = colors.get("surface-1");
    context.lineWidth = 1;
    context.fill();
    context.stroke();
  }
}

/** Names at the right of the plot, at the height of each line's last value. */
export function paintLineNames(
  context: CanvasRenderingContext2D,
  area: PlotArea,
  series: readonly ChartSeries[],
  colors: TokenColors,
): void {
  const named = series.flatMap((series) => {
    const last = series.values.findLast((value) => value !== null && !Number.isNaN(value));
    return last === undefined || last === null ? [] : [{ series, y: area.yOf(last) - area.top }];
  });
  const places = spreadLabels(
    named.map(({ y }) => (Number.isFinite(y) ? y : area.height)),
    area.height,
    LABEL_GAP,
  );
  context.textAlign = "left";
  context.textBaseline = "middle";
  named.forEach(({ series }, index) => {
    context.fillStyle = colors.get(series.tone.startsWith("service-") ? "text-2" : series.tone);
    context.fillText(series.label, area.left + area.width + 6, area.top + places[index]);
  });
}

function strokeLine(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
