/** Plain tables and figures for people: columns aligned, numbers to the right. */

export type Cell = string | number | undefined;

/** Two spaces between columns; the first row is the head. */
export function formatTable(rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map(textOf));
  const columns = Math.max(0, ...texts.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...texts.map((row) => row[i]?.length ?? 0)));
  const isRight = widths.map(
    (_, i) =>
      rows.slice(1).some((row) => typeof row[i] === "number") ||
      rows.slice(1).every((row) => NUMBERS.test(textOf(row[i]))),
  );
  return texts
    .map((row) =>
      row
        .map((text, i) => (isRight[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

const NUMBERS = /^[\d.,]+( [KMGT]?i?B| %|x)?$/;

const MOST_CHARACTERS = 80;

/** Names come from senders: what a terminal would obey is escaped, and long ones are cut. */
function textOf(cell: Cell): string {
  if (typeof cell === "number") return formatCount(cell);
  const text = (cell ?? "").replace(
    /[\p{Cc}\p{Cf}]/gu,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}

/** 1234567 -> 1,234,567 */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 1536 -> 1.5 KiB */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
  return `${unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

/** To the millisecond; what lies beyond the calendar as it is. */
export function formatMicros(micros: number): string {
  return formatMillis(micros / 1000) ?? `${micros} µs`;
}

export function formatMillis(millis: number): string | undefined {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
