/** What a log query comes to: which records, and what is made of them. Made by plan-query.ts, run by ../run. */
import type { LogCondition, TextTest } from "../../../model/log-condition.ts";
import type { EveryNode } from "../parse/ast.ts";
import type { ResolvedField } from "./fields.ts";

export interface LogPlan {
  readonly condition: LogCondition;
  /** `| fields …` */
  readonly fields?: readonly ResolvedField[];
  /** `| limit n` of records. */
  readonly limit?: number;
  /** `| sort time …` of records. */
  readonly order?: "newest" | "oldest";
  /** Pipes that count. */
  readonly table?: TablePlan;
  /** `| patterns n`; 0 = as many as is usual. */
  readonly patterns?: number;
}

export interface TablePlan {
  readonly by: readonly ResolvedField[];
  readonly aggregates: readonly AggregatePlan[];
  /** Milliseconds; 0 = auto; absent = no series. */
  readonly everyMillis?: number;
  readonly every?: EveryNode;
  /** What is done with the rows, in order. */
  readonly rows: readonly RowStep[];
}

export type AggregateFunction = "count" | "count_unique" | "sum" | "avg" | "min" | "max" | "quantile" | "rate";

export interface AggregatePlan {
  /** Of its column. */
  readonly name: string;
  readonly func: AggregateFunction;
  /** What it is of; absent for count and rate of records. */
  readonly of?: ResolvedField;
  /** Of quantile, 0 to 1. */
  readonly quantile?: number;
}

export type RowStep =
  /** Columns by index. */
  | { readonly kind: "sort"; readonly by: readonly { readonly column: number; readonly descending: boolean }[] }
  | { readonly kind: "limit"; readonly count: number }
  | { readonly kind: "where"; readonly condition: RowCondition };

/** A condition over a table's row: tests of a column's value as text, all of which hold. */
export type RowCondition =
  | { readonly kind: "and" | "or"; readonly of: readonly RowCondition[] }
  | { readonly kind: "not"; readonly of: RowCondition }
  | { readonly kind: "column"; readonly column: number; readonly tests: readonly TextTest[] };
