/**
 * A log query -> a plan: the condition on records, and the pipes as what they come to together. Pipes of records (where, fields, sort,
 * limit) come before those that count; behind them where, sort and limit are about rows. @throws QueryError with position and hint
 */
import { QueryError } from "../../../base/errors.ts";
import type { LogCondition } from "../../../model/log-condition.ts";
import { EVERY_LOG } from "../../../model/log-condition.ts";
import type { ConditionNode, KeyNode, PipeNode } from "../parse/ast.ts";
import { parseLogQuery } from "../parse/parse-query.ts";
import { resolveField } from "./fields.ts";
import type { LogPlan, RowStep, TablePlan } from "./log-plan.ts";
import { planAggregates, planEvery } from "./plan-aggregates.ts";
import { planCondition } from "./plan-condition.ts";
import { columnOf, planRowCondition } from "./plan-rows.ts";

/** Fields of a table, of a group. */
const MOST_FIELDS = 50;
const MOST_GROUP_FIELDS = 8;

export function planLogQuery(text: string): LogPlan {
  const { condition, pipes } = parseLogQuery(text);
  const conditions: ConditionNode[] = condition ? [condition] : [];
  let plan: Omit<LogPlan, "condition" | "table"> = {};
  let table: (Omit<TablePlan, "rows"> & { rows: RowStep[] }) | undefined;
  for (const pipe of pipes) {
    if (plan.patterns !== undefined)
      throw new QueryError("cannot run a pipe behind patterns", pipe.start, "patterns stands last");
    if (table) table.rows.push(rowStep(pipe, table));
    else if (pipe.kind === "where") conditions.push(pipe.condition);
    else if (pipe.kind === "aggregate" || pipe.kind === "top") {
      if (plan.limit !== undefined)
        throw new QueryError(
          "cannot count behind limit: which records would be left out is not defined",
          pipe.start,
          "write the condition, then the pipe that counts, then limit",
        );
      table = tableOf(pipe);
    } else plan = withPipe(plan, pipe);
  }
  return {
    condition: all(conditions),
    ...plan,
    ...(table ? { table } : {}),
  };
}

function all(nodes: readonly ConditionNode[]): LogCondition {
  if (nodes.length === 0) return EVERY_LOG;
  return nodes.length === 1 ? planCondition(nodes[0]) : { kind: "and", of: nodes.map(planCondition) };
}

function withPipe(plan: Omit<LogPlan, "condition" | "table">, pipe: PipeNode): typeof plan {
  switch (pipe.kind) {
    case "fields":
      if (pipe.keys.length > MOST_FIELDS)
        throw new QueryError(`cannot show ${pipe.keys.length} fields`, pipe.start, `name at most ${MOST_FIELDS}`);
      return { ...plan, fields: pipe.keys.map(resolveField) };
    case "limit":
      return { ...plan, limit: Math.min(pipe.count.value, plan.limit ?? Infinity) };
    case "patterns":
      return { ...plan, patterns: pipe.count?.value ?? 0 };
    case "sort": {
      const [key, ...more] = pipe.by;
      const isTime = /^(?:@?timestamp|_?time|date)$/i.test(key.name);
      if (!isTime || more.length > 0)
        throw new QueryError(
          `cannot sort records by ${isTime ? more[0].name : key.name}: they come in order of time`,
          isTime ? more[0].start : key.start,
          "write sort time asc, or count first: | count by service | sort count",
        );
      return { ...plan, order: key.descending === false ? "oldest" : "newest" };
    }
    default:
      return plan;
  }
}

function tableOf(pipe: PipeNode & { kind: "aggregate" | "top" }): Omit<TablePlan, "rows"> & { rows: RowStep[] } {
  const by = groupFields(pipe.by);
  const every = pipe.every === undefined ? {} : { everyMillis: planEvery(pipe.every), every: pipe.every };
  if (pipe.kind === "top") {
    const rows: RowStep[] = [{ kind: "limit", count: pipe.count.value }];
    return { by, aggregates: [{ name: "count", func: "count" }], ...every, rows };
  }
  return { by, aggregates: planAggregates(pipe.aggregates, by), ...every, rows: [] };
}

function groupFields(keys: readonly KeyNode[]) {
  if (keys.length > MOST_GROUP_FIELDS)
    throw new QueryError(
      `cannot count by ${keys.length} fields`,
      keys[MOST_GROUP_FIELDS].start,
      `name at most ${MOST_GROUP_FIELDS}`,
    );
  for (const [i, key] of keys.entries()) {
    const twin = keys.slice(0, i).find(({ name }) => name === key.name);
    if (twin) throw new QueryError(`cannot count by ${key.name} twice`, key.start, "name it once");
    if (/^(?:@?timestamp|_?time)$/i.test(key.name) && !key.isAttribute)
      throw new QueryError(`cannot count by ${key.name}`, key.start, "write every 1m for numbers over time");
  }
  return keys.map(resolveField);
}

function rowStep(pipe: PipeNode, table: TablePlan): RowStep {
  const columns = [...table.by, ...table.aggregates].map(({ name }) => name);
  switch (pipe.kind) {
    case "limit":
      return { kind: "limit", count: pipe.count.value };
    case "where":
      return { kind: "where", condition: planRowCondition(pipe.condition, columns) };
    case "sort":
      return {
        kind: "sort",
        by: pipe.by.map((key) => {
          const column = columnOf(key, columns);
          // Numbers most first, names from A on.
          return { column, descending: key.descending ?? column >= table.by.length };
        }),
      };
    default:
      throw new QueryError(
        `cannot run ${pipe.kind === "aggregate" ? pipe.aggregates[0].name : pipe.kind} on rows that were counted`,
        pipe.start,
        "behind a pipe that counts only where, sort and limit may stand",
      );
  }
}
