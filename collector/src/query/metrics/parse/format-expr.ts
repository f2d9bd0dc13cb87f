/** A tree back into text, in Prometheus' way of writing it (the shortest duration, sorted matchers, labels in parentheses). */
import { METRIC_NAME } from "../../../model/labels.ts";
import type { LabelMatcherText } from "../../../model/label-matcher.ts";
import type { BinaryExpr, DurationExpr, DurationValue, Expr, TimeModifiers, VectorSelector } from "./ast.ts";
import { millisOf } from "./parse-duration.ts";

const MAX_LINE = 100;

/** On one line. */
export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return expr.isDuration ? formatSigned(millisOf(expr.value)) : formatNumber(expr.value);
    case "string":
      return quote(expr.value);
    case "vector":
      return formatSelector(expr) + formatModifiers(expr, expr.extension);
    case "matrix": {
      const { selector, range } = expr;
      const extension = selector.extension ? ` ${selector.extension}` : "";
      return `${formatSelector(selector)}[${formatDurationValue(range)}]${extension}${formatModifiers(selector)}`;
    }
    case "subquery": {
      const step = expr.step === undefined ? "" : formatDurationValue(expr.step);
      return `${formatExpr(expr.expr)}[${formatDurationValue(expr.range)}:${step}]${formatModifiers(expr)}`;
    }
    case "call":
      return `${expr.func.name}(${expr.args.map(formatExpr).join(", ")})`;
    case "aggregate": {
      const args = [expr.param, expr.expr].filter((arg) => arg !== undefined).map(formatExpr);
      return `${formatAggregateHead(expr)}(${args.join(", ")})`;
    }
    case "binary":
      return `${formatExpr(expr.lhs)} ${formatOperator(expr)} ${formatExpr(expr.rhs)}`;
    case "unary":
      return expr.op + formatExpr(expr.expr);
    case "paren":
      return `(${formatExpr(expr.expr)})`;
  }
}

/** For people: what is longer than a line is broken and indented by two. */
export function formatPretty(expr: Expr, level = 0): string {
  const indent = "  ".repeat(level);
  const line = indent + formatExpr(expr);
  if (line.length <= MAX_LINE) return line;
  const inner = (child: Expr) => formatPretty(child, level + 1);
  switch (expr.kind) {
    case "call":
      return `${indent}${expr.func.name}(\n${expr.args.map(inner).join(",\n")}\n${indent})`;
    case "aggregate": {
      const args = [expr.param, expr.expr].filter((arg) => arg !== undefined).map(inner);
      return `${indent}${formatAggregateHead(expr)}(\n${args.join(",\n")}\n${indent})`;
    }
    case "binary":
      return `${inner(expr.lhs)}\n${indent}${formatOperator(expr)}\n${inner(expr.rhs)}`;
    case "paren":
      return `${indent}(\n${inner(expr.expr)}\n${indent})`;
    case "unary":
      return indent + expr.op + formatPretty(expr.expr, level).trimStart();
    case "subquery": {
      const step = expr.step === undefined ? "" : formatDurationValue(expr.step);
      const range = `[${formatDurationValue(expr.range)}:${step}]`;
      return formatPretty(expr.expr, level) + range + formatModifiers(expr);
    }
    default:
      return line;
  }
}

function formatAggregateHead(expr: Extract<Expr, { kind: "aggregate" }>): string {
  const list = expr.grouping.map(formatLabel).join(", ");
  if (expr.without) return `${expr.op} without (${list}) `;
  return list === "" ? expr.op : `${expr.op} by (${list}) `;
}

/** The operator with its modifiers, as annotations name it, too. */
export function formatOperator({ op, returnBool, matching }: BinaryExpr): string {
  let text = returnBool ? `${op} bool` : op;
  if (!matching) return text;
  const { cardinality, labels, on, include, fill } = matching;
  const isGrouped = cardinality === "many-to-one" || cardinality === "one-to-many";
  if (labels.length > 0 || on || isGrouped)
    text += ` ${on ? "on" : "ignoring"} (${labels.map(formatLabel).join(", ")})`;
  if (isGrouped)
    text += ` group_${cardinality === "many-to-one" ? "left" : "right"} (${include.map(formatLabel).join(", ")})`;
  if (fill.lhs !== undefined && fill.lhs === fill.rhs) return `${text} fill (${formatNumber(fill.lhs)})`;
  if (fill.lhs !== undefined) text += ` fill_left (${formatNumber(fill.lhs)})`;
  if (fill.rhs !== undefined) text += ` fill_right (${formatNumber(fill.rhs)})`;
  return text;
}

