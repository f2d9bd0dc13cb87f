/**
 * What a chart over time decides before it draws: the range of y, where its ticks lie, where labels stand, which values the tooltip
 * lists. In: series and sizes in CSS pixels; out: plain data. Pure.
 */
import type { Interval } from "../base/interval.ts";
import { clockTicks, linearTicks, logTicks } from "../base/ticks.ts";

export interface ChartSeries {
  /** Tells it from the others; by default its label. */
  readonly key?: string;
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** A colour token. */
  readonly tone: string;
  readonly shape: "line" | "bars" | "area";
  readonly dashed?: boolean;
}

/** Something that happened at a moment: a release. */
export interface ChartMark {
  readonly at: number;
  readonly label: string;
}

/** A time in which something was so: an alert fired. Shaded; its name stands at its foot where there is room. */
export interface ChartStretch {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly tone: string;
}

/** A level that matters, the room between two, or a band that follows the time, as what is normal does. */
export type ChartLevel = (FlatLevel | BandLevel) & { readonly label: string; readonly tone: string };

export interface FlatLevel {
  readonly from: number;
  readonly to?: number;
}

/** As long as the chart's times; null = none there. */
export interface BandLevel {
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** A measured value that leads somewhere: an exemplar. */
export interface ChartDot {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly x: number;
  readonly y: number;
  readonly tone: string;
}

export type YScale = "linear" | "log";

export interface YOptions {
  readonly scale: YScale;
  /** Where the axis begins when no value is negative: at 0, or near the smallest value. */
  readonly from: "zero" | "data";
  /** The top of the axis at least, such as 1 for a share. */
  readonly top?: number;
  /** Levels that are near the values are kept in view. */
  readonly levels?: readonly ChartLevel[];
}

/** Shown rows of a tooltip; the nearest one is always among them. */
const MOST_ROWS = 10;
const HEAD_ROOM = 1.08;
/** Up to so many lines carry their name at their end. */
export const MOST_NAMED = 6;
const PIXELS_PER_LETTER = 7.2;
const WIDEST_NAME = 130;

/** From the smallest to the largest value that is drawn; always wider than nothing, positive on a logarithmic scale. */
export function yRange(values: Iterable<number | null>, options: YOptions): Interval {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null || !Number.isFinite(value) || (options.scale === "log" && value <= 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  for (const level of options.levels ?? []) {
    if ("upper" in level) for (const value of level.upper) most = Math.max(most, value ?? most);
    else if (level.to === undefined && level.from > most && level.from <= most * 1.6) most = level.from;
  }
  if (options.scale === "log") return logRange(least, most);
  if (least > most) return { from: 0, to: options.top ?? 1 };
  const top = Math.max(most, options.top ?? Number.NEGATIVE_INFINITY);
  if (options.from === "data" && least !== most) {
    const room = (most - least) * (HEAD_ROOM - 1);
    return { from: least >= 0 ? Math.max(0, least - room) : least - room, to: top + room };
  }
  const from = Math.min(0, least * HEAD_ROOM);
  const to = options.top !== undefined && most <= options.top ? options.top : Math.max(0, top) * HEAD_ROOM;
  return { from, to: to > from ? to : from + 1 };
}

function logRange(least: number, most: number): Interval {
  if (least > most) return { from: 0.001, to: 1 };
  return most / least < 10
    ? { from: least / 2, to: Math.max(most * 1.2, least * 5) }
    : { from: least / 1.2, to: most * 1.2 };
}

/** Values as they are drawn: stacked ones added up, on a logarithmic axis nothing that has no place there. */
export function drawnValues(
  series: readonly ChartSeries[],
  count: number,
  { stacked, scale }: { stacked: boolean; scale: YScale },
): (number | null)[][] {
  const sums = Array.from({ length: count }, () => 0);
  return series.map(({ values }) =>
    values.map((value, index) => {
      if (value === null || Number.isNaN(value) || (scale === "log" && value <= 0)) return null;
      if (!stacked) return value;
      sums[index] += value;
      return sums[index];
    }),
  );
}

/** Round numbers of `unit`, about `count` of them. */
export function yTicks({ from, to }: Interval, scale: YScale, count: number, unit = 1): number[] {
  if (scale === "log") return logTicks(from, to);
  return linearTicks(from / unit, to / unit, Math.max(2, Math.round(count))).map((tick) => tick * unit);
}

/** What stands at the ticks of a time axis; "" where a moment is no tick. */
export function nameTimes(splits: readonly number[], scale: { min?: number; max?: number }, count: number): string[] {
  const labels = new Map(clockTicks(scale.min ?? 0, scale.max ?? 0, count).map(({ millis, label }) => [millis, label]));
  return splits.map((millis) => labels.get(millis) ?? "");
}

/** Labels at the ends of lines, pushed apart until none overlaps; none leaves the plot when there is room for all. */
export function spreadLabels(wanted: readonly number[], height: number, gap: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const placed = [...wanted];
  let floor = gap / 2;
  for (const index of order) {
    placed[index] = Math.max(placed[index], floor);
    floor = placed[index] + gap;
  }
  let ceiling = height - gap / 2;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index], ceiling);
    ceiling = placed[index] - gap;
  }
  return placed;
}

