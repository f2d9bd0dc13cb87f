/** Conditions behind a pipe that counts: about columns of its rows. */
import { QueryError } from "../../../base/errors.ts";
import type { ConditionNode, KeyNode } from "../parse/ast.ts";
import type { RowCondition } from "./log-plan.ts";
import { textTests } from "./plan-condition.ts";

export function planRowCondition(node: ConditionNode, columns: readonly string[]): RowCondition {
  switch (node.kind) {
    case "and":
    case "or":
      return { kind: node.kind, of: node.of.map((each) => planRowCondition(each, columns)) };
    case "not":
      return { kind: "not", of: planRowCondition(node.of, columns) };
    case "every":
      return { kind: "and", of: [] };
    case "field":
      return { kind: "column", column: columnOf(node.key, columns), tests: textTests(node.key, node.test) };
    default:
      throw new QueryError(
        "cannot look for a text in rows that were counted",
        node.start,
        `write ${columns[0]}:value or count>10`,
      );
  }
}

/** A column by its name; spaces within, as in quantile(0.9, x), don't count. */
export function columnOf({ name, start }: Pick<KeyNode, "name" | "start">, columns: readonly string[]): number {
  const plain = name.replace(/\s+/g, "");
  const column = columns.findIndex((each) => each.replace(/\s+/g, "") === plain);
  if (column >= 0) return column;
  throw new QueryError(`cannot find the column ${name}`, start, `there are: ${columns.join(", ")}`);
}
