/** Rows of a table through sort, where and limit. */
import { compileTextTest } from "../../../model/text-test.ts";
import type { RowCondition, RowStep } from "../plan/log-plan.ts";

export type Cell = string | number | null;

/** A row and the group it is of. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly group: number;
}

export interface ShapedRows {
  readonly rows: readonly Row[];
  /** Rows that a limit left out. */
  readonly left: number;
}

/** @param rows most first @param most rows in any case */
export function shapeRows(rows: readonly Row[], steps: readonly RowStep[], most: number): ShapedRows {
  let left = 0;
  const cut = (count: number) => {
    left += Math.max(0, rows.length - count);
    rows = rows.slice(0, count);
  };
  for (const step of steps) {
    if (step.kind === "limit") cut(step.count);
    else if (step.kind === "where") {
      const test = compileRow(step.condition);
      rows = rows.filter(({ cells }) => test(cells));
    } else rows = rows.toSorted((a, b) => compareBy(step.by, a.cells, b.cells));
  }
  cut(most);
  return { rows, left };
}

/** Absent ones last, whatever the direction; numbers before texts. */
export function compareCells(a: Cell, b: Cell, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const isLess = typeof a === typeof b ? a < b : typeof a === "number";
  return a === b ? 0 : isLess === descending ? 1 : -1;
}

function compareBy(
  by: readonly { readonly column: number; readonly descending: boolean }[],
  a: readonly Cell[],
  b: readonly Cell[],
): number {
  for (const { column, descending } of by) {
    const order = compareCells(a[column], b[column], descending);
    if (order !== 0) return order;
  }
  return 0;
}

function compileRow(condition: RowCondition): (cells: readonly Cell[]) => boolean {
  switch (condition.kind) {
    case "and": {
      const all = condition.of.map(compileRow);
      return (cells) => all.every((each) => each(cells));
    }
    case "or": {
      const any = condition.of.map(compileRow);
      return (cells) => any.some((each) => each(cells));
    }
    case "not": {
      const inner = compileRow(condition.of);
      return (cells) => !inner(cells);
    }
    case "column": {
      const tests = condition.tests.map(compileTextTest);
      return (cells) => {
        const cell = cells[condition.column];
        return cell !== null && tests.every((test) => test(String(cell)));
      };
    }
  }
}
