/** Series in groups by their labels: worked out once for a whole query. */
import type { Labels } from "../../../model/labels.ts";
import { METRIC_NAME } from "../../../model/labels.ts";
import type { AggregateExpr } from "../parse/ast.ts";
import type { Column } from "../run/column.ts";
import { keptLabels, labelsKey } from "../run/labels.ts";

export interface Group {
  readonly labels: Labels;
  readonly columns: Column[];
}

/** In the order of their first series. */
export function groupColumns(columns: readonly Column[], { grouping, without }: AggregateExpr): Group[] {
  if (!without && grouping.length === 0) return columns.length === 0 ? [] : [{ labels: [], columns: [...columns] }];
  const labelsOf = groupLabels(grouping, without);
  const groups = new Map<string, Group>();
  for (const column of columns) {
    const labels = labelsOf(column.labels);
    const key = labelsKey(labels);
    const group = groups.get(key);
    if (group) group.columns.push(column);
    else groups.set(key, { labels, columns: [column] });
  }
  return [...groups.values()];
}

export function groupLabels(grouping: readonly string[], without: boolean): (labels: Labels) => Labels {
  return without ? keptLabels([...grouping, METRIC_NAME], false) : keptLabels(grouping, true);
}

export function dropsName({ columns }: Group): boolean {
  return columns.some((column) => column.dropsName);
}
