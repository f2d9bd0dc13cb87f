/** The series of one partition that meet some matchers: their numbers, ascending, and where their labels stand. */
import type { CompiledMatcher } from "../../../model/label-matcher.ts";
import type { Labels } from "../../../model/labels.ts";
import type { SeriesPage } from "./block/series-page.ts";
import type { MetricCache } from "./metric-cache.ts";
import type { MetricPartition } from "./metric-partition.ts";

export interface SeriesSelection {
  readonly ids: Uint32Array;
  /** Selected series i is row rows[i] of pages[pageOf[i]]. */
  readonly pages: readonly SeriesPage[];
  readonly pageOf: Uint32Array;
  readonly rows: Uint32Array;
}

/** @param lists a series is selected when it meets all matchers of one of them; none = every series */
export function selectInPartition(
  partition: MetricPartition,
  cache: MetricCache,
  lists: readonly (readonly CompiledMatcher[])[],
): SeriesSelection {
  const ids: number[] = [];
  const pageOf: number[] = [];
  const rows: number[] = [];
  const pages: SeriesPage[] = [];
  for (const { firstId, count } of partition.pages()) {
    cache.scope.check();
    const page = cache.page(partition, firstId, count);
    const found = lists.length === 0 ? page.match([]) : matchAny(page, lists);
    if (found.length === 0) continue;
    const number = pages.push(page) - 1;
    for (const row of found) {
      ids.push(firstId + row);
      pageOf.push(number);
      rows.push(row);
    }
  }
  return { ids: Uint32Array.from(ids), pages, pageOf: Uint32Array.from(pageOf), rows: Uint32Array.from(rows) };
}

export function labelsOfSelected({ pages, pageOf, rows }: SeriesSelection, i: number): Labels {
  return pages[pageOf[i]].labelsOf(rows[i]);
}

/**
 * Calls `visit` for each number that is in both, with its places: both ascending.
 */
export function intersect(ids: Uint32Array, others: Uint32Array, visit: (i: number, other: number) => void): void {
  if (ids.length * 16 < others.length) {
    let low = 0;
    for (let i = 0; i < ids.length; i++) {
      let high = others.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (others[middle] < ids[i]) low = middle + 1;
        else high = middle;
      }
      if (low < others.length && others[low] === ids[i]) visit(i, low);
    }
    return;
  }
  for (let i = 0, j = 0; i < ids.length && j < others.length;) {
    if (ids[i] === others[j]) visit(i++, j++);
    else if (ids[i] < others[j]) i++;
    else j++;
  }
}

function matchAny(page: SeriesPage, lists: readonly (readonly CompiledMatcher[])[]): number[] {
  if (lists.length === 1) return page.match(lists[0]);
  const rows = new Set(lists.flatMap((list) => page.match(list)));
  return [...rows].sort((a, b) => a - b);
}
