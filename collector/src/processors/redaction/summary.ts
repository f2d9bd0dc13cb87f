/** The attributes `redaction.…` that say what was done to a record's other attributes, added to what an earlier redaction said. */
import { keyBytes, type AttributeList } from "../../model/edit-attribute-list.ts";
import { decodeAnyValue, encodeKeyValue, type AnyValue } from "../../wire/otlp/any-value.ts";
import type { Outcome } from "./redaction-rules.ts";

export type SummaryLevel = "debug" | "info" | "silent";

/** Keys by what was done to them. */
export type Outcomes = Partial<Record<Outcome, string[]>>;

/** @param prefix "redaction" or, for log bodies, "redaction.body" */
export function addSummary(list: AttributeList, outcomes: Outcomes, prefix: string, level: SummaryLevel): void {
  if (level === "silent") return;
  for (const [outcome, keys] of Object.entries(outcomes)) {
    if (keys.length === 0) continue;
    if (level === "debug" && outcome !== "ignored") {
      const before = existing(list, `${prefix}.${outcome}.keys`);
      const all = typeof before === "string" && before !== "" ? [...keys, ...before.split(",")] : keys;
      put(list, `${prefix}.${outcome}.keys`, all.toSorted().join(","));
    }
    const before = existing(list, `${prefix}.${outcome}.count`);
    put(list, `${prefix}.${outcome}.count`, BigInt(keys.length) + (typeof before === "bigint" ? before : 0n));
  }
}

function existing(list: AttributeList, key: string): AnyValue {
  const found = list.find(keyBytes(key));
  return found < 0 ? null : decodeAnyValue(list.source[found], list.valueStart[found], list.valueEnd[found]);
}

function put(list: AttributeList, key: string, value: AnyValue): void {
  const keyValue = encodeKeyValue(key, value);
  const at = list.find(keyBytes(key));
  if (at >= 0) list.replace(at, keyValue);
  else list.add(keyValue);
}
