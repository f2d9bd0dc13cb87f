/** Attribute keys that a label's name may stand for beyond those with dots: asked of the store once a query, and only when one could. */
import type { LabelFilter, LogSelector } from "../parse/ast.ts";
import type { StoreReader } from "../../../store/store.ts";
import { STREAM_LABELS } from "../label-names.ts";
import type { KnownKeys } from "./condition.ts";

const MOST_KEYS = 5000;

export async function knownKeys(
  logs: LogSelector,
  reader: Pick<StoreReader, "suggestAttributes">,
  signal?: AbortSignal,
): Promise<KnownKeys> {
  const names = [...logs.matchers.map(({ name }) => name), ...logs.stages.flatMap(namesOf)];
  // A name without _ stands for itself alone.
  if (!names.some((name) => name.includes("_") && !STREAM_LABELS.includes(name))) return [];
  const found = await reader.suggestAttributes({ signal: "logs", limit: MOST_KEYS }, signal);
  return found.map(({ text }) => text);
}

function namesOf(stage: LogSelector["stages"][number]): string[] {
  return stage.kind === "filter" ? namesOfFilter(stage.filter) : [];
}

function namesOfFilter(filter: LabelFilter): string[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return [...namesOfFilter(filter.left), ...namesOfFilter(filter.right)];
    case "text":
      return [filter.matcher.name];
    default:
      return [filter.name];
  }
}
