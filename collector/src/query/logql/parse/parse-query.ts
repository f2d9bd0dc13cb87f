/**
 * LogQL's text into a checked tree, by precedence climbing: a log query, or a metric query around range aggregations.
 * https://grafana.com/docs/loki/latest/query/metric_queries/
 */
import { nearest } from "../../../base/suggest.ts";
import * as promql from "../../metrics/parse/ast.ts";
import { FUNCTIONS, type FunctionSignature } from "../../metrics/parse/function-signatures.ts";
import * as ast from "./ast.ts";
import { parseLabelFilter } from "./parse-label-filter.ts";
import { isLineOperator, parseLineFilter, parseStage } from "./parse-pipeline.ts";
import { parseLabelList, parseMatchers } from "./parse-selector.ts";
import { TokenStream } from "./token-stream.ts";

const AGGREGATES: Readonly<Record<string, promql.AggregateOperator>> = {
  sum: "sum",
  avg: "avg",
  min: "min",
  max: "max",
  count: "count",
  stddev: "stddev",
  stdvar: "stdvar",
  topk: "topk",
  bottomk: "bottomk",
  approx_topk: "topk",
};
const SORTS = ["sort", "sort_desc"];
const RANGE_OPERATORS: ReadonlySet<string> = new Set([
  ...ast.PLAIN_RANGE_OPERATORS,
  ...ast.UNWRAPPED_RANGE_OPERATORS,
  "absent_over_time",
]);
const GROUPABLE: ReadonlySet<string> = new Set(
  "avg_over_time min_over_time max_over_time stddev_over_time stdvar_over_time quantile_over_time first_over_time last_over_time".split(
    " ",
  ),
);
const CONVERSIONS: Readonly<Record<string, ast.Unwrap["conversion"]>> = {
  duration: "duration",
  duration_seconds: "duration",
  bytes: "bytes",
};
/** Nested expressions, stages, operators at most: what follows walks trees by recursion. */
const MAX_DEPTH = 200;
const MAX_STAGES = 200;
const MAX_OPERATORS = 500;

/** Throws QueryError with the place, and a hint where there is one. */
export function parseQuery(text: string): ast.Query {
  return new Parser(text).parseWhole();
}

/** A log query, or nothing but a stream selector. */
export function parseLogSelector(text: string): ast.LogSelector {
  const query = parseQuery(text);
  if (query.kind === "logs") return query.logs;
  throw new TokenStream(text).error("only log selectors are supported here", 0, 'write {service_name="…"}');
}

/** A range as it is being read. */
interface Range {
  readonly matchers: ast.LogSelector["matchers"];
  readonly stages: ast.Stage[];
  /** Behind unwrap. */
  readonly filters: ast.LabelFilter[];
  unwrap?: ast.Unwrap;
  rangeMillis?: number;
  offsetMillis: number;
}

class Parser {
  readonly #tokens: TokenStream;
  readonly #ranges = new Map<promql.VectorSelector, ast.RangeAggregation>();
  #depth = 0;
  #operators = 0;

  constructor(text: string) {
    this.#tokens = new TokenStream(text);
  }

