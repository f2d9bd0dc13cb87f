/**
 * The most frequent values of some fields among the records that meet a condition: what narrows a search. Values are counted over the
 * newest records, up to a bound; how many records there are in all is counted to the end.
 */
import { attributeField } from "../../../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece } from "../../../model/log-piece.ts";
import type { LogCondition } from "../../../model/log-condition.ts";
import type { StoreReader, TimeRange } from "../../../store/store.ts";
import type { ResolvedField } from "../plan/fields.ts";
import { columnOf } from "./columns.ts";

/** Records whose values are counted: of fields that were named, and of all that there are. */
const MOST_NAMED = 1_000_000;
const MOST_ANY = 50_000;
/** Values are counted for no longer, but of one piece. */
const COUNT_MILLIS = 3000;
/** Keys looked at when none were named; values of one told apart. */
const MOST_KEYS = 150;
const MOST_VALUES = 10_000;
/** A longer text is no value to choose: it counts among the others. */
const MOST_TEXT = 1000;
/** Facets that are shown when none were named. */
const MOST_FACETS = 12;
const ALWAYS = ["service", "level"];

export interface FacetRequest {
  readonly condition: LogCondition;
  readonly range: TimeRange;
  /** Undefined = those that tell most apart. */
  readonly fields: readonly ResolvedField[] | undefined;
  /** Values of each. */
  readonly limit: number;
}

export interface Facet {
  readonly field: string;
  readonly values: readonly { readonly text: string; readonly count: number }[];
  readonly other: number;
  readonly absent: number;
}

export interface Facets {
  readonly total: number;
  readonly facets: readonly Facet[];
  /** Share of the records that values were counted of. */
  readonly sampled: number;
}

export async function countFacets(
  reader: Pick<StoreReader, "scanLogs">,
  { condition, range, fields, limit }: FacetRequest,
  signal?: AbortSignal,
): Promise<Facets> {
  const counters = new Map<string, ValueCounter>();
  for (const field of fields ?? ALWAYS.map(builtIn)) counters.set(field.name, new ValueCounter(field));
  const most = fields ? MOST_NAMED : MOST_ANY;
  let total = 0;
  let looked = 0;
  const until = performance.now() + COUNT_MILLIS;
  await reader.scanLogs(
    { range, condition, order: "newest" },
    (piece) => {
      if (!piece) return;
      total += piece.count;
      if (looked >= most || (looked > 0 && performance.now() > until)) return;
      if (!fields)
        for (const key of piece.keys())
          if (counters.size < MOST_KEYS && !counters.has(key))
            counters.set(key, new ValueCounter({ name: key, fields: [attributeField(key)] }));
      for (const counter of counters.values()) counter.add(piece);
      looked += piece.count;
    },
    signal,
  );
  const shown = fields ? [...counters.values()] : telling([...counters.values()], looked);
  const scale = looked === 0 ? 1 : total / looked;
  return {
    total,
    facets: shown.map((counter) => counter.facet(limit, looked, scale)),
    sampled: total === 0 ? 1 : looked / total,
  };
}

function builtIn(name: string): ResolvedField {
  return { name, fields: [{ kind: name as "service" | "level" }] };
}

/** Those whose values part the records best: service and level first. Fields of one value, of a value a record, and of texts of several lines (stack traces) tell nothing. */
function telling(counters: readonly ValueCounter[], looked: number): ValueCounter[] {
  const always = counters.filter(({ field }) => ALWAYS.includes(field.name));
  const others = counters
    .filter(({ field, distinct, present, hasLines }) => {
      if (ALWAYS.includes(field.name) || field.name === "service.name" || hasLines) return false;
      return distinct >= 2 && (distinct <= 20 || distinct < present / 5);
    })
    .map((counter) => ({ counter, score: counter.score(looked) }))
    .sort((a, b) => b.score - a.score);
  return [...always, ...others.map(({ counter }) => counter)].slice(0, MOST_FACETS);
}

class ValueCounter {
  readonly field: ResolvedField;
  present = 0;
  /** A value has several lines. */
  hasLines = false;
  readonly #counts = new Map<string, number>();

  constructor(field: ResolvedField) {
    this.field = field;
  }

  get distinct(): number {
    return this.#counts.size;
  }

  add(piece: LogPiece): void {
    const { codes, texts } = columnOf(piece, this.field);
    const own = new Uint32Array(texts.length);
    for (let i = 0; i < piece.count; i++) {
      if (codes[i] === ABSENT_TEXT) continue;
      own[codes[i]]++;
      this.present++;
    }
    for (const [code, count] of own.entries()) {
      if (count === 0 || texts[code].length > MOST_TEXT) continue;
      this.hasLines ||= texts[code].includes("\n");
      const known = this.#counts.get(texts[code]);
      if (known !== undefined || this.#counts.size < MOST_VALUES) this.#counts.set(texts[code], (known ?? 0) + count);
    }
  }

  /** How likely two records differ in it, times the share that has it. */
  score(looked: number): number {
    let same = 0;
    for (const count of this.#counts.values()) same += (count / this.present) ** 2;
    return (this.present / Math.max(1, looked)) * (1 - same) * (this.distinct > 50 ? 0.5 : 1);
  }

  facet(limit: number, looked: number, scale: number): Facet {
    const sorted = [...this.#counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, limit);
    const listed = sorted.reduce((sum, [, count]) => sum + count, 0);
    const scaled = (count: number) => Math.round(count * scale);
    return {
      field: this.field.name,
      values: sorted.map(([text, count]) => ({ text, count: scaled(count) })),
      other: scaled(this.present - listed),
      absent: scaled(looked - this.present),
    };
  }
}
