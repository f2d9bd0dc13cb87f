/** Attributes as texts, from OTLP JSON objects, and conditions over them. */
import { canonicalKey } from "../../model/semconv.ts";
import type { AttributeCondition } from "../store.ts";

export interface PlainAttribute {
  readonly key: string;
  readonly text: string;
}

export interface AttributePlaces {
  readonly own: readonly PlainAttribute[];
  readonly resource: readonly PlainAttribute[];
  readonly scope: readonly PlainAttribute[];
  /** Of events and links. */
  readonly nested: readonly PlainAttribute[];
}

export function attributesOf(record: AttributePlaces): PlainAttribute[] {
  return [...record.own, ...record.scope, ...record.resource, ...record.nested];
}

export function meetsAll(
  attributes: readonly PlainAttribute[],
  conditions: readonly AttributeCondition[] = [],
): boolean {
  return conditions.every(({ key, value }) =>
    attributes.some((a) => canonicalKey(a.key) === canonicalKey(key) && a.text === value),
  );
}

/** @param list OTLP JSON's `attributes` */
export function plainAttributes(list: readonly any[] = []): PlainAttribute[] {
  return list.map(({ key = "", value = {} }) => ({ key, text: textOf(value) }));
}

function textOf(any: any): string {
  const value = valueOf(any);
  if (value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function valueOf(any: any): any {
  if (any.intValue !== undefined)
    return Number.isSafeInteger(Number(any.intValue)) ? Number(any.intValue) : any.intValue;
  if (any.arrayValue !== undefined) return (any.arrayValue.values ?? []).map(valueOf);
  if (any.kvlistValue !== undefined)
    return Object.fromEntries((any.kvlistValue.values ?? []).map((kv: any) => [kv.key ?? "", valueOf(kv.value ?? {})]));
  return any.stringValue ?? any.boolValue ?? any.doubleValue ?? any.bytesValue;
}