  parseWhole(): ast.Query {
    const tokens = this.#tokens;
    if (tokens.peek().kind === "end")
      throw tokens.error("syntax error: unexpected $end", 0, 'begin with a selector such as {service_name="…"}');
    let first = 0;
    while (tokens.isSymbol("(", first)) first++;
    const query: ast.Query = tokens.isSymbol("{", first)
      ? { kind: "logs", logs: this.#parseLogs() }
      : { kind: "metric", expr: this.#parse(1), ranges: this.#ranges };
    if (tokens.peek().kind !== "end") throw tokens.unexpected();
    return query;
  }

  #parseLogs(): ast.LogSelector {
    const tokens = this.#tokens;
    const { start } = tokens.peek();
    if (tokens.takeSymbol("(")) {
      this.#enter(start);
      const inner = this.#parseLogs();
      tokens.expectSymbol(")");
      this.#depth--;
      return inner;
    }
    const matchers = parseMatchers(tokens);
    const stages: ast.Stage[] = [];
    while (this.#parseStageInto(stages));
    return { span: { start, end: tokens.lastEnd }, matchers, stages };
  }

  #parseStageInto(stages: ast.Stage[]): boolean {
    const tokens = this.#tokens;
    const { start } = tokens.peek();
    if (isLineOperator(tokens)) stages.push(parseLineFilter(tokens));
    else if (tokens.takeSymbol("|")) stages.push(parseStage(tokens));
    else return false;
    if (stages.length > MAX_STAGES) throw tokens.error(`more than ${MAX_STAGES} stages`, start);
    return true;
  }

  #enter(at: number): void {
    if (++this.#depth > MAX_DEPTH) throw this.#tokens.error("expression is nested too deeply", at);
  }

  #parse(binding: number): promql.Expr {
    this.#enter(this.#tokens.peek().start);
    let lhs = this.#parseOperand();
    while (true) {
      const { text: op, kind } = this.#tokens.peek();
      const own = kind !== "string" && Object.hasOwn(promql.BINDING, op) ? promql.BINDING[op] : undefined;
      if (own === undefined || own < binding) break;
      lhs = this.#parseBinary(lhs, op as promql.BinaryOperator, own);
    }
    this.#depth--;
    return lhs;
  }

  #parseBinary(lhs: promql.Expr, op: promql.BinaryOperator, own: number): promql.BinaryExpr {
    const tokens = this.#tokens;
    const { start } = tokens.next();
    if (++this.#operators > MAX_OPERATORS) throw tokens.error(`more than ${MAX_OPERATORS} operators`, start);
    const returnBool = tokens.takeWord("bool");
    if (returnBool && !promql.isComparison(op)) throw tokens.error(`bool stands behind comparisons only`, start);
    const matching = this.#parseMatching(op);
    const opSpan = { start, end: tokens.lastEnd };
    const rhs = this.#parse(op === "^" ? own : own + 1);
    if (promql.isSetOperator(op))
      for (const side of [lhs, rhs])
        if (promql.typeOf(side) !== "vector")
          throw tokens.error(
            `unexpected literal for leg of logical/set binary operation (${op})`,
            side.span.start,
            "write vector(1) for 1",
          );
    const span = { start: lhs.span.start, end: rhs.span.end };
    return { kind: "binary", op, opSpan, lhs, rhs, returnBool, matching, span };
  }

