/** The unit of what an expression gives, by its functions and the suffixes of its names, as UCUM writes it; "" = it cannot be told. Pure. */
import { childrenOf, type Expr } from "../../query/metrics/parse/ast.ts";

const SECONDS = "s";
const RATIO = "1";

export function unitOf(expr: Expr): string {
  switch (expr.kind) {
    case "vector":
      return unitOfName(expr.name);
    case "matrix":
      return unitOf(expr.selector);
    case "subquery":
    case "paren":
    case "unary":
      return unitOf(expr.expr);
    case "aggregate":
      return expr.op === "count" || expr.op === "group" || expr.op === "count_values" ? "" : unitOf(expr.expr);
    case "call":
      return unitOfCall(expr.func.name, expr.args);
    case "binary":
      return unitOfBinary(expr.op, expr.lhs, expr.rhs);
    default:
      return "";
  }
}

function unitOfName(name: string): string {
  const base = name.replace(/_(?:total|bucket|sum)$/, "");
  if (base.endsWith("_count")) return "";
  if (base.endsWith("_seconds")) return SECONDS;
  if (base.endsWith("_milliseconds")) return "ms";
  if (base.endsWith("_bytes")) return "By";
  return /_(?:ratio|utilization)$/.test(base) ? RATIO : "";
}

function unitOfCall(name: string, args: readonly Expr[]): string {
  if (name === "histogram_quantile") return args[1] ? unitOfName(firstName(args[1])) : "";
  if (/^(?:rate|irate|deriv)$/.test(name)) return perSecond(args[0] ? unitOf(args[0]) : "");
  if (/^(?:absent|count|changes|resets|time|timestamp)/.test(name)) return "";
  const vector = args.find(({ kind }) => kind !== "number" && kind !== "string");
  return vector ? unitOf(vector) : "";
}

function firstName(expr: Expr): string {
  if (expr.kind === "vector") return expr.name;
  return childrenOf(expr).map(firstName).find(Boolean) ?? "";
}

function perSecond(unit: string): string {
  if (unit === SECONDS) return RATIO;
  return unit === "" ? "1/s" : `${unit}/s`;
}

function unitOfBinary(op: string, lhs: Expr, rhs: Expr): string {
  const [left, right] = [unitOf(lhs), unitOf(rhs)];
  if (lhs.kind === "number" || rhs.kind === "number") {
    const [number, unit] = lhs.kind === "number" ? [lhs.value, right] : [(rhs as { value: number }).value, left];
    if (op === "*" && number === 100 && unit === RATIO) return "%";
    if (op === "*" || op === "/") return number === 1000 && unit === SECONDS ? "ms" : number === 1 ? unit : "";
    return unit;
  }
  if (op === "/") {
    if (left === right) return RATIO;
    // Seconds by calls, both per second.
    if (left === RATIO && right === "1/s") return SECONDS;
    return left === SECONDS && right === "" ? SECONDS : "";
  }
  return left === right || right === "" ? left : "";
}
