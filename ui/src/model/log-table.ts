/**
 * What the counting pipes come to, as a table and as lines over time. In: WireLogTable; out: rows in an order, series to draw, text to copy.
 * Pure.
 */
import type { WireLogTable } from "goldspan/contract";
import { formatCount, formatSignificant, NO_VALUE } from "../base/format-number.ts";
import { formatBytes } from "../base/format-bytes.ts";
import { formatDuration } from "../base/format-duration.ts";

export type TableCell = string | number | null;

export interface TableOrder {
  /** Index of the column. */
  readonly column: number;
  readonly descending: boolean;
}

/** "2" or "-0": a column, descending with a minus. undefined = as the answer has them. */
export function parseOrder(text: string | null, columns: number): TableOrder | undefined {
  const found = /^(-?)(\d+)$/.exec(text ?? "");
  return found && Number(found[2]) < columns ? { column: Number(found[2]), descending: found[1] === "-" } : undefined;
}

export function formatOrder({ column, descending }: TableOrder): string {
  return `${descending ? "-" : ""}${column}`;
}

/** Indexes of the rows in order; what is absent comes last. */
export function orderRows({ rows }: WireLogTable, order: TableOrder | undefined): number[] {
  const indexes = rows.map((_, index) => index);
  if (!order) return indexes;
  const sign = order.descending ? -1 : 1;
  return indexes.sort((a, b) => {
    const [one, other] = [rows[a][order.column], rows[b][order.column]];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    if (typeof one === "number" && typeof other === "number") return sign * (one - other);
    return sign * String(one).localeCompare(String(other), "en", { numeric: true });
  });
}

type Column = WireLogTable["columns"][number];

export function formatCell(value: TableCell, { kind, unit }: Column): string {
  if (value === null) return NO_VALUE;
  if (kind === "text" || typeof value === "string") return String(value);
  if (unit === "ms" || unit === "s") return formatDuration(value * (unit === "s" ? 1e9 : 1e6));
  if (unit === "By") return formatBytes(value);
  return Number.isInteger(value) && Math.abs(value) < 1e5 ? formatSignificant(value) : formatCount(value);
}

/** What a row is about: its texts. */
export function nameRow({ columns, rows }: WireLogTable, row: number): string {
  const texts = columns.flatMap(({ kind }, index) => (kind === "text" ? [String(rows[row][index] ?? NO_VALUE)] : []));
  return texts.length > 0 ? texts.join(" · ") : "all";
}

/** Columns with numbers, by index. */
export function numberColumns({ columns }: WireLogTable): number[] {
  return columns.flatMap(({ kind }, index) => (kind === "number" ? [index] : []));
}

export interface TableLines {
  readonly times: readonly number[];
  readonly series: readonly {
    readonly key: string;
    readonly label: string;
    readonly values: readonly (number | null)[];
  }[];
  /** Rows that are not drawn. */
  readonly hidden: number;
}

/** One number of each row over time, the first rows only. @param number which of the number columns, from 0 */
export function tableLines(table: WireLogTable, number: number, most: number): TableLines | undefined {
  const { series } = table;
  if (!series) return undefined;
  const drawn = table.rows.slice(0, most);
  const buckets = series.values.reduce((longest, row) => Math.max(longest, row[number]?.length ?? 0), 0);
  return {
    times: Array.from({ length: buckets }, (_, index) => series.startMillis + index * series.stepMillis),
    series: drawn.map((_, row) => ({
      key: String(row),
      label: nameRow(table, row),
      values: series.values[row]?.[number] ?? [],
    })),
    hidden: table.rows.length - drawn.length,
  };
}

/** RFC 4180, with a head. */
export function tableCsv({ columns, rows }: WireLogTable, order: readonly number[]): string {
  const lines = [columns.map(({ name }) => name), ...order.map((row) => rows[row])];
  return lines
    .map((cells) => cells.map(csvCell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** A spreadsheet would calculate what begins like a formula: such texts get an apostrophe in front. */
function csvCell(value: TableCell): string {
  if (value === null) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