  #parseMatching(op: promql.BinaryOperator): promql.VectorMatching {
    const tokens = this.#tokens;
    const isSet = promql.isSetOperator(op);
    const plain = { labels: [], on: false, include: [], fill: {} } as const;
    const on = tokens.isWord("on");
    if (!on && !tokens.isWord("ignoring")) return { ...plain, cardinality: isSet ? "many-to-many" : "one-to-one" };
    tokens.next();
    const labels = parseLabelList(tokens);
    const group = tokens.isWord("group_left") || tokens.isWord("group_right") ? tokens.next() : undefined;
    if (!group) return { ...plain, labels, on, cardinality: isSet ? "many-to-many" : "one-to-one" };
    if (isSet) throw tokens.error(`no grouping allowed for "${op}" operation`, group.start);
    const include = tokens.isSymbol("(") && this.#isLabelList() ? parseLabelList(tokens) : [];
    return { ...plain, labels, on, include, cardinality: group.text === "group_left" ? "many-to-one" : "one-to-many" };
  }

  /** Whether the parentheses ahead hold labels, not an expression. */
  #isLabelList(): boolean {
    const tokens = this.#tokens;
    if (tokens.isSymbol(")", 1)) return true;
    return tokens.peek(1).kind === "word" && (tokens.isSymbol(",", 2) || tokens.isSymbol(")", 2));
  }

  #parseOperand(): promql.Expr {
    const tokens = this.#tokens;
    const token = tokens.peek();
    const { start } = token;
    if (tokens.isSymbol("(")) {
      tokens.next();
      const expr = this.#parse(1);
      tokens.expectSymbol(")");
      return { kind: "paren", expr, span: { start, end: tokens.lastEnd } };
    }
    if (token.kind === "number" || ((tokens.isSymbol("-") || tokens.isSymbol("+")) && tokens.peek(1).kind === "number"))
      return this.#parseNumber();
    if (token.kind !== "word") throw tokens.unexpected("NUMBER, { or a function");
    if (RANGE_OPERATORS.has(token.text)) return this.#parseRangeAggregation();
    if (Object.hasOwn(AGGREGATES, token.text)) return this.#parseAggregate();
    if (SORTS.includes(token.text) || token.text === "vector" || token.text === "label_replace")
      return this.#parseCall();
    const known = [...RANGE_OPERATORS, ...Object.keys(AGGREGATES), ...SORTS, "vector", "label_replace"];
    const near = nearest(token.text, known);
    throw tokens.error(
      `syntax error: unexpected IDENTIFIER ${token.text}`,
      start,
      near === undefined
        ? 'a query begins with a selector such as {service_name="…"}, or a function'
        : `is it ${near}?`,
    );
  }

  #parseNumber(): promql.NumberExpr {
    const tokens = this.#tokens;
    const { start } = tokens.peek();
    const sign = tokens.takeSymbol("-") ? -1 : 1;
    if (sign > 0) tokens.takeSymbol("+");
    if (tokens.peek().kind !== "number") throw tokens.unexpected("NUMBER");
    const value = sign * (tokens.next().number as number);
    return { kind: "number", value, isDuration: false, span: { start, end: tokens.lastEnd } };
  }

  #parseAggregate(): promql.AggregateExpr {
    const tokens = this.#tokens;
    const { text, start } = tokens.next();
    const op = AGGREGATES[text];
    let grouping = this.#parseGrouping();
    tokens.expectSymbol("(");
    let param: promql.Expr | undefined;
    if (op === "topk" || op === "bottomk") {
      const k = this.#parseNumber();
      if (!Number.isInteger(k.value) || k.value < 0)
        throw tokens.error(`invalid parameter (must be a whole number) ${op}(${k.value}`, k.span.start);
      param = k;
      tokens.expectSymbol(",");
    }
    const expr = this.#parseVector();
    tokens.expectSymbol(")");
    grouping ??= this.#parseGrouping();
    const { labels = [], without = false } = grouping ?? {};
    return { kind: "aggregate", op, expr, param, grouping: labels, without, span: { start, end: tokens.lastEnd } };
  }

  /** An expression that is no number. */
  #parseVector(): promql.Expr {
    const expr = this.#parse(1);
    if (promql.typeOf(expr) !== "vector")
      throw this.#tokens.error("unexpected literal: a vector is needed here", expr.span.start, "write vector(1) for 1");
    return expr;
  }

  #parseGrouping(): { readonly labels: readonly string[]; readonly without: boolean } | undefined {
    const tokens = this.#tokens;
    const without = tokens.isWord("without");
    if (!without && !tokens.isWord("by")) return undefined;
    tokens.next();
    return { labels: parseLabelList(tokens), without };
  }

  #parseCall(): promql.CallExpr {
    const tokens = this.#tokens;
    const { text: name, start } = tokens.next();
    const func = FUNCTIONS.get(name) as FunctionSignature;
    tokens.expectSymbol("(");
    const args: promql.Expr[] = [name === "vector" ? this.#parseNumber() : this.#parseVector()];
    for (const type of func.args.slice(1)) {
      tokens.expectSymbol(",");
      const { start: at } = tokens.peek();
      if (type !== "string") throw tokens.unexpected();
      args.push({ kind: "string", value: tokens.expectString(), span: { start: at, end: tokens.lastEnd } });
    }
    tokens.expectSymbol(")");
    return { kind: "call", func, args, span: { start, end: tokens.lastEnd } };
  }

  #parseRangeAggregation(): promql.VectorSelector {
    const tokens = this.#tokens;
    const { text, start } = tokens.next();
    const operator = text as ast.RangeOperator;
    const before = this.#parseGrouping();
    tokens.expectSymbol("(");
    let quantile: number | undefined;
    if (operator === "quantile_over_time") {
      quantile = this.#parseNumber().value;
      tokens.expectSymbol(",");
    }
    const from = tokens.peek().start;
    const range = this.#parseRange();
    const { matchers, stages, rangeMillis, offsetMillis } = range;
    const logs = { span: { start: from, end: tokens.lastEnd }, matchers, stages };
    const unwrap = range.unwrap && { ...range.unwrap, filters: range.filters };
    if (rangeMillis === undefined) throw tokens.unexpected("[", "a range aggregation needs a range, such as [5m]");
    tokens.expectSymbol(")");
    const grouping = before ?? this.#parseGrouping();
    const isPlain = (ast.PLAIN_RANGE_OPERATORS as readonly string[]).includes(operator);
    const isUnwrapped = (ast.UNWRAPPED_RANGE_OPERATORS as readonly string[]).includes(operator);
    if (!unwrap && !isPlain && operator !== "absent_over_time")
      throw tokens.error(
        `invalid aggregation ${operator} without unwrap`,
        start,
        "add | unwrap label before the range",
      );
    if (unwrap && !isUnwrapped && operator !== "absent_over_time")
      throw tokens.error(`invalid aggregation ${operator} with unwrap`, start);
    if (grouping && !GROUPABLE.has(operator))
      throw tokens.error(
        `grouping not allowed for ${operator} aggregation`,
        start,
        `write sum by (…) (${operator}(…))`,
      );
    const leaf: promql.VectorSelector = { kind: "vector", span: { start, end: tokens.lastEnd }, name: "", matchers };
    this.#ranges.set(leaf, { operator, quantile, grouping, logs, unwrap, rangeMillis, offsetMillis });
    return leaf;
  }

  /** `{…} | … | unwrap label | … [5m] offset 1h`; the range may stand right behind the selector, or behind parentheses. */
  #parseRange(): Range {
    const tokens = this.#tokens;
    const { start } = tokens.peek();
    let range: Range;
    if (tokens.takeSymbol("(")) {
      this.#enter(start);
      range = this.#parseRange();
      tokens.expectSymbol(")");
      this.#depth--;
    } else range = { matchers: parseMatchers(tokens), stages: [], filters: [], offsetMillis: 0 };
    while (true) {
      if (tokens.isSymbol("[")) {
        if (range.rangeMillis !== undefined) throw tokens.unexpected();
        range.rangeMillis = this.#parseDuration();
        if (tokens.takeWord("offset")) range.offsetMillis = this.#parseOffset();
      } else if (tokens.isSymbol("|") && tokens.isWord("unwrap", 1) && tokens.peek(2).kind === "word") {
        if (range.unwrap)
          throw tokens.error("syntax error: unexpected unwrap: there is one already", tokens.peek(1).start);
        tokens.next();
        range.unwrap = this.#parseUnwrap();
      } else if (range.unwrap && tokens.takeSymbol("|")) range.filters.push(parseLabelFilter(tokens));
      else if (range.unwrap || !this.#parseStageInto(range.stages)) return range;
    }
  }

  #parseDuration(): number {
    const tokens = this.#tokens;
    tokens.next();
    const token = tokens.peek();
    if (token.kind !== "duration") throw tokens.unexpected("DURATION", "write a range such as [5m]");
    if (!((token.number as number) > 0)) throw tokens.error("a range must be longer than nothing", token.start);
    tokens.next();
    tokens.expectSymbol("]");
    return (token.number as number) / 1e6;
  }

  #parseOffset(): number {
    const tokens = this.#tokens;
    const sign = tokens.takeSymbol("-") ? -1 : 1;
    if (tokens.peek().kind !== "duration") throw tokens.unexpected("DURATION");
    return (sign * (tokens.next().number as number)) / 1e6;
  }

  #parseUnwrap(): ast.Unwrap {
    const tokens = this.#tokens;
    tokens.next();
    const token = tokens.expectWord();
    if (!tokens.takeSymbol("(")) return { label: token.text, conversion: "number", filters: [] };
    if (!Object.hasOwn(CONVERSIONS, token.text))
      throw tokens.error(
        `unknown conversion ${token.text}`,
        token.start,
        "there are duration(label), duration_seconds(label) and bytes(label)",
      );
    const label = tokens.expectWord().text;
    tokens.expectSymbol(")");
    return { label, conversion: CONVERSIONS[token.text], filters: [] };
  }
}
