/** What panels of a board say: units as the rest of the UI knows them, one figure of a series, levels of thresholds, new panels. Pure. */
import type { WireBoardPanel, WireLevel, WireThreshold, WireUnit } from "goldspan/contract";

export type PanelType = WireBoardPanel["type"];

export const PANEL_TYPES: readonly { readonly type: PanelType; readonly label: string }[] = [
  { type: "timeseries", label: "Chart" },
  { type: "stat", label: "Figure" },
  { type: "table", label: "Table" },
  { type: "traces", label: "Traces" },
  { type: "logs", label: "Logs" },
  { type: "text", label: "Text" },
];

export const PANEL_UNITS: readonly WireUnit[] = [
  "none",
  "seconds",
  "milliseconds",
  "bytes",
  "bytes_per_second",
  "ratio",
  "percent",
  "per_second",
];

/** As base/format-unit.ts calls it. */
export function unitName(unit: WireUnit = "none"): string {
  return unit === "none" ? "" : unit.replaceAll("_", " ");
}

export type Calculation = "last" | "mean" | "min" | "max" | "sum";

export function calculate(values: readonly (number | null)[], calculation: Calculation = "last"): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  if (calculation === "last") return known[known.length - 1];
  if (calculation === "min") return known.reduce((a, b) => Math.min(a, b));
  if (calculation === "max") return known.reduce((a, b) => Math.max(a, b));
  const sum = known.reduce((a, b) => a + b);
  return calculation === "sum" ? sum : sum / known.length;
}

/** Of the highest threshold that is reached; below all it is "ok". */
export function levelOf(value: number | null, thresholds: readonly WireThreshold[] = []): WireLevel {
  if (value === null) return "ok";
  const reached = thresholds.filter((threshold) => value >= threshold.value);
  return reached.toSorted((a, b) => b.value - a.value)[0]?.level ?? "ok";
}

export function thresholdLevels(
  thresholds: readonly WireThreshold[] = [],
): { from: number; label: string; tone: string }[] {
  return thresholds
    .filter(({ level }) => level !== "ok")
    .map(({ value, level }) => ({ from: value, label: "", tone: level === "bad" ? "error" : "warn" }));
}

/** A panel of another type with what both have; the rest starts empty. */
export function turnInto(panel: WireBoardPanel, type: PanelType): WireBoardPanel {
  const { title, description, grid } = panel;
  const common = { title, grid, ...(description ? { description } : {}) };
  const queries = "queries" in panel ? panel.queries : [{ promql: "" }];
  const unit = "unit" in panel && panel.unit ? { unit: panel.unit } : {};
  switch (type) {
    case "text":
      return { ...common, type, text: "" };
    case "traces":
      return { ...common, type, query: "", limit: 10 };
    case "logs":
      return { ...common, type, limit: 20 };
    default:
      return { ...common, ...unit, type, queries };
  }
}

export function newPanel(): WireBoardPanel {
  return { title: "New panel", grid: { x: 0, y: 0, w: 12, h: 7 }, type: "timeseries", queries: [{ promql: "" }] };
}
