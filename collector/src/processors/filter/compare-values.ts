/** OTTL's rules for comparing two values (pkg/ottl/LANGUAGE.md, "Comparison Rules"): values of different types are only ever unequal. */
import { encodeAnyValue, type AnyValue } from "../../wire/otlp/any-value.ts";
import type { Comparator } from "./condition-parser.ts";

export function compareValues(left: AnyValue, comparator: Comparator, right: AnyValue): boolean {
  const order = orderOf(left, right);
  if (order === undefined) return comparator === "!=";
  switch (comparator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Negative, 0, positive; NaN = unequal without an order; undefined = the types cannot be compared. */
function orderOf(left: AnyValue, right: AnyValue): number | undefined {
  if (left === null || right === null) return left === right ? 0 : undefined;
  if (isNumber(left) && isNumber(right))
    return left < right ? -1 : left > right ? 1 : left === left && right === right ? 0 : NaN;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  if (typeof left !== "object" || typeof right !== "object") return undefined;
  if (left instanceof Uint8Array || right instanceof Uint8Array) return undefined;
  return Buffer.compare(encodeAnyValue(left), encodeAnyValue(right)) === 0 ? 0 : NaN;
}

function isNumber(value: AnyValue): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}
