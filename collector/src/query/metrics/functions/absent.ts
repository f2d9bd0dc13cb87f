/** absent(): 1 where an expression has no value, labelled by what its selector asks for. */
import { labelsOf, METRIC_NAME, type Labels } from "../../../model/labels.ts";
import type { Expr } from "../parse/ast.ts";
import { ABSENT, FLOAT, isEmpty, newColumn, type Column } from "../run/column.ts";

export function absent(columns: readonly Column[], arg: Expr, count: number): Column[] {
  const column = newColumn(labelsForAbsent(arg), false, count);
  for (let i = 0; i < count; i++) {
    if (columns.some(({ present }) => present[i] !== ABSENT)) continue;
    column.present[i] = FLOAT;
    column.values[i] = 1;
  }
  return isEmpty(column) ? [] : [column];
}

/** Labels that a selector sets by equality, and only so. */
export function labelsForAbsent(arg: Expr): Labels {
  const selector = arg.kind === "matrix" ? arg.selector : arg.kind === "vector" ? arg : undefined;
  const labels: Record<string, string> = {};
  const seen = new Set<string>();
  for (const { name, operator, value } of selector?.matchers ?? []) {
    if (name === METRIC_NAME) continue;
    if (operator === "=" && !seen.has(name)) {
      labels[name] = value;
      seen.add(name);
    } else labels[name] = "";
  }
  return labelsOf(labels);
}
