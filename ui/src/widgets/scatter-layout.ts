/**
 * Where the dots and grid lines of a scatter plot lie. In: points, the range of x in milliseconds, the size in pixels; out: pixels.
 * y is logarithmic over the values there are, at least one decade. Pure.
 */
import type { Interval } from "../base/interval.ts";
import { clockTicks, logTicks } from "../base/ticks.ts";

export interface ScatterPoint {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly x: number;
  /** Positive; smaller values are drawn at the bottom. */
  readonly y: number;
  /** 0 to 13. */
  readonly hue: number;
  readonly error: boolean;
}

export interface ScatterDot {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly hue: number;
  readonly error: boolean;
}

export interface ScatterLayout {
  readonly left: number;
  readonly right: number;
  readonly dots: readonly ScatterDot[];
  readonly lines: readonly { readonly y: number; readonly label: string }[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

const LEFT = 56;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;
const PIXELS_PER_TICK = 96;
const HALF_LABEL = 20;

/** Dots with errors come last, so that they lie on top. */
export function layoutScatter(
  points: readonly ScatterPoint[],
  range: Interval,
  width: number,
  height: number,
  nameY: (y: number) => string,
): ScatterLayout {
  const right = width - RIGHT;
  const bottom = height - BOTTOM;
  const values = points.map((point) => Math.max(point.y, 1e-9));
  let least = values.length > 0 ? Math.min(...values) : 1;
  let most = values.length > 0 ? Math.max(...values) : 10;
  if (most / least < 10) [least, most] = [least / 2, Math.max(most * 1.2, least * 5)];
  const yOf = (value: number): number => bottom - (Math.log(value / least) / Math.log(most / least)) * (bottom - TOP);
  const xOf = (millis: number): number =>
    LEFT + ((millis - range.from) / (range.to - range.from || 1)) * (right - LEFT);
  const dots = points
    .map(({ key, x, y, hue, error }) => ({ key, x: xOf(x), y: yOf(Math.max(y, 1e-9)), hue, error }))
    .sort((a, b) => Number(a.error) - Number(b.error));
  const lines = logTicks(least, most).map((value) => ({ y: Math.round(yOf(value)), label: nameY(value) }));
  const ticks = clockTicks(range.from, range.to, Math.max(2, Math.floor((right - LEFT) / PIXELS_PER_TICK)));
  return {
    left: LEFT,
    right,
    dots,
    lines: thin(lines),
    ticks: ticks.map(({ millis, label }) => ({ x: Math.min(xOf(millis), width - HALF_LABEL), label })),
  };
}

/** The dot within reach that lies nearest; of equals the one on top. */
export function nearestDot(layout: ScatterLayout, x: number, y: number, reach: number): ScatterDot | undefined {
  let best: ScatterDot | undefined;
  let least = reach;
  for (const dot of layout.dots) {
    const distance = Math.hypot(dot.x - x, dot.y - y);
    if (distance > least) continue;
    best = dot;
    least = distance;
  }
  return best;
}

/** Leaves out labels that would touch. */
function thin<T extends { readonly y: number }>(lines: readonly T[]): T[] {
  const kept: T[] = [];
  for (const line of lines) if (kept.every((other) => Math.abs(other.y - line.y) >= 18)) kept.push(line);
  return kept;
}
