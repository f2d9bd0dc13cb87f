/**
 * Answers of Prometheus' HTTP API as series of numbers on one grid of times. In: a matrix, the grid; out: values with null where there is
 * no sample, so that gaps stay gaps. And which of many series to draw, and what to call them. Pure.
 */
import type { Interval } from "../base/interval.ts";

export type PromLabels = Readonly<Record<string, string>>;

export interface PromSeries {
  readonly metric: PromLabels;
  /** Seconds since 1970, and the value as text. */
  readonly values?: readonly (readonly [number, string])[];
  readonly value?: readonly [number, string];
  readonly histograms?: readonly (readonly [number, PromHistogram])[];
  readonly histogram?: readonly [number, PromHistogram];
}

export interface PromHistogram {
  readonly count: string;
  readonly sum: string;
}

export interface TimeGrid {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
  /** A moment less than a step after `end`, where the range itself ends: without it the newest values would show a step late. */
  readonly last?: number;
}

export interface GridSeries {
  readonly labels: PromLabels;
  readonly values: (number | null)[];
}

export function gridTimes({ start, end, step, last }: TimeGrid): number[] {
  const count = Math.floor((end - start) / step + 1e-9) + 1;
  const times = Array.from({ length: count }, (_, index) => start + index * step);
  return last === undefined ? times : [...times, last];
}

export function gridRange({ start, end, last }: TimeGrid): Interval {
  return { from: start, to: last ?? end };
}

/** Histograms stand for their mean: a line is all that a chart of values can show of them. */
export function toGrid(series: PromSeries, grid: TimeGrid): GridSeries {
  const { start, step, last } = grid;
  const values: (number | null)[] = Array.from({ length: gridTimes(grid).length }, () => null);
  const put = (seconds: number, value: number): void => {
    const millis = Math.round(seconds * 1000);
    const index = millis === last ? values.length - 1 : Math.round((millis - start) / step);
    if (index >= 0 && index < values.length && Number.isFinite(value)) values[index] = value;
  };
  for (const [seconds, text] of series.values ?? []) put(seconds, parsePromValue(text));
  for (const [seconds, { sum, count }] of series.histograms ?? []) put(seconds, Number(sum) / Number(count));
  return { labels: series.metric, values };
}

export function parsePromValue(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

/** Steps that read well, in milliseconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map(
  (s) => s * 1000,
);

/** The times to ask for: about `points` of them, on multiples of the step, so that the same moments are asked for again, and the end. */
export function chooseGrid(start: number, end: number, points: number): TimeGrid {
  const wanted = (end - start) / Math.max(1, points);
  const step = STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
  const first = Math.ceil(start / step) * step;
  const lastMultiple = Math.max(first, Math.floor(end / step) * step);
  const last = Math.round(end);
  return { start: first, end: lastMultiple, step, ...(last > lastMultiple ? { last } : {}) };
}

/** "15s": how PromQL writes it. */
export function formatStep(millis: number): string {
  return millis % 1000 === 0 ? `${millis / 1000}s` : `${millis}ms`;
}

/** The `most` series with the largest values, largest first; ties by their labels, so that a refresh changes nothing. */
export function pickSeries(series: readonly GridSeries[], most: number): { shown: GridSeries[]; hidden: number } {
  const scored = series.map((one) => ({
    one,
    score: one.values.reduce<number>((max, value) => (value === null ? max : Math.max(max, Math.abs(value))), -1),
    text: JSON.stringify(one.labels),
  }));
  scored.sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1));
  return { shown: scored.slice(0, most).map(({ one }) => one), hidden: Math.max(0, series.length - most) };
}

/** What tells each series from the others: labels that all share are left out. A lone series is called by its metric or labels. */
export function nameSeries(all: readonly PromLabels[]): string[] {
  if (all.length === 1) return [nameAlone(all[0])];
  const names = [...new Set(all.flatMap((labels) => Object.keys(labels)))].sort(byImportance);
  const differing = names.filter((name) => new Set(all.map((labels) => labels[name] ?? "")).size > 1);
  return all.map((labels) => {
    const known = differing.filter((name) => labels[name] !== undefined && labels[name] !== "");
    if (differing.length === 1) return labels[differing[0]] || `no ${differing[0]}`;
    const text = known.map((name) => (name === "__name__" ? labels[name] : `${name}=${labels[name]}`)).join(" ");
    return text || nameAlone(labels);
  });
}

/** A legend with {{label}} for labels, as boards have it. */
export function fillLegend(legend: string, labels: PromLabels): string {
  return legend.replaceAll(/\{\{\s*([^}\s]+)\s*\}\}/g, (_, name: string) => labels[name] ?? "");
}

/** metric{label="value"}: as PromQL writes it. */
export function formatLabels({ __name__: metric = "", ...labels }: PromLabels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? metric || "{}" : `${metric}{${pairs.join(", ")}}`;
}

function nameAlone(labels: PromLabels): string {
  const { __name__: metric, ...rest } = labels;
  if (metric) return metric;
  const values = Object.values(rest);
  return values.length === 0 ? "value" : values.length === 1 ? values[0] : formatLabels(labels);
}

function byImportance(a: string, b: string): number {
  const rank = (name: string): number => (name === "__name__" ? 0 : /service|job/.test(name) ? 1 : 2);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** Tones for series that are no services: hues that lie far apart, one after the other. */
export function toneOf(index: number): string {
  return `service-${(index * 5) % 14}`;
}
