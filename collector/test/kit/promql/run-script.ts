/**
 * Runs a PromQL test script against the engine and a store in memory. As Prometheus does it, an instant query is asked again as the
 * middle of a range query, and with `@` at other times, where it must come to the same.
 */
import { runInstantQuery, runRangeQuery, type QueryOptions } from "../../../src/query/metrics/engine.ts";
import { childrenOf, type Expr } from "../../../src/query/metrics/parse/ast.ts";
import { formatExpr } from "../../../src/query/metrics/parse/format-expr.ts";
import { parseExpr } from "../../../src/query/metrics/parse/parse-expr.ts";
import { MemoryMetrics } from "../../../src/store/memory/memory-metrics.ts";
import type { QueryValue, VectorSample } from "../../../src/query/metrics/result.ts";
import { checkFailure, checkResult, checkValue } from "./check-result.ts";
import { loadSeries } from "./load-series.ts";
import { parseScript, type EvalCommand } from "./parse-script.ts";

export interface Evaluation {
  readonly command: EvalCommand;
  /** Undefined = it passed. */
  readonly failure: string | undefined;
}

export async function runScript(text: string): Promise<Evaluation[]> {
  let metrics = new MemoryMetrics();
  const evaluations: Evaluation[] = [];
  for (const command of parseScript(text)) {
    if (command.kind === "clear") metrics = new MemoryMetrics();
    else if (command.kind === "load") loadSeries(command, metrics);
    else evaluations.push({ command, failure: await evaluate(command, metrics) });
  }
  return evaluations;
}

async function evaluate(command: EvalCommand, reader: MemoryMetrics): Promise<string | undefined> {
  const shared = { reader, usesStartTimestamps: true };
  try {
    if (command.step > 0) {
      await check(command, () => runRangeQuery({ ...shared, query: command.query, ...rangeOf(command) }));
      return undefined;
    }
    const time = command.expectedRange?.end ?? command.start;
    for (const { query, timeMillis } of [{ query: command.query, timeMillis: time }, ...pinned(command.query, time)])
      await evaluateInstant(command, query, timeMillis, shared);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function rangeOf({ start, end, step }: EvalCommand) {
  return { startMillis: start, endMillis: end, stepMillis: step };
}

/** True when the query failed as expected. */
async function check(command: EvalCommand, run: () => ReturnType<typeof runInstantQuery>): Promise<boolean> {
  let result;
  try {
    result = await run();
  } catch (error) {
    checkFailure(error, command);
    return true;
  }
  if (command.expectations.some(({ type }) => type === "fail")) throw new Error("it does not fail");
  checkResult(result, command);
  return false;
}

async function evaluateInstant(
  command: EvalCommand,
  query: string,
  timeMillis: number,
  shared: Omit<QueryOptions, "query">,
): Promise<void> {
  const failed = await check(command, () => runInstantQuery({ ...shared, query, timeMillis }));
  const isPlain = command.expectedRange === undefined && command.expectedString === undefined;
  const isOrdered = command.expectations.some(({ type }) => type === "ordered");
  if (failed || !isPlain || isOrdered || /(?:start|end|range|step)\(\)/.test(query)) return;
  const minute = 60_000;
  const times = { startMillis: timeMillis - minute, endMillis: timeMillis + minute, stepMillis: minute };
  const { value } = await runRangeQuery({ ...shared, query, ...times });
  try {
    checkValue(middleOf(value, timeMillis, command), command);
  } catch (error) {
    throw new Error(`as a range query: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function middleOf(value: QueryValue, timeMillis: number, { expectedScalar }: EvalCommand): QueryValue {
  if (value.type !== "matrix") throw new Error("a range query gives no matrix");
  const samples = value.series.flatMap(({ labels, timestamps, values, histograms }): VectorSample[] => {
    const i = timestamps.indexOf(timeMillis);
    return i < 0 ? [] : [{ labels, timestampMillis: timeMillis, value: values[i], histogram: histograms?.[i] }];
  });
  return expectedScalar === undefined
    ? { type: "vector", samples }
    : { type: "scalar", timestampMillis: timeMillis, value: samples[0].value };
}

const TIME_DEPENDENT = new Set(
  "days_in_month day_of_month day_of_week day_of_year end hour minute month year predict_linear range start step time timestamp".split(
    " ",
  ),
);

/** The query with `@` at every selector, at other times; none when it depends on the time by itself. */
function pinned(query: string, time: number): { query: string; timeMillis: number }[] {
  let expr: Expr;
  try {
    expr = parseExpr(query);
  } catch {
    return [];
  }
  const depends = (node: Expr): boolean =>
    (node.kind === "call" && TIME_DEPENDENT.has(node.func.name)) || childrenOf(node).some(depends);
  if (depends(expr)) return [];
  const text = formatExpr(pin(expr, time));
  const times = time === 0 ? [-1000, 0, 1000] : [-10 * time, 0, Math.trunc(time / 5), time, 10 * time];
  return times.map((timeMillis) => ({ query: text, timeMillis }));
}

function pin(expr: Expr, time: number): Expr {
  const inner = (child: Expr) => pin(child, time);
  switch (expr.kind) {
    case "vector":
      return { ...expr, at: expr.at ?? time };
    case "matrix":
      return { ...expr, selector: { ...expr.selector, at: expr.selector.at ?? time } };
    case "subquery":
      return { ...expr, at: expr.at ?? time };
    case "call":
      return { ...expr, args: expr.args.map((arg, i) => (expr.func.name === "info" && i === 1 ? arg : inner(arg))) };
    case "aggregate":
      return { ...expr, expr: inner(expr.expr), param: expr.param && inner(expr.param) };
    case "binary":
      return { ...expr, lhs: inner(expr.lhs), rhs: inner(expr.rhs) };
    case "unary":
    case "paren":
      return { ...expr, expr: inner(expr.expr) };
    default:
      return expr;
  }
}
