/** Values that JSON.parse gave -> OTLP's, and objects in objects -> one level of dotted keys. Bounded in depth and in the length of keys. */
import type { AnyValue } from "../otlp/any-value.ts";

/** Three levels of messages each, and protobuf readers stop at 100. */
const MOST_DEPTH = 24;
/** A key that would become longer keeps what is below it as a map: keys of a deep document would take its size squared. */
const LONGEST_KEY = 256;

/** Whole numbers become integers; what lies deeper than 24 levels its JSON text. */
export function anyValueOfJson(value: unknown, depth = 0): AnyValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  if (typeof value !== "object") return value as string | boolean;
  if (depth === MOST_DEPTH) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((item) => anyValueOfJson(item, depth + 1));
  return new Map(Object.entries(value).map(([key, item]) => [key, anyValueOfJson(item, depth + 1)]));
}

/** Leaves by their path, in order; of two of one path the last counts. Nulls are left out; lists and empty objects are leaves. */
export function flattenJson(object: object): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  flatten(object, "", 0, flat);
  return flat;
}

function flatten(object: object, prefix: string, depth: number, flat: Map<string, unknown>): void {
  for (const [name, value] of Object.entries(object)) {
    if (value === null) continue;
    const key = prefix + name;
    const isBranch =
      typeof value === "object" &&
      !Array.isArray(value) &&
      depth < MOST_DEPTH &&
      key.length < LONGEST_KEY &&
      !isEmpty(value);
    if (isBranch) flatten(value, `${key}.`, depth + 1, flat);
    else flat.set(key, value);
  }
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}
