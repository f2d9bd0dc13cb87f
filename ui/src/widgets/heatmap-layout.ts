/**
 * Where the cells of a heatmap lie: one column a time bucket, one row a bucket of values, values on a logarithmic axis. In: counts and
 * upper bounds (null = no bound); out: rows with their range and pixels. Pure.
 */
import type { Interval } from "../base/interval.ts";
import { clockTicks, logTicks } from "../base/ticks.ts";

export interface HeatRow {
  /** Index into the bounds. */
  readonly bucket: number;
  readonly from: number;
  /** Infinity for the last one. */
  readonly to: number;
  /** Pixels; top < bottom. */
  readonly top: number;
  readonly bottom: number;
}

export interface HeatLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly rows: readonly HeatRow[];
  /** The largest count of a cell. */
  readonly most: number;
  readonly lines: readonly { readonly y: number; readonly value: number }[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly xOf: (millis: number) => number;
  readonly yOf: (value: number) => number;
  readonly timeAt: (x: number) => number;
}

export interface HeatOptions {
  readonly width: number;
  readonly height: number;
  /** Room at the right for the names of lines. */
  readonly right: number;
  readonly range: Interval;
}

const LEFT = 56;
const TOP = 6;
const BOTTOM = 22;
const PIXELS_PER_TICK = 80;
const LEAST_LABEL_GAP = 18;

/** Rows without counts are left out at both ends, but for one at each side. `also` are values that must be in view, too. */
export function layoutHeatmap(
  bounds: readonly (number | null)[],
  counts: readonly (readonly number[])[],
  also: readonly number[],
  { width, height, right, range }: HeatOptions,
): HeatLayout {
  const limits = bounds.map((bound, index) => bucketRange(bounds, bound, index));
  const used = limits.flatMap(({ from, to }, bucket) => {
    const filled = counts.some((column) => (column[bucket] ?? 0) > 0);
    return filled || also.some((value) => value > from && value <= to) ? [bucket] : [];
  });
  const first = Math.max(0, (used[0] ?? 0) - 1);
  const last = Math.min(bounds.length - 1, (used[used.length - 1] ?? bounds.length - 1) + 1);
  const shown = limits.slice(first, last + 1);
  const least = shown[0]?.from ?? 1;
  const top = shown[shown.length - 1];
  const most = top ? (Number.isFinite(top.to) ? top.to : top.from * 2) : 10;
  const bottom = height - BOTTOM;
  const yOf = (value: number): number => {
    const share = Math.log(Math.min(Math.max(value, least), most) / least) / Math.log(most / least);
    return bottom - share * (bottom - TOP);
  };
  const plotRight = width - right;
  const millis = range.to - range.from || 1;
  const xOf = (at: number): number => LEFT + ((at - range.from) / millis) * (plotRight - LEFT);
  const rows = shown.map(({ from, to }, index) => ({
    bucket: first + index,
    from,
    to,
    top: yOf(Math.min(to, most)),
    bottom: yOf(from),
  }));
  return {
    left: LEFT,
    right: plotRight,
    top: TOP,
    bottom,
    rows,
    most: counts.reduce((max, column) => column.reduce((a, b) => Math.max(a, b), max), 0),
    lines: thin(logTicks(least, most).map((value) => ({ value, y: yOf(value) }))),
    ticks: clockTicks(range.from, range.to, Math.max(2, (plotRight - LEFT) / PIXELS_PER_TICK)).map((tick) => ({
      x: xOf(tick.millis),
      label: tick.label,
    })),
    xOf,
    yOf,
    timeAt: (x) => range.from + ((x - LEFT) / (plotRight - LEFT)) * millis,
  };
}

/** How strong a cell is drawn, 0 to 1: by the root of its count, so that a few slow ones beside many fast ones are seen. */
export function heatStrength(count: number, most: number): number {
  return count <= 0 || most <= 0 ? 0 : 0.12 + 0.88 * Math.sqrt(count / most);
}

function bucketRange(
  bounds: readonly (number | null)[],
  bound: number | null,
  index: number,
): { from: number; to: number } {
  const below = index > 0 ? bounds[index - 1] : null;
  const to = bound ?? Number.POSITIVE_INFINITY;
  return { from: below ?? (Number.isFinite(to) ? to / 2 : 1), to };
}

function thin<T extends { readonly y: number }>(lines: readonly T[]): T[] {
  const kept: T[] = [];
  for (const line of lines) if (kept.every((other) => Math.abs(other.y - line.y) >= LEAST_LABEL_GAP)) kept.push(line);
  return kept;
}
