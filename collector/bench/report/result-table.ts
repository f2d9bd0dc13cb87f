/** Tables of results: a row may be held against a target, and then says how it does. Out: Markdown. */
import { TARGETS, verdictOf, type Target, type TargetId, type Verdict } from "./targets.ts";

export interface ResultRow {
  readonly cells: readonly string[];
  readonly target?: TargetId;
  /** As many values as the target has. */
  readonly measured?: readonly number[];
}

export interface ResultTable {
  readonly title: string;
  /** What was done, in a sentence or two: batch size, durability, rate. */
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly ResultRow[];
}

function rowVerdict({ target, measured }: ResultRow): Verdict | undefined {
  return target === undefined || measured === undefined ? undefined : verdictOf(target, measured);
}

export function formatTable({ title, note, head, rows }: ResultTable, where: string): string {
  const columns = [...head, "good", "aim", "verdict"];
  const lines = rows.map((row) => {
    const target: Target | undefined = row.target === undefined ? undefined : TARGETS[row.target];
    const bound = (values: readonly number[]) => `${values.map(shortNumber).join(" / ")} ${target?.unit ?? ""}`;
    const verdict = rowVerdict(row);
    return [
      ...row.cells,
      ...(target ? [bound(target.good), bound(target.aim)] : ["–", "–"]),
      verdict === undefined ? "–" : verdict === "short" ? "**short**" : verdict,
    ];
  });
  return [
    `## ${title}`,
    "",
    `${note} ${where}`.trim(),
    "",
    `| ${columns.join(" | ")} |`,
    `|${columns.map(() => "---").join("|")}|`,
    ...lines.map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");
}

/** 250000 -> "250 k", 12.3456 -> "12.3", not a number -> "?". */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(size >= 1e7 ? 1 : 2)} M`;
  if (size >= 10_000) return `${Math.round(value / 1000)} k`;
  if (size >= 1000) return String(Math.round(value));
  return size >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(size < 0.1 ? 2 : 1);
}

export function millis(...values: readonly number[]): string {
  return values.map(shortNumber).join(" / ");
}
