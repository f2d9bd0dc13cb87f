/**
 * What a rule watches, as far as evidence must know it: which kind of fault it tells of, and over how long it looks. Of PromQL by its
 * functions, names and matchers; what cannot be told is found out from the data later. Pure.
 */
import type { LogCondition } from "../../model/log-condition.ts";
import { compileMatcher, type LabelMatcherText } from "../../model/label-matcher.ts";
import {
  childrenOf,
  isComparison,
  type BinaryExpr,
  type Expr,
  type VectorSelector,
} from "../../query/metrics/parse/ast.ts";
import { millisOf } from "../../query/metrics/parse/parse-duration.ts";
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import type { SpanConditions } from "../../query/traces/parse-query.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import type { BaselineSignal, KindSource, TraceMeasure } from "../rules/rule-source.ts";

/** "silence": what should be there is not. "logs": lines are counted. */
export type FaultKind = "errors" | "latency" | "traffic" | "silence" | "saturation" | "logs" | "unknown";

export interface WatchedSignal {
  readonly fault: FaultKind;
  /** How far before a moment the rule looks. */
  readonly rangeMillis: number;
  /** Of latencies, where the rule names one. */
  readonly thresholdMillis: number | undefined;
  /** What is compared, with which number, and whether values below it are the bad ones. */
  readonly comparison:
    | { readonly measured: Expr; readonly threshold: number | undefined; readonly isBelow: boolean }
    | undefined;
  readonly selectors: readonly VectorSelector[];
  /** Of spans that are looked at; absent = all of the subject's. */
  readonly spans?: SpanConditions;
  /** Of lines that are counted. */
  readonly lines?: LogCondition;
}

const DEFAULT_RANGE_MILLIS = 5 * 60_000;
const LEAST_RANGE_MILLIS = 60_000;
const MOST_RANGE_MILLIS = 6 * 3_600_000;

const NOTHING: WatchedSignal = {
  fault: "unknown",
  rangeMillis: DEFAULT_RANGE_MILLIS,
  thresholdMillis: undefined,
  comparison: undefined,
  selectors: [],
};

/** @param rangeMillis where the rule doesn't say */
export function watchedBy(rule: AlertingRule | undefined, rangeMillis: number): WatchedSignal {
  if (rule === undefined) return { ...NOTHING, rangeMillis: bounded(rangeMillis) };
  if (rule.source.kind !== "promql") return watchedBySource(rule.source, rangeMillis);
  try {
    return watchedByExpr(parseExpr(rule.expr), rule.alert);
  } catch {
    // A rule that runs has an expression that can be read; one from elsewhere need not.
    return NOTHING;
  }
}

/** @param name of the rule: says what it is about where the expression doesn't */
export function watchedByExpr(expr: Expr, name: string): WatchedSignal {
  const nodes = [...eachNode(expr)];
  const selectors = nodes.filter((node) => node.kind === "vector");
  const comparison = comparisonOf(expr);
  const ranges = nodes.flatMap((node) =>
    (node.kind === "matrix" || node.kind === "subquery") && typeof node.range === "number" ? node.range : [],
  );
  // A subquery looks back over days to say what is normal; the shortest range is the one that notices.
  const range = ranges.length === 0 ? DEFAULT_RANGE_MILLIS : Math.min(...ranges);
  const fault = faultOf(nodes, selectors, comparison, name);
  return {
    fault,
    rangeMillis: bounded(range),
    thresholdMillis: fault === "latency" ? thresholdMillis(selectors, comparison?.threshold) : undefined,
    comparison,
    selectors,
  };
}

function watchedBySource(source: KindSource, rangeMillis: number): WatchedSignal {
  const range = bounded("windowMillis" in source && source.kind !== "slo" ? source.windowMillis : rangeMillis);
  const of = (fault: FaultKind, more: Partial<WatchedSignal> = {}) => ({
    ...NOTHING,
    fault,
    rangeMillis: range,
    ...more,
  });
  switch (source.kind) {
    case "logs":
      return of("logs", { lines: source.plan.condition });
    case "traces":
      return of(FAULT_OF_MEASURE[source.measure], {
        spans: source.conditions,
        thresholdMillis: isOfTime(source.measure) && source.above !== undefined ? source.above * 1000 : undefined,
      });
    case "baseline":
      return of(FAULT_OF_SIGNAL[source.signal]);
    case "slo": {
      const { latencySeconds } = source;
      return latencySeconds === undefined ? of("errors") : of("latency", { thresholdMillis: latencySeconds * 1000 });
    }
    case "absence":
      return of("silence", { rangeMillis: bounded(source.afterMillis) });
    case "new_error":
      return of("errors");
  }
}

const FAULT_OF_MEASURE: Readonly<Record<TraceMeasure, FaultKind>> = {
  count: "traffic",
  rate: "traffic",
  errors: "errors",
  error_ratio: "errors",
  avg: "latency",
  max: "latency",
  p50: "latency",
  p75: "latency",
  p90: "latency",
  p95: "latency",
  p99: "latency",
};

function isOfTime(measure: TraceMeasure): boolean {
  return FAULT_OF_MEASURE[measure] === "latency";
}

const FAULT_OF_SIGNAL: Readonly<Record<BaselineSignal, FaultKind>> = {
  error_ratio: "errors",
  dependency_errors: "errors",
  latency: "latency",
  traffic: "traffic",
  calls_per_request: "traffic",
  saturation: "saturation",
  memory: "saturation",
};

function bounded(rangeMillis: number): number {
  return Math.min(Math.max(rangeMillis, LEAST_RANGE_MILLIS), MOST_RANGE_MILLIS);
}

