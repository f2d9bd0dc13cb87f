/** Names of the fields that records which meet a condition have, most frequent first: to complete queries and to choose columns. */
import type { LogCondition } from "../../../model/log-condition.ts";
import { attributeField } from "../../../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece } from "../../../model/log-piece.ts";
import type { StoreReader, TimeRange } from "../../../store/store.ts";
import { BUILT_IN_NAMES, type BuiltInField } from "../plan/fields.ts";

/** The newest records that are looked at, and keys told apart. */
const MOST_RECORDS = 20_000;
const MOST_KEYS = 2000;
/** For how long records are counted by their keys; keys that are met after it count once a piece. JSON of megabytes has very many. */
const COUNT_MILLIS = 1000;

export interface FieldName {
  readonly name: string;
  readonly kind: "field" | "attribute";
  /** Records that have it, of those looked at. */
  readonly count: number;
}

export async function listFields(
  reader: Pick<StoreReader, "scanLogs">,
  condition: LogCondition,
  range: TimeRange,
  signal?: AbortSignal,
): Promise<FieldName[]> {
  const builtIn = new Map<string, number>();
  const attributes = new Map<string, number>();
  let looked = 0;
  const until = performance.now() + COUNT_MILLIS;
  await reader.scanLogs(
    { range, condition, order: "newest" },
    (piece) => {
      if (!piece) return;
      for (const kind of Object.keys(BUILT_IN_NAMES) as BuiltInField[]) {
        const count = kind === "level" ? levelled(piece) : presentIn(piece.column({ kind }).codes);
        builtIn.set(kind, (builtIn.get(kind) ?? 0) + count);
      }
      for (const key of piece.keys()) {
        const known = attributes.get(key);
        if (known === undefined && attributes.size >= MOST_KEYS) continue;
        const count = performance.now() > until ? 1 : presentIn(piece.column(attributeField(key)).codes);
        attributes.set(key, (known ?? 0) + count);
      }
      looked += piece.count;
      return looked < MOST_RECORDS;
    },
    signal,
  );
  const named = (counts: Map<string, number>, kind: FieldName["kind"]) =>
    Array.from(counts, ([name, count]): FieldName => ({ name, kind, count }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return [...named(builtIn, "field"), ...named(attributes, "attribute")];
}

function presentIn(codes: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < codes.length; i++) if (codes[i] !== ABSENT_TEXT) count++;
  return count;
}

function levelled({ severityNumber, count }: LogPiece): number {
  let levels = 0;
  for (let i = 0; i < count; i++) if (severityNumber[i] > 0) levels++;
  return levels;
}
