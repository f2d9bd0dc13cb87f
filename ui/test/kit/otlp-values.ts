/** Plain JavaScript values -> the OTLP JSON attribute lists of the contract. */
import type { WireAnyValue, WireKeyValue } from "goldspan/contract";

export type PlainValue = string | number | boolean | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export type PlainAttributes = Readonly<Record<string, PlainValue>>;

export function toKeyValues(attributes: PlainAttributes): WireKeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: toAnyValue(value) }));
}

function toAnyValue(value: PlainValue): WireAnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (isList(value)) return { arrayValue: { values: value.map(toAnyValue) } };
  return { kvlistValue: { values: toKeyValues(value) } };
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
