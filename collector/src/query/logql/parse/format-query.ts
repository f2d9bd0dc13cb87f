/** A LogQL tree back into text, each thing written one way; long metric queries with a line for each level. */
import { formatDurationMillis } from "../../../base/duration.ts";
import type { LabelMatcherText } from "../../../model/label-matcher.ts";
import type { Expr, VectorSelector } from "../../metrics/parse/ast.ts";
import { formatNumber, formatOperator } from "../../metrics/parse/format-expr.ts";
import type { FieldExpression, LabelChoice, LabelFilter, LogSelector, Query, RangeAggregation, Stage } from "./ast.ts";

const MAX_LINE = 100;

export function formatQuery(query: Query): string {
  if (query.kind === "logs") return formatLogs(query.logs);
  return formatMetric(query.expr, query.ranges, 0);
}

function formatMetric(expr: Expr, ranges: ReadonlyMap<VectorSelector, RangeAggregation>, level: number): string {
  const line = "  ".repeat(level) + oneLine(expr, ranges);
  if (line.length <= MAX_LINE) return line;
  const pad = "  ".repeat(level);
  const inner = (part: Expr) => formatMetric(part, ranges, level + 1);
  switch (expr.kind) {
    case "paren":
      return `${pad}(\n${inner(expr.expr)}\n${pad})`;
    case "binary":
      return `${inner(expr.lhs)}\n${pad}${formatOperator(expr)}\n${inner(expr.rhs)}`;
    case "aggregate": {
      const args = [expr.param, expr.expr].filter((arg) => arg !== undefined);
      return `${pad}${headOf(expr)}(\n${args.map(inner).join(",\n")}\n${pad})`;
    }
    case "call":
      return `${pad}${expr.func.name}(\n${expr.args.map(inner).join(",\n")}\n${pad})`;
    default:
      return line;
  }
}

function oneLine(expr: Expr, ranges: ReadonlyMap<VectorSelector, RangeAggregation>): string {
  const inner = (part: Expr) => oneLine(part, ranges);
  switch (expr.kind) {
    case "number":
      return formatNumber(expr.value);
    case "string":
      return quote(expr.value);
    case "vector": {
      const range = ranges.get(expr);
      return range ? formatRange(range) : "";
    }
    case "paren":
      return `(${inner(expr.expr)})`;
    case "binary":
      return `${inner(expr.lhs)} ${formatOperator(expr)} ${inner(expr.rhs)}`;
    case "aggregate":
      return `${headOf(expr)}(${[expr.param, expr.expr]
        .filter((arg) => arg !== undefined)
        .map(inner)
        .join(", ")})`;
    case "call":
      return `${expr.func.name}(${expr.args.map(inner).join(", ")})`;
    default:
      return "";
  }
}

function headOf({ op, grouping, without }: Expr & { kind: "aggregate" }): string {
  if (grouping.length === 0 && !without) return op;
  return `${op} ${without ? "without" : "by"} (${grouping.join(", ")}) `;
}

function formatRange({
  operator,
  quantile,
  logs,
  unwrap,
  rangeMillis,
  offsetMillis,
  grouping,
}: RangeAggregation): string {
  const before = quantile === undefined ? "" : `${formatNumber(quantile)}, `;
  const label = unwrap && (unwrap.conversion === "number" ? unwrap.label : `${unwrap.conversion}(${unwrap.label})`);
  const filters = unwrap?.filters.map((filter) => ` | ${formatFilter(filter)}`).join("") ?? "";
  const number = label === undefined ? "" : ` | unwrap ${label}${filters}`;
  const offset = offsetMillis === 0 ? "" : ` offset ${formatDurationMillis(offsetMillis)}`;
  const group = grouping ? ` ${grouping.without ? "without" : "by"} (${grouping.labels.join(", ")})` : "";
  return `${operator}(${before}${formatLogs(logs)}${number} [${formatDurationMillis(rangeMillis)}]${offset})${group}`;
}

function formatLogs({ matchers, stages }: LogSelector): string {
  return [`{${matchers.map(formatMatcher).join(", ")}}`, ...stages.map(formatStage)].join(" ");
}

function formatStage(stage: Stage): string {
  switch (stage.kind) {
    case "line":
      return `${stage.operator} ${stage.texts.map(({ value, isIp }) => (isIp ? `ip(${quote(value)})` : quote(value))).join(" or ")}`;
    case "json":
      return `| json${formatFields(stage.fields)}`;
    case "logfmt":
      return `| logfmt${stage.isStrict ? " --strict" : ""}${stage.keepsEmpty ? " --keep-empty" : ""}${formatFields(stage.fields)}`;
    case "regexp":
    case "pattern":
      return `| ${stage.kind} ${quote(stage.expression)}`;
    case "unpack":
    case "decolorize":
      return `| ${stage.kind}`;
    case "filter":
      return `| ${formatFilter(stage.filter)}`;
    case "line_format":
      return `| line_format ${quote(stage.template)}`;
    case "label_format":
      return `| label_format ${stage.formats.map((one) => `${one.name}=${"from" in one ? one.from : quote(one.template)}`).join(", ")}`;
    case "keep":
    case "drop":
      return `| ${stage.kind} ${stage.labels.map(formatChoice).join(", ")}`;
    case "distinct":
      return `| distinct ${stage.labels.join(", ")}`;
  }
}

function formatFields(fields: readonly FieldExpression[]): string {
  return fields.length === 0 ? "" : ` ${fields.map(({ name, path }) => `${name}=${quote(path)}`).join(", ")}`;
}

function formatChoice({ name, matcher }: LabelChoice): string {
  return matcher ? formatMatcher(matcher) : name;
}

function formatFilter(filter: LabelFilter): string {
  switch (filter.kind) {
    case "and":
    case "or": {
      const side = (one: LabelFilter) =>
        one.kind === "and" || one.kind === "or" ? `(${formatFilter(one)})` : formatFilter(one);
      return `${side(filter.left)} ${filter.kind} ${side(filter.right)}`;
    }
    case "text":
      return formatMatcher(filter.matcher);
    case "number":
      return `${filter.name} ${filter.operator} ${filter.text}`;
    case "ip":
      return `${filter.name} ${filter.operator} ip(${quote(filter.range)})`;
  }
}

function formatMatcher({ name, operator, value }: LabelMatcherText): string {
  return `${name}${operator}${quote(value)}`;
}

/** Where escapes would be needed, in backticks if that helps. */
function quote(text: string): string {
  return /["\\]/.test(text) && !/[`\n\r]/.test(text) ? `\`${text}\`` : JSON.stringify(text);
}
