/** `logs`: records that meet a query, counted by fields, or what the query's own counting pipe gives. */
import { labelsOf, type Labels } from "../../model/labels.ts";
import type { TablePlan } from "../../query/logs/plan/log-plan.ts";
import { tabulate } from "../../query/logs/run/tabulate.ts";
import type { LogsSource } from "../rules/rule-source.ts";
import { formatMeasure } from "./format-value.ts";
import { nanosOf, type FoundSamples, type KindTools } from "./kind-tools.ts";
import { meets } from "./threshold.ts";

const COUNT: TablePlan = { by: [], aggregates: [{ name: "count", func: "count" }], rows: [] };

export async function findLogCounts(tools: KindTools, source: LogsSource, timeMillis: number): Promise<FoundSamples> {
  const range = { start: nanosOf(timeMillis - source.windowMillis), end: nanosOf(timeMillis) };
  const { condition, table = COUNT } = source.plan;
  const rows = await rowsOf(tools, { condition, table, range });
  // Nothing is a count as well: 0.
  const counted = rows.length === 0 && table.by.length === 0 && isCount(table) ? [[0]] : rows;
  const samples: FoundSamples[number][] = [];
  for (const row of counted) {
    const value = row[table.by.length];
    if (typeof value !== "number" || !meets(source, value)) continue;
    const labels = labelsOfRow(table, row);
    const what = isCount(table)
      ? `${formatMeasure(value, "count")} ${value === 1 ? "log record" : "log records"}`
      : `${table.aggregates[0].name} of log records is ${formatMeasure(value, "count")}`;
    const minutes = formatMeasure(source.windowMillis / 1000, "seconds");
    const summary = `${subjectOf(labels)}${what} in ${minutes} that meet ${source.query}`;
    samples.push({ labels, timestampMillis: timeMillis, value, details: { query: source.query, summary } });
  }
  return samples;
}

/** Rows of a table once all records were seen: groups, then numbers. */
export async function rowsOf(
  { reader, signal }: KindTools,
  request: Omit<Parameters<typeof tabulate>[1], "buckets">,
): Promise<readonly (readonly (string | number | null)[])[]> {
  let rows: readonly (readonly (string | number | null)[])[] = [];
  for await (const table of tabulate(reader, { ...request, buckets: 1 }, signal)) rows = table.rows;
  return rows;
}

/** Labels as series of spans have them: a field `service` becomes `service_name`, any other its name with underscores. */
export function labelsOfRow(table: TablePlan, row: readonly (string | number | null)[]): Labels {
  const record: Record<string, string> = {};
  for (const [i, { name, fields }] of table.by.entries()) {
    const isService = fields.some(({ kind }) => kind === "service");
    record[isService ? "service_name" : labelNameOf(name)] = String(row[i] ?? "");
  }
  return labelsOf(record);
}

function labelNameOf(name: string): string {
  const label = name.replaceAll(/[^A-Za-z0-9_]/g, "_");
  return /^\d/.test(label) || label === "__name__" ? `_${label}` : label;
}

function isCount({ aggregates }: TablePlan): boolean {
  return aggregates[0].func === "count" && aggregates[0].of === undefined;
}

export function subjectOf(labels: Labels): string {
  const values = labels.filter((_, i) => i % 2 === 1);
  return values.length === 0 ? "" : `${values.join(" ")}: `;
}
