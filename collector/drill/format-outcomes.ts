/** Outcomes of faults as a table: for the terminal, and for results.md. Pure. */
import type { FaultOutcome } from "./try-fault.ts";

const HEAD = ["", "fault", "told after", "alert", "service", "operation", "trace that shows it", "also told"];

function rowOf({ fault, seconds, alert, service, operation, trace, others, isGood }: FaultOutcome): string[] {
  const after = seconds === undefined ? "never" : `${seconds.toFixed(1)} s`;
  return [isGood ? "good" : "SHORT", fault, after, alert, service, operation, trace, others.join(", ")];
}

export function formatOutcomes(outcomes: readonly FaultOutcome[]): string {
  const table = [HEAD, ...outcomes.map(rowOf)];
  const widths = HEAD.map((_, i) => Math.max(...table.map((row) => row[i].length)));
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i])).join("  ");
  return table.map((row) => line(row).trimEnd()).join("\n");
}

export function markdownOfOutcomes(outcomes: readonly FaultOutcome[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [HEAD, HEAD.map(() => "---"), ...outcomes.map(rowOf)].map(line).join("\n");
}
