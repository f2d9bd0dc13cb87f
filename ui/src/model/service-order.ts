/** Services and operations in the order people want them: worst first, or by any column. In: figures; out: a new sorted list. */
export type SignalColumn = "worst" | "name" | "rate" | "errors" | "p50" | "p95" | "p99" | "saturation" | "share";

export interface SignalOrder {
  readonly column: SignalColumn;
  readonly descending: boolean;
}

export const WORST_FIRST: SignalOrder = { column: "worst", descending: true };

/** What there is of a service (WireGoldenService) or an operation (WireOperation). */
export interface Signals {
  readonly name: string;
  readonly ratePerSecond: number | null;
  readonly errorRatio: number | null;
  readonly p50Millis: number | null;
  readonly p95Millis: number | null;
  readonly p99Millis: number | null;
  readonly saturation?: { readonly value: number } | null;
  readonly health?: { readonly score: number };
  readonly timeShare?: number;
}

const COLUMNS = ["name", "rate", "errors", "p50", "p95", "p99", "saturation", "share"] as const;

/** "-p95" = descending by p95; anything unknown is worst first. */
export function parseOrder(text: string | null): SignalOrder {
  const descending = text?.startsWith("-") ?? false;
  const column = COLUMNS.find((name) => name === text?.replace("-", ""));
  return column ? { column, descending } : WORST_FIRST;
}

/** undefined for the default, so that it needs no parameter. */
export function formatOrder(order: SignalOrder): string | undefined {
  return order.column === "worst" ? undefined : `${order.descending ? "-" : ""}${order.column}`;
}

/** What a click on a column's head does: first the direction that shows trouble, then the other, then worst first again. */
export function toggleOrder(order: SignalOrder, column: SignalColumn): SignalOrder {
  const first = column !== "name";
  if (order.column !== column) return { column, descending: first };
  return order.descending === first ? { column, descending: !first } : WORST_FIRST;
}

export function sortSignals<T extends Signals>(items: readonly T[], order: SignalOrder): T[] {
  const sign = order.descending ? -1 : 1;
  return items.toSorted(
    (a, b) =>
      sign * compare(a, b, order.column) || (b.p95Millis ?? 0) - (a.p95Millis ?? 0) || (a.name < b.name ? -1 : 1),
  );
}

function compare(a: Signals, b: Signals, column: SignalColumn): number {
  if (column === "name") return a.name.localeCompare(b.name);
  return figure(a, column) - figure(b, column);
}

/**
 * Worst: by the score of its health. What has none (operations): by share of errors first (of at least 0.1 %, so that one stray error in
 * a million doesn't lead), then by p95.
 */
function figure(item: Signals, column: SignalColumn): number {
  if (column === "rate") return item.ratePerSecond ?? -1;
  if (column === "errors") return item.errorRatio ?? -1;
  if (column === "p50") return item.p50Millis ?? -1;
  if (column === "p95") return item.p95Millis ?? -1;
  if (column === "p99") return item.p99Millis ?? -1;
  if (column === "saturation") return item.saturation?.value ?? -1;
  if (column === "share") return item.timeShare ?? -1;
  if (item.health) return item.health.score;
  const ratio = item.errorRatio ?? 0;
  return ratio >= 0.001 ? 1e12 * ratio : (item.p95Millis ?? 0);
}
