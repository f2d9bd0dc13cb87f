/**
 * The chart of an alert: the signal, what it is held against, when it was pending and fired. In: the contract's chart, what is normal hour
 * by hour where the rule judges by that; out: what gs-time-chart draws. Pure.
 */
import type { WireAlert, WireAlertChart, WireNormalBand } from "goldspan/contract";

/** Structurally those of the chart widget, which this folder may not import. */
interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly tone: string;
  readonly shape: "line" | "area";
  readonly dashed?: boolean;
}

interface Band {
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

interface Mark {
  readonly at: number;
  readonly label: string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly tone: string;
}

export interface AlertChart {
  readonly series: readonly Series[];
  readonly levels: readonly ((Band | { readonly from: number }) & { readonly label: string; readonly tone: string })[];
  readonly marks: readonly Mark[];
  readonly stretches: readonly Stretch[];
  readonly unit: string;
  /** The largest value, for a common unit. */
  readonly top: number;
  /** What the chart holds the value against, in words. */
  readonly note: string;
}

/** UCUM's names -> those that values are written by. */
const UNITS: Readonly<Record<string, string>> = { "1/s": "per second", "By/s": "bytes per second", "": "" };
/** Of signals that the charts of alerts draw as they are judged: the units of those charts. */
const DRAWN_SIGNALS: Readonly<Record<string, string>> = { error_ratio: "1", latency: "s", traffic: "1/s" };
/** The quantile that charts draw of latency. */
const DRAWN_QUANTILE = 0.95;

export function alertChart(chart: WireAlertChart, alert: WireAlert, normal?: WireNormalBand): AlertChart {
  const { values, threshold, timesMillis, unit } = chart;
  const known = normal && isDrawn(normal, unit) ? bandAt(normal, timesMillis) : undefined;
  const band = known ?? chart.band ?? undefined;
  const center = known?.center ?? [];
  const series: Series[] = [{ label: "measured", values, tone: "error", shape: "line" }];
  if (center.some((value) => value !== null))
    series.push({ label: "usual", values: center, tone: "text-3", shape: "line", dashed: true });
  if (band && isSome(band.upper))
    series.push({ label: "at most", values: band.upper, tone: "text-3", shape: "line", dashed: true });
  if (band && isSome(band.lower))
    series.push({ label: "at least", values: band.lower, tone: "text-3", shape: "line", dashed: true });
  const numbers = [...values, ...(band?.upper ?? [])].filter((value) => value !== null);
  return {
    series,
    levels: [
      ...(band ? [{ ...closed(band, numbers), label: "usual", tone: "text-3" }] : []),
      ...(threshold === null ? [] : [{ from: threshold, label: "threshold", tone: "warn" }]),
    ],
    marks: marksOf(alert),
    stretches: stretchesOf(alert, timesMillis.at(-1) ?? 0),
    unit: UNITS[unit] ?? unit,
    top: Math.max(0, ...numbers, threshold ?? 0),
    note: band ? "shaded: what is usual at this hour" : "",
  };
}

/** The chart of what was found for a stretch of time that somebody chose. */
export function stretchChart(
  { values, unit }: WireAlertChart,
  { from, to }: { readonly from: number; readonly to: number },
): Pick<AlertChart, "series" | "stretches" | "unit" | "top"> {
  return {
    series: [{ label: "measured", values, tone: "error", shape: "line" }],
    stretches: [{ from, to, label: "here", tone: "accent" }],
    unit: UNITS[unit] ?? unit,
    top: Math.max(0, ...values.filter((value) => value !== null)),
  };
}

/** Of which moments the band is to be asked; undefined where the chart has none. */
export function bandRange({ timesMillis }: WireAlertChart): { start: number; end: number; step: number } | undefined {
  const [first, second] = timesMillis;
  if (second === undefined) return undefined;
  return { start: first, end: timesMillis[timesMillis.length - 1], step: Math.max(1, Math.round(second - first)) };
}

function isDrawn({ signal, quantile }: WireNormalBand, unit: string): boolean {
  return DRAWN_SIGNALS[signal] === unit && (signal !== "latency" || quantile === DRAWN_QUANTILE);
}

/** The band at the chart's own moments: of each the last one before it. */
function bandAt(
  { timesMillis, lower, upper, center }: WireNormalBand,
  times: readonly number[],
): Band & { readonly center: readonly (number | null)[] } {
  let at = -1;
  const indices = times.map((time) => {
    while (at + 1 < timesMillis.length && timesMillis[at + 1] <= time) at++;
    return at;
  });
  const pick = (values: readonly (number | null)[]) => indices.map((index) => values[index] ?? null);
  return { lower: pick(lower), upper: pick(upper), center: pick(center) };
}

/** A side that the rule does not watch is open: the band reaches to nothing there, or to the top of the chart. */
function closed({ lower, upper }: Band, numbers: readonly number[]): Band {
  const top = Math.max(0, ...numbers);
  return {
    lower: lower.map((value, i) => value ?? (upper[i] === null ? null : 0)),
    upper: upper.map((value, i) => value ?? (lower[i] === null ? null : top)),
  };
}

function isSome(values: readonly (number | null)[]): boolean {
  return values.some((value) => value !== null);
}

function marksOf({ activeAtMillis, firedAtMillis, resolvedAtMillis }: WireAlert): Mark[] {
  const isLater = firedAtMillis !== null && firedAtMillis !== activeAtMillis;
  return [
    { at: activeAtMillis, label: "began" },
    ...(isLater ? [{ at: firedAtMillis, label: "fired" }] : []),
    ...(resolvedAtMillis === null ? [] : [{ at: resolvedAtMillis, label: "resolved" }]),
  ];
}

function stretchesOf({ activeAtMillis, firedAtMillis, resolvedAtMillis }: WireAlert, end: number): Stretch[] {
  const over = resolvedAtMillis ?? Math.max(end, activeAtMillis);
  const fired = firedAtMillis ?? over;
  return [
    { from: activeAtMillis, to: fired, label: "pending", tone: "warn" },
    { from: fired, to: over, label: "firing", tone: "error" },
  ].filter(({ from, to }) => to > from);
}
