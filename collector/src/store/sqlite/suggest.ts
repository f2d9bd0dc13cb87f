/** Attribute keys and values for suggestions, counted over the columns of a few recent blocks. */
import { ByteInterner } from "../../base/byte-interner.ts";
import { decodeText } from "../../base/protobuf.ts";
import { NONE } from "../../model/record-batch.ts";
import { anyValueText, locateKeyValue } from "../../wire/otlp/attribute-text.ts";
import { resourceAttributes } from "../../wire/otlp/attributes-of.ts";
import type { AttributeSuggestion, AttributeSuggestionRequest } from "../store.ts";
import type { RecordColumns } from "./block/record-columns.ts";

/** Longer texts are of no use as suggestions. */
const LONGEST_SUGGESTION = 200;

export function suggestFrom(
  blocks: readonly RecordColumns[],
  request: AttributeSuggestionRequest,
): AttributeSuggestion[] {
  const counts = new Map<string, number>();
  for (const block of blocks) countInto(counts, block, request);
  return rankSuggestions(counts, request.limit);
}

/** Sums several lists into one. */
export function mergeSuggestions(
  lists: readonly (readonly AttributeSuggestion[])[],
  limit: number,
): AttributeSuggestion[] {
  const counts = new Map<string, number>();
  for (const { text, count } of lists.flat()) counts.set(text, (counts.get(text) ?? 0) + count);
  return rankSuggestions(counts, limit);
}

function rankSuggestions(counts: Map<string, number>, limit: number): AttributeSuggestion[] {
  const all = Array.from(counts, ([text, count]) => ({ text, count }));
  return all.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)).slice(0, limit);
}

function countInto(
  counts: Map<string, number>,
  block: RecordColumns,
  { key, prefix = "" }: AttributeSuggestionRequest,
): void {
  const { dictionary, attributes, count, group, groups } = block;
  const uses = new Uint32Array(dictionary.size);
  for (let a = 0; a < attributes.starts[count]; a++) uses[attributes.ids[a]]++;
  // Keys are few and entries many: each key is made text once. The open block is searched on the ingest thread.
  const keys = new ByteInterner(0);
  const names: string[] = [];
  const add = (bytes: Uint8Array, start: number, end: number, times: number) => {
    if (times === 0) return;
    const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
    const id = keys.intern(bytes, keyStart, keyEnd - keyStart);
    if (id === names.length) names.push(decodeText(bytes, keyStart, keyEnd));
    if (key !== undefined && names[id] !== key) return;
    const text =
      key === undefined
        ? names[id]
        : valueEnd - valueStart > LONGEST_SUGGESTION * 4
          ? ""
          : anyValueText(bytes, valueStart, valueEnd);
    if (text === "" || text.length > LONGEST_SUGGESTION || !text.toLowerCase().startsWith(prefix.toLowerCase())) return;
    counts.set(text, (counts.get(text) ?? 0) + times);
  };
  dictionary.each((bytes, start, end, entry) => add(bytes, start, end, uses[entry]));
  const perGroup = new Uint32Array(groups.length);
  for (let i = 0; i < count; i++) if (group[i] !== NONE) perGroup[group[i]]++;
  groups.forEach(({ resource }, g) =>
    resourceAttributes(resource, (bytes, start, end) => add(bytes, start, end, perGroup[g])),
  );
}
