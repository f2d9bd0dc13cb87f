/**
 * Patterns of log lines as a table shows them: the text in pieces, the places where lines differ apart from what they share; the order;
 * how much of a pattern is recent. In: WireLogPattern; out: plain data.
 */
import type { WireLogPattern } from "goldspan/contract";
import { compareNanos } from "../base/nanos.ts";

/** A stretch of a pattern's text; `differs` = the place of words that are not the same in all lines. */
export interface PatternPiece {
  readonly text: string;
  readonly differs: boolean;
}

const PLACE = "<*>";

/** No character is lost: the pieces one after the other are the pattern. Places that touch are one. */
export function patternPieces(pattern: string): PatternPiece[] {
  return pattern
    .split(/((?:<\*>)+)/)
    .filter((text) => text !== "")
    .map((text) => ({ text, differs: text.startsWith(PLACE) }));
}

const PATTERN_COLUMNS = ["count", "level", "recent", "newest"] as const;
export type PatternColumn = (typeof PATTERN_COLUMNS)[number];

/** Anything else is by count, which is the order of the contract. */
export function parsePatternColumn(text: string | null): PatternColumn {
  return PATTERN_COLUMNS.find((column) => column === text) ?? "count";
}

const RANKS = ["unset", "trace", "debug", "info", "warn", "error", "fatal"];

/** Most, most severe, most recent or newest first; equal ones by count. */
export function sortPatterns(patterns: readonly WireLogPattern[], column: PatternColumn): WireLogPattern[] {
  return patterns.toSorted((a, b) => {
    const apart =
      column === "level"
        ? RANKS.indexOf(b.level) - RANKS.indexOf(a.level)
        : column === "recent"
          ? recentShare(b.trend) - recentShare(a.trend)
          : column === "newest"
            ? compareNanos(b.example.timeUnixNano, a.example.timeUnixNano)
            : 0;
    return apart || b.count - a.count;
  });
}

/** Share of the lines that came in the last quarter of the time: 1 = all of them, 0.25 = as many as in any other quarter. */
export function recentShare(trend: readonly number[]): number {
  const all = sum(trend);
  return all === 0 ? 0 : sum(trend.slice(Math.floor(trend.length * 0.75))) / all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
