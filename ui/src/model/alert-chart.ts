/** The chart of an alert: the signal, what it is held against, and when it began. In: the contract's chart; out: what gs-time-chart draws. */
import type { WireAlert, WireAlertChart } from "goldspan/contract";

/** Structurally those of the chart widget, which this folder may not import. */
interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly tone: string;
  readonly shape: "line" | "area";
  readonly dashed?: boolean;
}

export interface AlertChart {
  readonly series: readonly Series[];
  readonly levels: readonly { readonly from: number; readonly label: string; readonly tone: string }[];
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  readonly unit: string;
  /** The largest value, for a common unit. */
  readonly top: number;
}

/** UCUM's names -> those that values are written by. */
const UNITS: Readonly<Record<string, string>> = { "1/s": "per second", "By/s": "bytes per second", "": "" };

export function alertChart(
  { values, threshold, band, unit }: WireAlertChart,
  { activeAtMillis, firedAtMillis, resolvedAtMillis }: WireAlert,
): AlertChart {
  const known = [...values, ...(band?.upper ?? [])].filter((value) => value !== null);
  const series: Series[] = [{ label: "now", values, tone: "error", shape: "line" }];
  if (band) {
    series.push({ label: "usual at most", values: band.upper, tone: "text-3", shape: "line", dashed: true });
    series.push({ label: "usual at least", values: band.lower, tone: "text-3", shape: "line", dashed: true });
  }
  const marks = [{ at: activeAtMillis, label: "began" }];
  if (firedAtMillis !== null && firedAtMillis !== activeAtMillis) marks.push({ at: firedAtMillis, label: "fired" });
  if (resolvedAtMillis !== null) marks.push({ at: resolvedAtMillis, label: "resolved" });
  return {
    series,
    levels: threshold === null ? [] : [{ from: threshold, label: "threshold", tone: "warn" }],
    marks,
    unit: UNITS[unit] ?? unit,
    top: Math.max(0, ...known, threshold ?? 0),
  };
}
