/**
 * Attribute actions -> a change of an attribute list. In: checked configuration; out: a function that does all actions in order and
 * leaves `changed` false where nothing matched. Values are decoded only where an action looks at one.
 */
import { createHash } from "node:crypto";
import { compilePattern } from "../../component/pattern.ts";
import { decodeText, ProtoWriter } from "../../base/protobuf.ts";
import { keyBytes, type AttributeList } from "../../model/edit-attribute-list.ts";
import type { ChangeAttributes } from "../../model/edit-message.ts";
import {
  decodeAnyValue,
  decodeKeyValue,
  encodeKeyValue,
  formatAnyValue,
  type AnyValue,
} from "../../wire/otlp/any-value.ts";
import type { Action } from "./actions-config.ts";
import { anyValueOf } from "./config-values.ts";
import { KeyValueMemo } from "./key-value-memo.ts";

export function compileActions(actions: readonly Action[]): ChangeAttributes {
  const steps = actions.map(compileAction);
  return (list) => {
    for (const step of steps) step(list);
  };
}

function compileAction(action: Action): ChangeAttributes {
  switch (action.action) {
    case "insert":
    case "update":
    case "upsert":
      return compilePut(action);
    case "delete": {
      const hits = compileKeys(action);
      return (list) => list.retain((index) => !hits(list, index));
    }
    case "hash":
      return compileChange(action, hashOf);
    case "extract":
      return compileExtract(action);
    default:
      return compileChange(action, (value) => convert(value, action.converted_type));
  }
}

/** insert: only where the key is missing; update: only where it is there; upsert: always. */
function compilePut({ key, action, value, from_attribute, default_value }: Action): ChangeAttributes {
  const target = keyBytes(key);
  const source = from_attribute === "" ? undefined : keyBytes(from_attribute);
  const fixed = value ?? default_value;
  const constant = fixed === undefined ? undefined : encodeKeyValue(key, anyValueOf(fixed));
  return (list) => {
    const at = list.find(target);
    if (action === "insert" ? at >= 0 : action === "update" && at < 0) return;
    const from = source ? list.find(source) : -1;
    const keyValue = from >= 0 ? renamed(list, from, target) : constant;
    if (!keyValue) return;
    if (at >= 0) list.replace(at, keyValue);
    else list.add(keyValue);
  };
}

/** Whether an attribute has the key, or a key that matches the pattern. */
function compileKeys({ key, pattern }: Action): (list: AttributeList, index: number) => boolean {
  const bytes = key === "" ? undefined : keyBytes(key);
  const regexp = pattern === "" ? undefined : compilePattern(pattern);
  return (list, index) =>
    (bytes !== undefined && list.hasKey(index, bytes)) || (regexp instanceof RegExp && regexp.test(keyAt(list, index)));
}

/** Changes the values of all attributes that are meant; undefined = this one stays as it is. */
function compileChange(action: Action, change: (value: AnyValue) => AnyValue | undefined): ChangeAttributes {
  const hits = compileKeys(action);
  const memo = new KeyValueMemo((bytes, start, end) => {
    const { key, value } = decodeKeyValue(bytes, start, end);
    const changed = change(value);
    return changed === undefined ? bytes.slice(start, end) : encodeKeyValue(key, changed);
  });
  return (list) => {
    for (let i = 0; i < list.length; i++) {
      if (hits(list, i)) list.replace(i, memo.get(list.source[i], list.start[i], list.end[i]));
    }
  };
}

/** Named groups of a match in a string become string attributes, over existing ones; a group that took no part is "". */
function compileExtract({ key, pattern }: Action): ChangeAttributes {
  const source = keyBytes(key);
  const regexp = compilePattern(pattern) as RegExp;
  return (list) => {
    const from = list.find(source);
    const value = from < 0 ? undefined : valueAt(list, from);
    if (typeof value !== "string") return;
    for (const [name, text] of Object.entries(regexp.exec(value)?.groups ?? {})) {
      const keyValue = encodeKeyValue(name, text ?? "");
      const at = list.find(keyBytes(name));
      if (at >= 0) list.replace(at, keyValue);
      else list.add(keyValue);
    }
  };
}

/** SHA-256 in hex of the bytes that the Collector hashes: a string's UTF-8, a number's 8 bytes, 1 or 0; anything else by its text. */
function hashOf(value: AnyValue): string {
  const eight = Buffer.alloc(8);
  if (typeof value === "bigint") eight.writeBigInt64LE(BigInt.asIntN(64, value));
  else if (typeof value === "number") eight.writeDoubleLE(value);
  const input =
    typeof value === "bigint" || typeof value === "number"
      ? eight
      : typeof value === "boolean"
        ? Buffer.from([value ? 1 : 0])
        : formatAnyValue(value);
  return input.length === 0 ? "" : createHash("sha256").update(input).digest("hex");
}

const INT64_MAX = 2n ** 63n - 1n;

/** Undefined = it cannot be converted and stays as it is. */
function convert(value: AnyValue, type: string): AnyValue | undefined {
  if (type === "string") return typeof value === "string" ? undefined : formatAnyValue(value);
  if (type === "int") {
    if (typeof value === "boolean") return value ? 1n : 0n;
    if (typeof value === "number")
      return Number.isFinite(value) && Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : undefined;
    if (typeof value !== "string" || !/^[-+]?\d+$/.test(value)) return undefined;
    const parsed = BigInt(value.replace(/^\+/, ""));
    return parsed <= INT64_MAX && parsed >= -INT64_MAX - 1n ? parsed : undefined;
  }
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string" || !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(value)) return undefined;
  return Number(value);
}

function keyAt(list: AttributeList, index: number): string {
  return decodeText(list.source[index], list.keyStart[index], list.keyEnd[index]);
}

function valueAt(list: AttributeList, index: number): AnyValue {
  return decodeAnyValue(list.source[index], list.valueStart[index], list.valueEnd[index]);
}

/** An entry's value, byte for byte, under another key. */
function renamed(list: AttributeList, index: number, key: Uint8Array): Uint8Array {
  const start = list.valueStart[index];
  return new ProtoWriter(64)
    .bytesField(1, key)
    .bytesField(2, list.source[index], start, list.valueEnd[index] - start)
    .finish();
}
