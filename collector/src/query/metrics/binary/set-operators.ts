/** and, or, unless: which samples stay depends on whether the other side has one of the same labels. */
import type { SetOperator, VectorMatching } from "../parse/ast.ts";
import { ABSENT, isEmpty, mergeColumns, type Column } from "../run/column.ts";
import { matchGroups } from "./match-groups.ts";

export function combineSets(
  op: SetOperator,
  left: readonly Column[],
  right: readonly Column[],
  matching: VectorMatching,
): readonly Column[] {
  const kept = new Map<Column, Column>();
  for (const group of matchGroups(left, right, matching)) {
    if (op === "or") {
      const isTaken = presenceOf(group.left);
      for (const column of group.left) kept.set(column, column);
      for (const column of group.right) kept.set(column, isTaken ? masked(column, isTaken, false) : column);
    } else {
      const isThere = presenceOf(group.right);
      for (const column of group.left) {
        if (isThere) kept.set(column, masked(column, isThere, op === "and"));
        else if (op === "unless") kept.set(column, column);
      }
    }
  }
  const order = op === "or" ? [...left, ...right] : left;
  const columns = order.map((column) => kept.get(column)).filter((column) => column !== undefined);
  return mergeColumns(columns.filter((column) => !isEmpty(column)));
}

/** At which steps any of them has a sample; undefined = there are none. */
function presenceOf(columns: readonly Column[]): Uint8Array | undefined {
  if (columns.length === 0) return undefined;
  const any = columns[0].present.slice();
  for (const { present } of columns) for (let i = 0; i < any.length; i++) any[i] |= present[i];
  return any;
}

function masked(column: Column, mask: Uint8Array, keepsMasked: boolean): Column {
  const present = column.present.slice();
  for (let i = 0; i < present.length; i++) if ((mask[i] !== ABSENT) !== keepsMasked) present[i] = ABSENT;
  return { ...column, present };
}
