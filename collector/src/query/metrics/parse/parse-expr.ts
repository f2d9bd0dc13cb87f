/**
 * PromQL's text into a checked tree, by precedence climbing. All of Prometheus 3, its experimental parts included.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/
 */
import { nearest } from "../../../base/suggest.ts";
import * as ast from "./ast.ts";
import { checkTypes } from "./check-types.ts";
import { FUNCTIONS } from "./function-signatures.ts";
import { numberOf, parseOffset, parseRange, secondsOf } from "./parse-duration.ts";
import { parseLabelList, parseSelector } from "./parse-selector.ts";
import { TokenStream } from "./token-stream.ts";

const BINDING: Readonly<Record<string, number>> = { ...ast.BINDING, "</": 3, ">/": 3, atan2: 5 };
/** A sign binds as a product does: -2^2 is -(2^2). */
const SIGN_BINDING = 5;
const NO_METRIC_NAMES = new Set(["bool", "on", "ignoring", "group_left", "group_right", "atan2"]);
/** Nested expressions at most: what follows is a tree walked by recursion. */
const MAX_DEPTH = 500;
/** Binary operators at most: a chain of them is a tree as deep. */
const MAX_OPERATORS = 1500;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Throws QueryError with the place, and a hint where there is one. */
export function parseExpr(text: string): ast.Expr {
  const parser = new Parser(text);
  const expr = parser.parseWhole();
  checkTypes(expr, text);
  return expr;
}

/** A selector alone, such as the HTTP API's `match[]`: its matchers. */
export function parseSeriesSelector(text: string): ast.VectorSelector {
  const expr = parseExpr(text);
  if (expr.kind === "vector" && expr.offset === undefined && expr.at === undefined) return expr;
  throw new TokenStream(text).error("expected a selector of series alone", 0, 'write it as name{label="value"}');
}

class Parser {
  readonly #tokens: TokenStream;
  #depth = 0;
  #operators = 0;

  constructor(text: string) {
    this.#tokens = new TokenStream(text);
  }

  parseWhole(): ast.Expr {
    const tokens = this.#tokens;
    if (tokens.peek().kind === "end") throw tokens.error("no expression found in input", 0);
    const expr = this.#parse(1);
    if (tokens.peek().kind !== "end") throw tokens.unexpected("");
    return expr;
  }

  #parse(binding: number): ast.Expr {
    if (++this.#depth > MAX_DEPTH)
      throw this.#tokens.error("expression is nested too deeply", this.#tokens.peek().start);
    let lhs = this.#parseOperand();
    while (true) {
      const op = this.#operator();
      const own = Object.hasOwn(BINDING, op) ? BINDING[op] : undefined;
      if (own === undefined || own < binding) break;
      lhs = this.#parseBinary(lhs, op as ast.BinaryOperator, own);
    }
    this.#depth--;
    return lhs;
  }

