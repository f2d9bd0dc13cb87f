/**
 * PromQL as a tree. Every node says where it stands in the text (0-based offsets, the end exclusive), so that errors, annotations and
 * editors can point at it. Times and durations are milliseconds. Made by parse-expr.ts, printed by format-expr.ts.
 */
import type { LabelMatcherText } from "../../../model/label-matcher.ts";
import type { FunctionSignature, ValueType } from "./function-signatures.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Expr =
  | NumberExpr
  | StringExpr
  | VectorSelector
  | MatrixSelector
  | SubqueryExpr
  | CallExpr
  | AggregateExpr
  | BinaryExpr
  | UnaryExpr
  | ParenExpr;

export interface NumberExpr {
  readonly kind: "number";
  readonly span: Span;
  readonly value: number;
  /** Written as a duration, such as 5m. */
  readonly isDuration: boolean;
}

export interface StringExpr {
  readonly kind: "string";
  readonly span: Span;
  readonly value: string;
}

export interface TimeModifiers {
  /** `offset`: how far back; negative = ahead. */
  readonly offset?: DurationValue;
  /** `@`: unix milliseconds, or the query's start or end. */
  readonly at?: number | "start" | "end";
}

export interface VectorSelector extends TimeModifiers {
  readonly kind: "vector";
  readonly span: Span;
  /** Written before the braces; "" where it isn't. Its matcher is among `matchers`. */
  readonly name: string;
  readonly matchers: readonly LabelMatcherText[];
  readonly extension?: "anchored" | "smoothed";
  /** Set by the plan: histograms come with hints worked out from their neighbours, as only counts and sums are asked for. */
  readonly tracksResets?: boolean;
}

/** Time modifiers of a range stand on its selector. */
export interface MatrixSelector {
  readonly kind: "matrix";
  readonly span: Span;
  readonly selector: VectorSelector;
  readonly range: DurationValue;
}

export interface SubqueryExpr extends TimeModifiers {
  readonly kind: "subquery";
  readonly span: Span;
  readonly expr: Expr;
  readonly range: DurationValue;
  /** Absent = the engine's own. */
  readonly step?: DurationValue;
}

export interface CallExpr {
  readonly kind: "call";
  readonly span: Span;
  readonly func: FunctionSignature;
  readonly args: readonly Expr[];
}

export interface AggregateExpr {
  readonly kind: "aggregate";
  readonly span: Span;
  readonly op: AggregateOperator;
  readonly expr: Expr;
  readonly param?: Expr;
  readonly grouping: readonly string[];
  readonly without: boolean;
}

export interface BinaryExpr {
  readonly kind: "binary";
  readonly span: Span;
  readonly op: BinaryOperator;
  /** Where the operator and its modifiers stand. */
  readonly opSpan: Span;
  readonly lhs: Expr;
  readonly rhs: Expr;
  readonly returnBool: boolean;
  /** Of two vectors only. */
  readonly matching?: VectorMatching;
}

export interface VectorMatching {
  readonly cardinality: "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";
  readonly labels: readonly string[];
  /** The labels are those to match on, not those to ignore. */
  readonly on: boolean;
  /** Labels taken over from the "one" side. */
  readonly include: readonly string[];
  /** What stands for a series that is missing on that side. */
  readonly fill: { readonly lhs?: number; readonly rhs?: number };
}

export interface UnaryExpr {
  readonly kind: "unary";
  readonly span: Span;
  readonly op: "+" | "-";
  readonly expr: Expr;
}

export interface ParenExpr {
  readonly kind: "paren";
  readonly span: Span;
  readonly expr: Expr;
}

/** Milliseconds, or what they are worked out from when the query's step and range are known. */
export type DurationValue = number | DurationExpr;

export type DurationExpr = { readonly span: Span; readonly wrapped?: boolean } & (
  | { readonly op: "number"; /** In seconds. */ readonly value: number; readonly isDuration: boolean }
  | { readonly op: "step" | "range" }
  | { readonly op: "negate" | "plus"; readonly rhs: DurationExpr }
  | {
      readonly op: "+" | "-" | "*" | "/" | "%" | "^" | "min_of" | "max_of";
      readonly lhs: DurationExpr;
      readonly rhs: DurationExpr;
    }
);

export const AGGREGATE_OPERATORS = [
  "avg",
  "bottomk",
  "count",
  "count_values",
  "group",
  "limit_ratio",
  "limitk",
  "max",
  "min",
  "quantile",
  "stddev",
  "stdvar",
  "sum",
  "topk",
] as const;
export type AggregateOperator = (typeof AGGREGATE_OPERATORS)[number];

export const AGGREGATES_WITH_PARAM: ReadonlySet<string> = new Set([
  "bottomk",
  "count_values",
  "limit_ratio",
  "limitk",
  "quantile",
  "topk",
]);

export type SetOperator = "and" | "or" | "unless";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^" | "atan2" | "</" | ">/";
export type BinaryOperator = SetOperator | ComparisonOperator | ArithmeticOperator;

/** Of the operators that LogQL has as well: the higher, the tighter it binds. */
export const BINDING: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  "^": 6,
};

export function isSetOperator(op: BinaryOperator): op is SetOperator {
  return op === "and" || op === "or" || op === "unless";
}

export function isComparison(op: BinaryOperator): op is ComparisonOperator {
  return op === "==" || op === "!=" || op === "<" || op === "<=" || op === ">" || op === ">=";
}

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "vector":
    case "aggregate":
      return "vector";
    case "matrix":
    case "subquery":
      return "matrix";
    case "call":
      return expr.func.returns;
    case "binary":
      return typeOf(expr.lhs) === "scalar" && typeOf(expr.rhs) === "scalar" ? "scalar" : "vector";
    case "unary":
    case "paren":
      return typeOf(expr.expr);
  }
}

/** What a node is made of, in the order of the text. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "matrix":
      return [expr.selector];
    case "subquery":
    case "unary":
    case "paren":
      return [expr.expr];
    case "call":
      return expr.args;
    case "aggregate":
      return expr.param ? [expr.param, expr.expr] : [expr.expr];
    case "binary":
      return [expr.lhs, expr.rhs];
    default:
      return [];
  }
}
