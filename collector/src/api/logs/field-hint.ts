/** For a search that found nothing: a field of its conditions that no record has had lately, and the name that may have been meant. */
import { nearest } from "../../base/suggest.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import { canonicalKey } from "../../model/semconv.ts";
import { BUILT_IN_NAMES } from "../../query/logs/plan/fields.ts";
import type { StoreReader } from "../../store/store.ts";

/** Keys asked for; a mistyped one is told from those that are used most. */
const MOST_KEYS = 500;

export async function fieldHint(
  reader: Pick<StoreReader, "suggestAttributes">,
  condition: LogCondition,
  signal: AbortSignal,
): Promise<string | undefined> {
  const asked = [...new Set(attributeKeys(condition))];
  if (asked.length === 0) return undefined;
  const keys = await reader.suggestAttributes({ signal: "logs", limit: MOST_KEYS }, signal);
  const known = keys.map(({ text }) => text);
  const used = new Set(known.map(canonicalKey));
  for (const key of asked) {
    if (used.has(canonicalKey(key))) continue;
    const meant = nearest(key, [...Object.values(BUILT_IN_NAMES).flat(), ...known]);
    // Short names stand for two keys, of which one may well be missing.
    if (meant !== undefined && !asked.includes(meant)) return `no record has had ${key} lately; did you mean ${meant}?`;
  }
  return undefined;
}

function attributeKeys(condition: LogCondition): string[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.flatMap(attributeKeys);
    case "not":
      return attributeKeys(condition.of);
    case "severity":
      return [];
    case "field":
      return condition.field.kind === "attribute" ? [condition.field.key] : [];
  }
}
