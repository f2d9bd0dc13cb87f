/**
 * OTLP attribute values as text and as plain JavaScript values. In: the contract's WireAnyValue; out: what people read. Text stays
 * text: nothing here makes markup.
 */
import type { WireAnyValue, WireKeyValue } from "goldspan/contract";

export type PlainJson = string | number | boolean | null | PlainJson[] | { [key: string]: PlainJson };

/** A string as it is, numbers and booleans as written, lists and maps as one-line JSON, an empty value as "". */
export function formatAnyValue(value: WireAnyValue | undefined): string {
  if (!value) return "";
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.intValue !== undefined) return value.intValue;
  if (value.doubleValue !== undefined) return String(value.doubleValue);
  if (value.boolValue !== undefined) return String(value.boolValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  return value.arrayValue || value.kvlistValue ? JSON.stringify(toPlainJson(value)) : "";
}

/** Integers beyond 2^53 stay text, so that no digit is lost. */
export function toPlainJson(value: WireAnyValue | undefined): PlainJson {
  if (!value) return null;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.doubleValue !== undefined) return value.doubleValue;
  if (value.bytesValue !== undefined) return value.bytesValue;
  if (value.intValue !== undefined) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : value.intValue;
  }
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(toPlainJson);
  return value.kvlistValue ? toPlainObject(value.kvlistValue.values) : null;
}

function toPlainObject(attributes: readonly WireKeyValue[] | undefined): { [key: string]: PlainJson } {
  return Object.fromEntries((attributes ?? []).map((pair) => [pair.key, toPlainJson(pair.value)]));
}

/** The text of the first attribute that has one of these keys; undefined when there is none. */
export function findAttribute(attributes: readonly WireKeyValue[] | undefined, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const found = attributes?.find((pair) => pair.key === key);
    if (found) return formatAnyValue(found.value);
  }
  return undefined;
}

/** JSON in a string attribute or a log body (an object or a list), decoded; undefined when the text is none. */
export function decodeJsonText(text: string): PlainJson | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as PlainJson;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
