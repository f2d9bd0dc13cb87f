/** A scan's condition over one block: the records that meet it, in the block's order. */
import type { LogScan } from "../../store.ts";
import type { LogColumns } from "../block/record-columns.ts";
import { LogView } from "./log-view.ts";
import { LogMatcher } from "./match-condition.ts";
import { recordsOf } from "./selection.ts";

export function matchLogs(
  columns: LogColumns,
  { range, condition }: Pick<LogScan, "range" | "condition">,
  jsonBodies: boolean,
): Uint32Array {
  return recordsOf(new LogMatcher(condition, jsonBodies).match(new LogView(columns), range));
}