export interface TipRow {
  readonly series: ChartSeries;
  readonly value: number;
  readonly nearest: boolean;
}

/** The values at one moment, largest first; `near` is the value under the pointer, whose neighbour is marked. */
export function tipRows(
  series: readonly ChartSeries[],
  at: number,
  near: number | null,
): { rows: TipRow[]; hidden: number } {
  const found = series.flatMap((series) => {
    const value = series.values[at] ?? null;
    return value === null || Number.isNaN(value) ? [] : [{ series, value }];
  });
  found.sort((a, b) => b.value - a.value);
  let nearest = -1;
  if (near !== null) {
    for (let index = 0; index < found.length; index++) {
      const best = nearest < 0 ? Number.POSITIVE_INFINITY : Math.abs(found[nearest].value - near);
      if (Math.abs(found[index].value - near) < best) nearest = index;
    }
  }
  const start = Math.max(0, Math.min(nearest - MOST_ROWS + 1, found.length - MOST_ROWS));
  const rows = found.map((entry, index) => ({ ...entry, nearest: index === nearest })).slice(start, start + MOST_ROWS);
  return { rows, hidden: found.length - rows.length };
}

/** All values at one moment, for those who can't see them. */
export function describeMoment(
  series: readonly ChartSeries[],
  at: number,
  nameValue: (value: number | null) => string,
): string {
  const { rows } = tipRows(series, at, null);
  return rows.map(({ series: { label }, value }) => `${label} ${nameValue(value)}`).join(", ") || "no value";
}

/** What a chart shows, in a sentence, for those who can't see it: each series with its last and its largest value. */
export function describeChart(
  heading: string,
  series: readonly ChartSeries[],
  nameValue: (value: number | null) => string,
): string {
  const parts = series.slice(0, MOST_ROWS).map(({ label, values }) => {
    const known = values.filter((value): value is number => value !== null && !Number.isNaN(value));
    if (known.length === 0) return `${label}: no values`;
    const most = known.reduce((a, b) => Math.max(a, b));
    return `${label}: last ${nameValue(known[known.length - 1])}, at most ${nameValue(most)}`;
  });
  const more = series.length > MOST_ROWS ? `; and ${series.length - MOST_ROWS} more` : "";
  return `${heading}: ${series
    .map(({ label }) => label)
    .slice(0, 3)
    .join(", ")} over time. ${parts.join("; ")}${more}`;
}

/** The dot under the pointer, both in pixels; of several the nearest. */
export function nearestOf<T extends { readonly left: number; readonly top: number }>(
  dots: readonly T[],
  left: number,
  top: number,
  reach: number,
): T | undefined {
  let best: T | undefined;
  let least = reach;
  for (const dot of dots) {
    const distance = Math.hypot(dot.left - left, dot.top - top);
    if (distance > least) continue;
    least = distance;
    best = dot;
  }
  return best;
}

/** How wide the names at the ends of the lines are; 0 when there are none, as a single line needs none and many find no place. */
export function roomForNames(series: readonly ChartSeries[], width: number): number {
  const lines = series.filter(({ shape }) => shape !== "bars");
  if (lines.length < 2 || series.length > MOST_NAMED) return 0;
  const longest = Math.max(...series.map(({ label }) => label.length));
  return Math.max(24, Math.min(longest * PIXELS_PER_LETTER + 10, WIDEST_NAME, width * 0.25));
}

/** The dot that lies nearest to one of the times, at most a step away. */
export function dotNear(dots: readonly ChartDot[], times: readonly number[], index: number): ChartDot | undefined {
  const away = (dot: ChartDot): number => Math.abs(dot.x - times[index]);
  const step = times.length > 1 ? times[1] - times[0] : Number.POSITIVE_INFINITY;
  return dots.filter((dot) => away(dot) <= step).toSorted((a, b) => away(a) - away(b))[0];
}

/**
 * The bucket a moment lies in, as an index: that of bars begins at its time, that of lines lies around it. -1 when there are no times.
 * Times ascend, as far apart as the first two.
 */
export function bucketAt(times: readonly number[], millis: number, isBars: boolean): number {
  const nearest = nearestIndex(times, millis);
  return isBars && nearest > 0 && times[nearest] > millis ? nearest - 1 : nearest;
}

/** The stretch of time of a bucket, milliseconds since 1970. */
export function bucketStretch(times: readonly number[], index: number, isBars: boolean): Interval {
  const step = times.length > 1 ? times[1] - times[0] : 60_000;
  const from = isBars ? times[index] : times[index] - step / 2;
  return { from, to: from + step };
}

/** Index of the time nearest to a moment; -1 when there is none. Times ascend. */
export function nearestIndex(times: readonly number[], millis: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < millis) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && millis - times[low - 1] < times[low] - millis) return low - 1;
  return times.length === 0 ? -1 : low;
}
