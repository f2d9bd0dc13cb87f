/** Saturation as chart lines: one a resource (and instance, where several have the same), with the levels from which on it is tight. Pure. */
import type { WireSaturationPart } from "goldspan/contract";
import { shortenMiddle } from "../base/shorten.ts";
import { toneOf } from "./prom-series.ts";

/** Structurally the chart's series. */
export interface SaturationLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly tone: string;
  readonly shape: "line";
  readonly dashed: boolean;
}

/** The fullest that counts is amber's neighbour on the page: the others take hues. What doesn't count is dashed. */
export function saturationLines(parts: readonly WireSaturationPart[]): SaturationLine[] {
  const counts = new Map<string, number>();
  for (const { resource } of parts) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return parts.map(({ resource, instance, series, counts: isCounted }, index) => ({
    label: (counts.get(resource) ?? 0) > 1 && instance ? `${resource} ${shortenMiddle(instance, 9)}` : resource,
    values: series,
    tone: index === 0 ? "warn" : toneOf(index - 1),
    shape: "line",
    dashed: !isCounted,
  }));
}

/** The levels of the fullest part: those of the others would only add lines. */
export function saturationLevels(
  parts: readonly WireSaturationPart[],
): { from: number; label: string; tone: string }[] {
  const [first] = parts.filter(({ counts }) => counts);
  if (!first) return [];
  return [
    { from: first.warnAt, label: "tight", tone: "warn" },
    { from: first.badAt, label: "full", tone: "warn" },
  ];
}
