/**
 * Log lines over time by severity, and the way between a moment and a place in the list. In: WireLogSummary; out: series to stack, least
 * severe lowest, the ranks of moments (rank = how many lines are newer). Between the edges of a bucket lines are taken to be spread evenly.
 */
import type { WireLogSummary } from "goldspan/contract";

export interface LevelSeries {
  readonly key: string;
  readonly label: string;
  readonly tone: string;
  readonly values: readonly (number | null)[];
  readonly shape: "bars";
}

/** Least severe first: errors stand on top of the others and are seen from afar. */
const TONES: readonly (readonly [level: string, tone: string])[] = [
  ["unset", "line-strong"],
  ["trace", "level-trace"],
  ["debug", "level-debug"],
  ["info", "level-info"],
  ["warn", "level-warn"],
  ["error", "error"],
  ["fatal", "level-fatal"],
];

const LEVEL_ORDER = TONES.map(([level]) => level);

export function levelTone(level: string): string {
  return TONES.find(([name]) => name === level)?.[1] ?? "line-strong";
}

/** Begins of the buckets, milliseconds since 1970. */
export function bucketTimes(summary: WireLogSummary): number[] {
  return Array.from({ length: bucketCount(summary) }, (_, index) => summary.startMillis + index * summary.stepMillis);
}

export function levelSeries({ levels }: WireLogSummary): LevelSeries[] {
  return TONES.flatMap(([level, tone]) => {
    const values = levels[level];
    if (!values?.some((count) => count > 0)) return [];
    return [{ key: level, label: level === "unset" ? "no level" : level, tone, values, shape: "bars" as const }];
  });
}

/** Lines of each level, the most severe first. */
export function levelTotals({ levels }: WireLogSummary): { level: string; count: number }[] {
  return LEVEL_ORDER.toReversed()
    .map((level) => ({ level, count: (levels[level] ?? []).reduce((sum, count) => sum + count, 0) }))
    .filter(({ count }) => count > 0);
}

/** How many lines are newer than a moment. */
export function rankAt(summary: WireLogSummary, millis: number): number {
  const totals = bucketTotals(summary);
  let rank = 0;
  for (let index = totals.length - 1; index >= 0; index--) {
    const begin = summary.startMillis + index * summary.stepMillis;
    const newerShare = Math.min(1, Math.max(0, (begin + summary.stepMillis - millis) / summary.stepMillis));
    rank += totals[index] * newerShare;
    if (millis >= begin) break;
  }
  return Math.round(rank);
}

/** The moment that about so many lines are newer than; the begin of everything when there are not so many. */
export function timeAt(summary: WireLogSummary, rank: number): number {
  const totals = bucketTotals(summary);
  let newer = 0;
  for (let index = totals.length - 1; index >= 0; index--) {
    const end = summary.startMillis + (index + 1) * summary.stepMillis;
    if (newer + totals[index] > rank) return end - ((rank - newer) / totals[index]) * summary.stepMillis;
    newer += totals[index];
  }
  return summary.startMillis;
}

function bucketTotals({ levels }: WireLogSummary): number[] {
  const all = Object.values(levels);
  const length = all.reduce((most, counts) => Math.max(most, counts.length), 0);
  return Array.from({ length }, (_, index) => all.reduce((sum, counts) => sum + (counts[index] ?? 0), 0));
}

function bucketCount({ levels }: WireLogSummary): number {
  return Object.values(levels).reduce((most, counts) => Math.max(most, counts.length), 0);
}
