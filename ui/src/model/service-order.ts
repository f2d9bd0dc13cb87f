/** Services and operations in the order people want them: worst first, or by any column. In: RED figures; out: a new sorted list. */
import type { WireRed } from "goldspan/contract";

export type RedColumn = "worst" | "name" | "rate" | "errors" | "p50" | "p95" | "p99";

export interface RedOrder {
  readonly column: RedColumn;
  readonly descending: boolean;
}

export const WORST_FIRST: RedOrder = { column: "worst", descending: true };

type Named = WireRed & { readonly name: string };

/** "-p95" = descending by p95; anything unknown is worst first. */
export function parseRedOrder(text: string | null): RedOrder {
  const descending = text?.startsWith("-") ?? false;
  const column = (["name", "rate", "errors", "p50", "p95", "p99"] as const).find(
    (name) => name === text?.replace("-", ""),
  );
  return column ? { column, descending } : WORST_FIRST;
}

/** undefined for the default, so that it needs no parameter. */
export function formatRedOrder(order: RedOrder): string | undefined {
  return order.column === "worst" ? undefined : `${order.descending ? "-" : ""}${order.column}`;
}

/** What a click on a column's head does: first the direction that shows trouble, then the other, then worst first again. */
export function toggleRedOrder(order: RedOrder, column: RedColumn): RedOrder {
  const first = column !== "name";
  if (order.column !== column) return { column, descending: first };
  return order.descending === first ? { column, descending: !first } : WORST_FIRST;
}

export function sortRed<T extends Named>(items: readonly T[], order: RedOrder): T[] {
  const sign = order.descending ? -1 : 1;
  return items.toSorted((a, b) => sign * compare(a, b, order.column) || (b.p95Millis ?? 0) - (a.p95Millis ?? 0));
}

function compare(a: Named, b: Named, column: RedColumn): number {
  if (column === "name") return a.name.localeCompare(b.name);
  return figure(a, column) - figure(b, column);
}

/** Worst: by share of errors first (of at least 0.1 %, so that one stray error in a million doesn't lead), then by p95. */
function figure(item: Named, column: RedColumn): number {
  if (column === "rate") return item.ratePerSecond;
  if (column === "errors") return item.errorRatio;
  if (column === "p50") return item.p50Millis ?? -1;
  if (column === "p95") return item.p95Millis ?? -1;
  if (column === "p99") return item.p99Millis ?? -1;
  return item.errorRatio >= 0.001 ? 1e12 * item.errorRatio : (item.p95Millis ?? 0);
}
