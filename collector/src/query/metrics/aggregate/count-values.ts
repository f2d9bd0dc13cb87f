/** count_values: how many series of a group have each value. */
import { QueryError } from "../../../base/errors.ts";
import type { AggregateExpr } from "../parse/ast.ts";
import { formatHistogram } from "../histogram/format.ts";
import { formatNumber, quote } from "../parse/format-expr.ts";
import { ABSENT, FLOAT, HISTOGRAM, newColumn, type Column } from "../run/column.ts";
import { labelsKey, withLabel } from "../run/labels.ts";
import type { Run } from "../run/run.ts";
import { groupLabels } from "./groups.ts";

export function countValues(columns: readonly Column[], expr: AggregateExpr, label: string, run: Run): Column[] {
  if (label === "" || !label.isWellFormed())
    throw new QueryError(`invalid label name ${quote(label)}`, expr.param?.span.start);
  const grouping = expr.without ? expr.grouping : [...expr.grouping, label];
  const labelsOf = groupLabels(grouping, expr.without);
  const out = new Map<string, Column>();
  for (const column of columns) {
    /** By value, as a series has the same one at many steps. */
    const known = new Map<string, Column>();
    const count = column.present.length;
    for (let i = 0; i < count; i++) {
      if (column.present[i] === ABSENT) continue;
      const histogram = column.present[i] === HISTOGRAM ? column.histograms?.[i] : undefined;
      const text = histogram ? formatHistogram(histogram) : formatNumber(column.values[i]);
      let target = known.get(text);
      if (!target) {
        const labels = labelsOf(withLabel(column.labels, label, text));
        const key = labelsKey(labels);
        target = out.get(key);
        if (!target) {
          run.budget.take(count);
          out.set(key, (target = newColumn(labels, false, count)));
        }
        known.set(text, target);
      }
      target.values[i]++;
      target.present[i] = FLOAT;
    }
  }
  return [...out.values()];
}
