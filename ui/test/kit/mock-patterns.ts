/** The mock's log patterns: bodies with their numbers and ids taken out. In: the corpus' logs; out: WireLogPatterns. */
import type { WireLog, WireLogPattern, WireLogPatterns } from "goldspan/contract";
import { levelNamed, severityLevel } from "../../src/model/severity.ts";
import type { Bounds } from "./mock-traces.ts";

const BUCKETS = 30;
const PLACE = "<*>";

/** `logs` are those that meet the query, newest first. */
export function mockPatterns(logs: readonly WireLog[], bounds: Bounds, limit: number): WireLogPatterns {
  const stepMillis = (bounds.end - bounds.start) / BUCKETS;
  const groups = [...Map.groupBy(logs, ({ body }) => patternOf(body))].sort((a, b) => b[1].length - a[1].length);
  const shown = groups.slice(0, limit);
  return {
    progress: 1,
    total: logs.length,
    sampled: 1,
    other: groups.slice(limit).reduce((sum, [, lines]) => sum + lines.length, 0),
    startMillis: bounds.start,
    stepMillis,
    patterns: shown.map(([pattern, lines]) => describe(pattern, lines, bounds.start, stepMillis)),
  };
}

function describe(pattern: string, lines: readonly WireLog[], start: number, stepMillis: number): WireLogPattern {
  const trend = Array.from({ length: BUCKETS }, () => 0);
  for (const { timeUnixNano } of lines) {
    trend[Math.min(BUCKETS - 1, Math.max(0, Math.floor((Number(timeUnixNano) / 1e6 - start) / stepMillis)))] += 1;
  }
  const worst = lines.reduce((most, { severityNumber }) => Math.max(most, severityNumber), 0);
  const level = severityLevel(worst).name;
  return {
    pattern,
    count: lines.length,
    level: levelNamed(level).number === 0 ? "unset" : level,
    services: [...new Set(lines.map(({ service }) => service))],
    trend,
    example: lines[0],
    query: pattern
      .split(PLACE)
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((part) => `"${part}"`)
      .join(" "),
  };
}

function patternOf(body: string): string {
  return body.replace(/\b(?=[\w-]*\d)[\w-]+\b/g, PLACE);
}