  #operator(): string {
    const { kind, text } = this.#tokens.peek();
    return kind === "symbol" ? text : kind === "word" ? text.toLowerCase() : "";
  }

  #parseBinary(lhs: ast.Expr, op: ast.BinaryOperator, own: number): ast.BinaryExpr {
    const tokens = this.#tokens;
    const start = tokens.next().start;
    if (++this.#operators > MAX_OPERATORS)
      throw tokens.error(
        `expression has more than ${MAX_OPERATORS} operators`,
        start,
        "match several series by one expression",
      );
    const returnBool = tokens.word() === "bool" && tokens.next() !== undefined;
    const matching = this.#parseMatching(op);
    const opSpan = { start, end: tokens.lastEnd };
    const rhs = this.#parse(op === "^" ? own : own + 1);
    return {
      kind: "binary",
      op,
      opSpan,
      lhs,
      rhs,
      returnBool,
      matching,
      span: { start: lhs.span.start, end: rhs.span.end },
    };
  }

  #parseMatching(op: ast.BinaryOperator): ast.VectorMatching {
    const tokens = this.#tokens;
    const matching: Mutable<ast.VectorMatching> = {
      cardinality: ast.isSetOperator(op) ? "many-to-many" : "one-to-one",
      labels: [],
      on: false,
      include: [],
      fill: {},
    };
    const mode = tokens.word();
    if (mode === "on" || mode === "ignoring") {
      tokens.next();
      matching.on = mode === "on";
      matching.labels = parseLabelList(tokens);
      const group = tokens.word();
      if (group === "group_left" || group === "group_right") {
        tokens.next();
        matching.cardinality = group === "group_left" ? "many-to-one" : "one-to-many";
        if (tokens.isSymbol("(")) matching.include = parseLabelList(tokens);
      }
    }
    matching.fill = this.#parseFill();
    return matching;
  }

  #parseFill(): ast.VectorMatching["fill"] {
    const tokens = this.#tokens;
    const fill: { lhs?: number; rhs?: number } = {};
    while (/^fill(?:_left|_right)?$/.test(tokens.word()) && tokens.isSymbol("(", 1)) {
      const word = tokens.word();
      const sides =
        word === "fill" ? (["lhs", "rhs"] as const) : word === "fill_left" ? (["lhs"] as const) : (["rhs"] as const);
      if (sides.some((side) => fill[side] !== undefined)) throw tokens.unexpected("");
      tokens.next();
      tokens.next();
      const isNegative = tokens.isSymbol("-");
      if (isNegative || tokens.isSymbol("+")) tokens.next();
      const number = this.#parseNumber();
      if (number === undefined) throw tokens.unexpected("fill modifier", "number");
      for (const side of sides) fill[side] = isNegative ? -number.value : number.value;
      tokens.expectSymbol(")", "fill modifier");
    }
    return fill;
  }

  /** A primary with its modifiers, or a signed expression. */
  #parseOperand(): ast.Expr {
    const tokens = this.#tokens;
    const sign = tokens.peek();
    if (!tokens.isSymbol("+") && !tokens.isSymbol("-")) return this.#parseModifiers(this.#parsePrimary());
    tokens.next();
    const expr = this.#parse(SIGN_BINDING + 1);
    const span = { start: sign.start, end: expr.span.end };
    if (expr.kind === "number") return { ...expr, value: sign.text === "-" ? -expr.value : expr.value, span };
    return { kind: "unary", op: sign.text as "+" | "-", expr, span };
  }

  #parsePrimary(): ast.Expr {
    const tokens = this.#tokens;
    const token = tokens.peek();
    const { start, end } = token;
    if (token.kind === "string") {
      tokens.next();
      return { kind: "string", value: token.value ?? "", span: { start, end } };
    }
    const number = this.#parseNumber();
    if (number) return number;
    if (tokens.takeSymbol("(")) {
      const expr = this.#parse(1);
      const close = tokens.expectSymbol(")", "");
      return { kind: "paren", expr, span: { start, end: close.end } };
    }
    if (tokens.isSymbol("{")) return parseSelector(tokens);
    if (token.kind !== "word") throw tokens.unexpected("");
    const word = tokens.word();
    const isAggregate = (ast.AGGREGATE_OPERATORS as readonly string[]).includes(word);
    if (isAggregate && (tokens.isSymbol("(", 1) || /^(?:by|without)$/.test(tokens.word(1))))
      return this.#parseAggregate();
    if (NO_METRIC_NAMES.has(word)) throw tokens.unexpected("");
    if (tokens.isSymbol("(", 1)) return this.#parseCall();
    return parseSelector(tokens);
  }

  #parseNumber(): ast.NumberExpr | undefined {
    const tokens = this.#tokens;
    const token = tokens.peek();
    const span = { start: token.start, end: token.end };
    const word = tokens.word();
    if (word === "inf" || word === "nan") {
      tokens.next();
      return { kind: "number", value: word === "inf" ? Infinity : NaN, isDuration: false, span };
    }
    if (token.kind === "duration") {
      tokens.next();
      return { kind: "number", value: secondsOf(tokens, token), isDuration: true, span };
    }
    if (token.kind !== "number") return undefined;
    tokens.next();
    return { kind: "number", value: numberOf(token.text), isDuration: false, span };
  }

  #parseCall(): ast.CallExpr {
    const tokens = this.#tokens;
    const name = tokens.next();
    // Words that are no keywords keep their case, and functions are written in lower case.
    const known = /^(?:start|end|step|range|max_of|min_of)$/i.test(name.text) ? name.text.toLowerCase() : name.text;
    const func = FUNCTIONS.get(known);
    if (name.text.includes(":")) throw tokens.unexpected("");
    if (!func) {
      const close = nearest(name.text, [...FUNCTIONS.keys(), ...ast.AGGREGATE_OPERATORS]);
      const hint = close === undefined ? undefined : `did you mean ${close}()?`;
      throw tokens.error(`unknown function with name "${name.text}"`, name.start, hint);
    }
    const args = this.#parseArguments();
    return { kind: "call", func, args, span: { start: name.start, end: tokens.lastEnd } };
  }

  #parseArguments(): ast.Expr[] {
    const tokens = this.#tokens;
    const args: ast.Expr[] = [];
    tokens.expectSymbol("(", "aggregation", "");
    if (tokens.takeSymbol(")")) return args;
    while (true) {
      args.push(this.#parse(1));
      if (tokens.takeSymbol(")")) return args;
      const comma = tokens.peek();
      if (!tokens.takeSymbol(",")) throw tokens.unexpected("", '"," or ")"');
      if (tokens.isSymbol(")")) throw tokens.error("trailing commas not allowed in function call args", comma.start);
    }
  }

  #parseAggregate(): ast.AggregateExpr {
    const tokens = this.#tokens;
    const start = tokens.peek().start;
    const op = tokens.word() as ast.AggregateOperator;
    tokens.next();
    let modifier = this.#parseGrouping();
    if (!tokens.isSymbol("(")) throw tokens.unexpected("aggregation");
    const args = this.#parseArguments();
    modifier ??= this.#parseGrouping();
    const span = { start, end: tokens.lastEnd };
    if (args.length === 0) throw tokens.error("no arguments for aggregate expression provided", start);
    const count = ast.AGGREGATES_WITH_PARAM.has(op) ? 2 : 1;
    if (args.length !== count) {
      throw tokens.error(
        `wrong number of arguments for aggregate expression provided, expected ${count}, got ${args.length}`,
        start,
        count === 2 ? `write ${op}(${op === "count_values" ? '"label"' : "number"}, vector)` : `write ${op}(vector)`,
      );
    }
    const { grouping = [], without = false } = modifier ?? {};
    return {
      kind: "aggregate",
      op,
      expr: args[count - 1],
      param: count === 2 ? args[0] : undefined,
      grouping,
      without,
      span,
    };
  }

  #parseGrouping(): { grouping: string[]; without: boolean } | undefined {
    const word = this.#tokens.word();
    if (word !== "by" && word !== "without") return undefined;
    this.#tokens.next();
    return { grouping: parseLabelList(this.#tokens), without: word === "without" };
  }

  /** Ranges, subqueries, offset, @, anchored and smoothed behind an expression. */
  #parseModifiers(expr: ast.Expr): ast.Expr {
    const tokens = this.#tokens;
    while (true) {
      const word = tokens.word();
      if (tokens.isSymbol("[")) expr = this.#parseBrackets(expr);
      else if (tokens.isSymbol("@")) expr = this.#parseAt(expr);
      else if (word === "offset") {
        tokens.next();
        const offset = parseOffset(tokens);
        expr = this.#modify(expr, "offset", (target) => {
          if (target.offset !== undefined && target.offset !== 0)
            throw tokens.error("offset may not be set multiple times", expr.span.start);
          return { offset };
        });
      } else if (word === "anchored" || word === "smoothed") {
        tokens.next();
        expr = this.#extend(expr, word);
      } else return expr;
    }
  }

  #parseBrackets(expr: ast.Expr): ast.Expr {
    const tokens = this.#tokens;
    const open = tokens.next();
    const range = parseRange(tokens);
    const { start } = expr.span;
    if (tokens.takeSymbol(":")) {
      const step = tokens.isSymbol("]") ? undefined : parseRange(tokens);
      tokens.expectSymbol("]", "subquery selector");
      return { kind: "subquery", expr, range, step, span: { start, end: tokens.lastEnd } };
    }
    tokens.expectSymbol("]", "subquery or range", '":" or "]"');
    if (expr.kind !== "vector") {
      const hint = "for a range of an expression's values write a subquery such as [5m:1m]";
      throw tokens.error("ranges only allowed for vector selectors", open.start, hint);
    }
    if (expr.offset !== undefined) throw tokens.error("no offset modifiers allowed before range", open.start);
    if (expr.at !== undefined) throw tokens.error("no @ modifiers allowed before range", open.start);
    return { kind: "matrix", selector: expr, range, span: { start, end: tokens.lastEnd } };
  }

  #parseAt(expr: ast.Expr): ast.Expr {
    const tokens = this.#tokens;
    tokens.next();
    const word = tokens.word();
    let at: number | "start" | "end";
    if ((word === "start" || word === "end") && tokens.isSymbol("(", 1)) {
      tokens.next();
      tokens.next();
      tokens.expectSymbol(")", "@");
      at = word;
    } else {
      const isNegative = tokens.isSymbol("-");
      if (isNegative || tokens.isSymbol("+")) tokens.next();
      const number = this.#parseNumber();
      if (!number) throw tokens.unexpected("@", "timestamp", "write unix seconds, start() or end()");
      if (!Number.isFinite(number.value) || Math.abs(number.value) >= 2 ** 63)
        throw tokens.error(`timestamp out of bounds for @ modifier: ${number.value}`, expr.span.start);
      at = Math.round((isNegative ? -number.value : number.value) * 1000);
    }
    return this.#modify(expr, "@", (target) => {
      if (target.at !== undefined) throw tokens.error("@ <timestamp> may not be set multiple times", expr.span.start);
      return { at };
    });
  }

  #modify(expr: ast.Expr, name: string, change: (target: ast.TimeModifiers) => ast.TimeModifiers): ast.Expr {
    const span = { start: expr.span.start, end: this.#tokens.lastEnd };
    if (expr.kind === "vector" || expr.kind === "subquery") return { ...expr, ...change(expr), span };
    if (expr.kind === "matrix") return { ...expr, selector: { ...expr.selector, ...change(expr.selector) }, span };
    throw this.#tokens.error(
      `${name === "@" ? "@" : name} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
      expr.span.start,
      "put it right behind a selector, inside the function's parentheses",
    );
  }

  #extend(expr: ast.Expr, extension: "anchored" | "smoothed"): ast.Expr {
    const tokens = this.#tokens;
    const extended = (selector: ast.VectorSelector): ast.VectorSelector => {
      if (selector.extension !== undefined && selector.extension !== extension)
        throw tokens.error("anchored and smoothed modifiers cannot be used together", expr.span.start);
      return { ...selector, extension };
    };
    if (expr.kind === "vector") return extended(expr);
    if (expr.kind === "matrix") return { ...expr, selector: extended(expr.selector) };
    const said = expr.kind === "subquery" ? "is not supported for subqueries" : "not implemented";
    throw tokens.error(`${extension} modifier ${said}`, expr.span.start);
  }
}
