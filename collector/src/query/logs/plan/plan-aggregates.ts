/** Functions of `| count, avg(x) … every 1m` -> what to sum up, each under the name of its column. */
import { parseDurationMillis } from "../../../base/duration.ts";
import { QueryError } from "../../../base/errors.ts";
import type { AggregateNode, EveryNode } from "../parse/ast.ts";
import { resolveField, type ResolvedField } from "./fields.ts";
import type { AggregateFunction, AggregatePlan } from "./log-plan.ts";

const MOST_AGGREGATES = 10;
const QUANTILES: Readonly<Record<string, number>> = {
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
};

/** @param by names that columns have already */
export function planAggregates(nodes: readonly AggregateNode[], by: readonly ResolvedField[]): AggregatePlan[] {
  if (nodes.length > MOST_AGGREGATES)
    throw new QueryError(
      `cannot run ${nodes.length} functions at once`,
      nodes[MOST_AGGREGATES].start,
      `write at most ${MOST_AGGREGATES}`,
    );
  const names = new Set(by.map(({ name }) => name));
  return nodes.map((node) => {
    const plan = planAggregate(node);
    if (names.has(plan.name))
      throw new QueryError(
        `cannot have two columns ${plan.name}`,
        node.as?.start ?? node.start,
        "name one of them: count as requests",
      );
    names.add(plan.name);
    return plan;
  });
}

function planAggregate({ name, arguments: args, as, start, end }: AggregateNode): AggregatePlan {
  const label = as?.name ?? (args.length === 0 ? name : `${name}(${args.map((each) => each.name).join(", ")})`);
  const expect = (least: number, most: number, example: string) => {
    if (args.length >= least && args.length <= most) return;
    const what = args.length < least ? "needs a field" : `takes ${most === 0 ? "no field" : "one field"}`;
    throw new QueryError(
      `cannot run ${name}: it ${what}`,
      args.length < least ? end : args[most].start,
      `write ${example}`,
    );
  };
  const one = (func: AggregateFunction, quantile?: number): AggregatePlan => {
    expect(1, 1, `${name}(duration_ms)`);
    return { name: label, func, of: resolveField(args[0]), ...(quantile === undefined ? {} : { quantile }) };
  };
  if (Object.hasOwn(QUANTILES, name)) return one("quantile", QUANTILES[name]);
  switch (name) {
    case "count":
      expect(0, 1, "count, or count(field) for records that have the field");
      return { name: label, func: "count", ...(args.length === 0 ? {} : { of: resolveField(args[0]) }) };
    case "rate":
      expect(0, 0, "rate: records a second");
      return { name: label, func: "rate" };
    case "quantile": {
      if (args.length !== 2)
        throw new QueryError(
          "cannot run quantile: it needs a share and a field",
          start,
          "write quantile(0.9, duration_ms)",
        );
      const share = Number(args[0].name);
      if (!(share >= 0 && share <= 1))
        throw new QueryError(
          `cannot read the share "${args[0].name}"`,
          args[0].start,
          "write a number from 0 to 1: quantile(0.9, duration_ms)",
        );
      return { name: label, func: "quantile", of: resolveField(args[1]), quantile: share };
    }
    default:
      return one(name as AggregateFunction);
  }
}

/** Milliseconds; 0 = auto. */
export function planEvery({ text, start }: EveryNode): number {
  if (text.toLowerCase() === "auto") return 0;
  const millis = parseDurationMillis(text);
  if (millis === undefined || millis <= 0)
    throw new QueryError(
      `cannot read the duration "${text}"`,
      start,
      "write every 30s, every 1m, every 1h or every auto",
    );
  if (millis < 1) throw new QueryError(`cannot count every ${text}`, start, "write 1ms or more");
  return millis;
}
