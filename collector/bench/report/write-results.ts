/** All tables -> results.md: the machine and the commit first, then which rows reach what, then the tables, each with its own commit. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTable, type ResultTable } from "./result-table.ts";

const PATH = join(import.meta.dirname, "../results.md");
const TITLE = "## ";

export interface ReportContext {
  readonly machine: string;
  readonly commit: string;
  readonly command: string;
  /** Sections that failed, with the reason. */
  readonly failures: readonly string[];
}

export function formatResults(tables: readonly ResultTable[], context: ReportContext): string {
  const where = `Commit ${context.commit}; ${context.machine}.`;
  return report(
    tables.map((table) => formatTable(table, where)),
    context,
  );
}

/** The tables of results.md as they are, but for those that were measured again; new ones stand last. */
export function updateResults(tables: readonly ResultTable[], context: ReportContext): string {
  const where = `Commit ${context.commit}; ${context.machine}.`;
  const measured = new Map(tables.map((table) => [table.title, formatTable(table, where)]));
  const texts = tablesOf(existsSync(PATH) ? readFileSync(PATH, "utf8") : "").map((text) => {
    const again = measured.get(titleOf(text));
    measured.delete(titleOf(text));
    return again ?? text;
  });
  return report([...texts, ...measured.values()], context);
}

export function writeResults(text: string): void {
  writeFileSync(PATH, text);
}

function report(tables: readonly string[], { machine, commit, command, failures }: ReportContext): string {
  const rows = tables.flatMap(verdictsOf);
  const list = (verdict: string) => {
    const names = rows.filter((row) => row.verdict === verdict).map(({ name }) => name);
    return `- **${verdict}** (${names.length}): ${names.length > 0 ? names.join("; ") : "none"}`;
  };
  return [
    "# Results",
    "",
    `Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit}; each table names the commit it was measured at. What the rows mean: [README.md](README.md).`,
    "",
    `Machine: ${machine}.`,
    "",
    ...["aim", "good", "short"].map(list),
    ...failures.map((failure) => `- **not measured**: ${failure}`),
    "",
    ...tables.flatMap((text) => [text, ""]),
  ].join("\n");
}

function tablesOf(text: string): string[] {
  return text
    .split(/^(?=## )/m)
    .filter((part) => part.startsWith(TITLE))
    .map((part) => part.trimEnd());
}

function titleOf(table: string): string {
  return table.slice(TITLE.length, table.indexOf("\n"));
}

/** Of rows that are held against a target: the last cell says how they do. */
function verdictsOf(table: string): { name: string; verdict: string }[] {
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1);
  return rows.map((line) => {
    const cells = line.slice(2, -2).split(" | ");
    return { name: `${cells[0]} (${titleOf(table)})`, verdict: cells[cells.length - 1].replaceAll("*", "") };
  });
}
