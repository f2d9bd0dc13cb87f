/** Which metrics, label names and pairs of label and value take most of the series in use: a walk over all of them. */
import type { CardinalityReport, CountedName } from "../../store.ts";
import type { SeriesTable } from "./series-table.ts";

export function reportOfSeries(table: SeriesTable, limit: number): CardinalityReport {
  const { arena, symbols } = table;
  /** By pair: the arena holds name and value by turns. */
  const pairs = new Map<number, number>();
  for (let i = 0; i < arena.length; i += 2) {
    const pair = arena.values[i] * 2 ** 26 + arena.values[i + 1];
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const names = new Map<string, number>();
  for (const pair of pairs.keys()) {
    const name = symbols.texts[Math.floor(pair / 2 ** 26)];
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  const largestPairs = [...pairs].sort((a, b) => b[1] - a[1]).slice(0, limit > 0 ? limit : undefined);
  return {
    series: table.count,
    metrics: largest(table.countByMetric(), limit),
    labelNames: largest(names, limit),
    labelPairs: largestPairs.map(([pair, count]) => ({
      name: `${symbols.texts[Math.floor(pair / 2 ** 26)]}=${symbols.texts[pair % 2 ** 26]}`,
      count,
    })),
    refused: largest(table.refused, limit),
  };
}

function largest(counts: ReadonlyMap<string, number>, limit: number): CountedName[] {
  const sorted = Array.from(counts, ([name, count]) => ({ name, count })).sort(
    (a, b) => b.count - a.count || (a.name < b.name ? -1 : 1),
  );
  return limit > 0 ? sorted.slice(0, limit) : sorted;
}
