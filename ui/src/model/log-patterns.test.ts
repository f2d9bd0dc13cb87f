/** Patterns in pieces and in order. */
import type { WireLogPattern } from "goldspan/contract";
import { describe, expect, test } from "vitest";
import { parsePatternColumn, patternPieces, recentShare, sortPatterns, type PatternColumn } from "./log-patterns.ts";

test.each([
  ["charge <*> failed", "charge [<*>] failed"],
  ["<*> of <*>", "[<*>] of [<*>]"],
  ["key=<*><*>;", "key=[<*><*>];"],
  ["no place", "no place"],
  ["a < b * c > d", "a < b * c > d"],
  ["", ""],
])("%s reads %s", (pattern, expected) => {
  const pieces = patternPieces(pattern);
  expect(pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join("")).toBe(expected);
  expect(pieces.map(({ text }) => text).join("")).toBe(pattern);
});

test("recent is what came in the last quarter", () => {
  expect(recentShare([0, 0, 0, 4])).toBe(1);
  expect(recentShare([2, 2, 2, 2])).toBe(0.25);
  expect(recentShare([0, 0, 0, 0])).toBe(0);
  expect(recentShare([])).toBe(0);
});

describe("order", () => {
  const patterns = [
    pattern("often", { count: 90, level: "info", trend: [30, 30, 30, 0], time: "999" }),
    pattern("fatal", { count: 2, level: "fatal", trend: [2, 0, 0, 0], time: "1000" }),
    pattern("rising", { count: 8, level: "warn", trend: [0, 0, 1, 7], time: "998" }),
    pattern("silent", { count: 1, level: "unset", trend: [1, 0, 0, 0], time: "1" }),
  ];
  function check(column: PatternColumn, expected: string): void {
    test(`by ${column}`, () => {
      expect(
        sortPatterns(patterns, column)
          .map((one) => one.pattern)
          .join(" "),
      ).toBe(expected);
    });
  }
  check("count", "often rising fatal silent");
  check("level", "fatal rising often silent");
  check("recent", "rising often fatal silent");
  check("newest", "fatal often rising silent");
});

test("an address that names no column is by count", () => {
  expect(parsePatternColumn("level")).toBe("level");
  expect(parsePatternColumn("nonsense")).toBe("count");
  expect(parsePatternColumn(null)).toBe("count");
});

function pattern(
  text: string,
  { count, level, trend, time }: { count: number; level: string; trend: number[]; time: string },
): WireLogPattern {
  const log = { id: "", severityNumber: 0, severityText: "", service: "a", body: "", attributes: [], resource: [] };
  return {
    pattern: text,
    count,
    level,
    trend,
    services: ["a"],
    query: text,
    example: { ...log, timeUnixNano: time, observedTimeUnixNano: time },
  };
}