const STATUS_LABEL = /status|code|outcome|result|severity|level/i;
/** How a label says that something failed, and how it says that it did not, in each of the ways that are common. */
const WAYS: readonly { readonly failed: readonly string[]; readonly fine: readonly string[] }[] = [
  { failed: ["500", "503"], fine: ["200"] },
  { failed: ["5xx"], fine: ["2xx"] },
  { failed: ["STATUS_CODE_ERROR"], fine: ["STATUS_CODE_OK", "STATUS_CODE_UNSET"] },
  { failed: ["ERROR", "SERVER_ERROR", "FAILURE"], fine: ["OK", "SUCCESS", "INFO"] },
  { failed: ["error", "failure", "failed", "fatal"], fine: ["ok", "success", "info"] },
  { failed: ["13", "14"], fine: ["0"] },
  { failed: ["UNAVAILABLE", "INTERNAL"], fine: ["OK"] },
  { failed: ["true"], fine: ["false"] },
];

/** Whether a selector picks what failed: by a matcher that a failure meets and a success doesn't, or by its name. */
export function isOfErrors({ name, matchers }: VectorSelector): boolean {
  return /error|fail|exception|5xx|rejected/i.test(name) || matchers.some(isErrorMatcher);
}

function isErrorMatcher(matcher: LabelMatcherText): boolean {
  if (!STATUS_LABEL.test(matcher.name) && matcher.name !== "error") return false;
  const { test } = compileMatcher(matcher);
  return WAYS.some(({ failed, fine }) => failed.some(test) && !fine.some(test));
}

const LATENCY = /duration|latency|response_time|_seconds_bucket|_seconds_sum|_milliseconds_bucket|_milliseconds_sum/i;
const SATURATION =
  /cpu|memory|heap|eventloop|event_loop|queue|pool|_fds|gc_|goroutines|threads|disk|filesystem|saturation|utilization|connections/i;
const TRAFFIC = /requests?_total|calls_total|requests?_count|_count$|traffic|throughput/i;

function faultOf(
  nodes: readonly Expr[],
  selectors: readonly VectorSelector[],
  comparison: WatchedSignal["comparison"],
  alert: string,
): FaultKind {
  const calls = (pattern: RegExp) => nodes.some((node) => node.kind === "call" && pattern.test(node.func.name));
  const names = selectors.map(({ name }) => name);
  if (calls(/^absent/) || (names.length > 0 && names.every((name) => name === "up"))) return "silence";
  if (selectors.some(isOfErrors)) return "errors";
  if (calls(/^histogram_/) || names.some((name) => LATENCY.test(name) && !name.endsWith("_count"))) return "latency";
  if (names.some((name) => SATURATION.test(name))) return "saturation";
  if (names.some((name) => TRAFFIC.test(name) || LATENCY.test(name)))
    return comparison?.threshold === 0 ? "silence" : "traffic";
  return faultOfName(alert);
}

function faultOfName(alert: string): FaultKind {
  if (/error|fail|5xx|exception|availability/i.test(alert)) return "errors";
  if (/latency|slow|duration|p9\d/i.test(alert)) return "latency";
  if (/absent|down|gone|missing|silent/i.test(alert)) return "silence";
  if (SATURATION.test(alert)) return "saturation";
  return /traffic|request|rate/i.test(alert) ? "traffic" : "unknown";
}

/** The outermost comparison; of several that are joined the first one. */
function comparisonOf(expr: Expr): WatchedSignal["comparison"] {
  const found = firstComparison(expr);
  if (found === undefined) return undefined;
  const [left, right] = [numberOf(found.lhs), numberOf(found.rhs)];
  // `0.05 < x` is written, too.
  const isLess = found.op === "<" || found.op === "<=";
  return left !== undefined && right === undefined
    ? { measured: found.rhs, threshold: left, isBelow: found.op === ">" || found.op === ">=" }
    : { measured: found.lhs, threshold: right, isBelow: isLess };
}

function firstComparison(expr: Expr): BinaryExpr | undefined {
  if (expr.kind === "paren" || expr.kind === "unary") return firstComparison(expr.expr);
  if (expr.kind !== "binary") return undefined;
  if (isComparison(expr.op)) return expr;
  return firstComparison(expr.lhs) ?? firstComparison(expr.rhs);
}

function numberOf(expr: Expr): number | undefined {
  switch (expr.kind) {
    case "number":
      return expr.isDuration ? millisOf(expr.value) / 1000 : expr.value;
    case "paren":
      return numberOf(expr.expr);
    case "unary": {
      const value = numberOf(expr.expr);
      return value === undefined || expr.op === "+" ? value : -value;
    }
    case "binary": {
      const [left, right] = [numberOf(expr.lhs), numberOf(expr.rhs)];
      return left === undefined || right === undefined ? undefined : calculate(expr.op, left, right);
    }
    default:
      return undefined;
  }
}

function calculate(op: BinaryExpr["op"], left: number, right: number): number | undefined {
  if (op === "*") return left * right;
  if (op === "/") return left / right;
  if (op === "+") return left + right;
  return op === "-" ? left - right : undefined;
}

function thresholdMillis(selectors: readonly VectorSelector[], threshold: number | undefined): number | undefined {
  if (threshold === undefined || !(threshold > 0)) return undefined;
  const names = selectors.map(({ name }) => name);
  if (names.some((name) => /milliseconds|_ms(_|$)/.test(name))) return threshold;
  return names.some((name) => /seconds/.test(name)) ? threshold * 1000 : undefined;
}

function* eachNode(expr: Expr): Generator<Expr> {
  yield expr;
  for (const child of childrenOf(expr)) yield* eachNode(child);
}
