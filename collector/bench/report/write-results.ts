/** All tables -> results.md: the machine and the commit first, then which rows reach what, then the tables. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTable, rowVerdict, type ResultTable } from "./result-table.ts";

const PATH = join(import.meta.dirname, "../results.md");

export interface ReportContext {
  readonly machine: string;
  readonly commit: string;
  readonly command: string;
  /** Sections that failed, with the reason. */
  readonly failures: readonly string[];
}

export function formatResults(tables: readonly ResultTable[], context: ReportContext): string {
  const { machine, commit, command, failures } = context;
  const rows = tables.flatMap((table) => table.rows.map((row) => ({ table, row, verdict: rowVerdict(row) })));
  const names = (verdict: string) =>
    rows.filter((each) => each.verdict === verdict).map(({ table, row }) => `${row.cells[0]} (${table.title})`);
  const list = (title: string, items: readonly string[]) =>
    `- **${title}** (${items.length}): ${items.length > 0 ? items.join("; ") : "none"}`;
  const where = `Commit ${commit}; ${machine}.`;
  return [
    "# Results",
    "",
    `Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit}. What the rows mean: [README.md](README.md).`,
    "",
    `Machine: ${machine}.`,
    "",
    list("aim", names("aim")),
    list("good", names("good")),
    list("short", names("short")),
    ...failures.map((failure) => `- **not measured**: ${failure}`),
    "",
    ...tables.flatMap((table) => [formatTable(table, where), ""]),
  ].join("\n");
}

export function writeResults(text: string): void {
  writeFileSync(PATH, text);
}