function formatSelector({ name, matchers }: VectorSelector): string {
  const rest = matchers.filter(
    (matcher) => !(matcher.name === METRIC_NAME && matcher.operator === "=" && matcher.value === name && name !== ""),
  );
  return rest.length === 0 && name !== "" ? name : `${name}{${rest.map(formatMatcher).sort().join(",")}}`;
}

export function formatMatcher({ name, operator, value }: LabelMatcherText): string {
  return `${formatLabel(name)}${operator}${quote(value)}`;
}

export function formatLabel(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quote(name);
}

function formatModifiers({ at, offset }: TimeModifiers, extension?: string): string {
  let text = "";
  if (at !== undefined) text += typeof at === "number" ? ` @ ${(at / 1000).toFixed(3)}` : ` @ ${at}()`;
  if (extension !== undefined) text += ` ${extension}`;
  if (offset !== undefined && offset !== 0) text += ` offset ${formatDurationValue(offset)}`;
  return text;
}

function formatDurationValue(value: DurationValue): string {
  return typeof value === "number" ? formatSigned(value) : formatDurationExpr(value);
}

function formatDurationExpr(expr: DurationExpr): string {
  const text = unwrapped(expr);
  return expr.wrapped ? `(${text})` : text;
}

function unwrapped(expr: DurationExpr): string {
  switch (expr.op) {
    case "number":
      return expr.isDuration ? formatSigned(millisOf(expr.value)) : formatNumber(expr.value);
    case "step":
    case "range":
      return `${expr.op}()`;
    case "negate":
      return `-${formatDurationExpr(expr.rhs)}`;
    case "plus":
      return formatDurationExpr(expr.rhs);
    case "min_of":
    case "max_of":
      return `${expr.op}(${formatDurationExpr(expr.lhs)}, ${formatDurationExpr(expr.rhs)})`;
    default:
      return `${formatDurationExpr(expr.lhs)} ${expr.op} ${formatDurationExpr(expr.rhs)}`;
  }
}

function formatSigned(millis: number): string {
  return millis < 0 ? `-${formatPromDuration(-millis)}` : formatPromDuration(millis);
}

/** 5400000 -> "1h30m"; years and weeks only where nothing is left. */
export function formatPromDuration(millis: number): string {
  if (millis === 0) return "0s";
  const units: [string, number][] = [
    ["y", 31_536_000_000],
    ["w", 604_800_000],
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
    ["ms", 1],
  ];
  let text = "";
  for (const [unit, size] of units) {
    if ((unit === "y" || unit === "w") && millis % size !== 0) continue;
    const count = Math.floor(millis / size);
    if (count > 0) text += `${count}${unit}`;
    millis -= count * size;
  }
  return text;
}

/** Without an exponent, as Prometheus writes numbers in expressions. */
export function formatNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  if (Number.isNaN(value)) return "NaN";
  const text = Object.is(value, -0) ? "-0" : String(value);
  const found = /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(text);
  if (!found) return text;
  const [, sign, first, rest = "", exponent] = found;
  const digits = first + rest;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0") + (digits.length > point ? `.${digits.slice(point)}` : "");
}

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

/** As Go's strconv.Quote for what labels hold. */
export function quote(text: string): string {
  return `"${text.replace(/["\\\p{Cc}\p{Cs}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0) & 0xff;
    if (character >= "\udc80" && character <= "\udcff") return `\\x${code.toString(16)}`;
    return ESCAPED[character] ?? `\\${code < 0x80 ? "x" : "u00"}${code.toString(16).padStart(2, "0")}`;
  })}"`;
}
