/**
 * Hits -> groups by the texts of some fields. Texts are looked up once a piece and not once a hit: within a piece a group is found by
 * the codes of its columns. Groups are bounded; hits of those that come when all are taken belong to none, and their number is told.
 */
import { ABSENT_TEXT, type LogPiece, type TextColumn } from "../../../model/log-piece.ts";
import type { ResolvedField } from "../plan/fields.ts";
import { columnOf } from "./columns.ts";

/** A hit of a group that is not kept. */
export const NO_GROUP = 0xffffffff;
/** Combinations of codes that a piece's groups are looked up in a plain table for. */
const MOST_CELLS = 1 << 18;
/** Groups beyond the bound that are told apart; more are "at least". */
const MOST_OTHERS = 100_000;
/** Of all keys together, each of both kinds: a text may be megabytes long. */
const MOST_CHARACTERS = 50_000_000;

/** null = the record has no such field. */
export type GroupKey = readonly (string | null)[];

export class GroupHits {
  /** By group. */
  readonly keys: GroupKey[] = [];
  readonly #fields: readonly ResolvedField[];
  readonly #most: number;
  readonly #known = new Map<string | null, number>();
  readonly #others = new Set<string | null>();
  #cells = new Int32Array(0);
  #characters = 0;
  #otherCharacters = 0;

  constructor(fields: readonly ResolvedField[], most: number) {
    this.#fields = fields;
    this.#most = most;
    // Without fields there is one group, whether or not it has records.
    if (fields.length === 0) this.#groupOf([]);
  }

  /** Groups that found no place. */
  get otherGroups(): number {
    return this.#others.size;
  }

  /** Writes the group of each hit. */
  assign(piece: LogPiece, into: Uint32Array): void {
    const columns = this.#fields.map((field) => columnOf(piece, field));
    if (columns.length === 0) into.fill(0, 0, piece.count);
    else if (columns.reduce((cells, { texts }) => cells * (texts.length + 1), 1) <= MOST_CELLS)
      this.#assignByCell(columns, piece.count, into);
    else this.#assignByCodes(columns, piece.count, into);
  }

  #assignByCell(columns: readonly TextColumn[], count: number, into: Uint32Array): void {
    const size = columns.reduce((cells, { texts }) => cells * (texts.length + 1), 1);
    if (this.#cells.length < size) this.#cells = new Int32Array(size);
    const cells = this.#cells.fill(-1, 0, size);
    const [{ codes, texts }] = columns;
    const absent = texts.length;
    for (let i = 0; i < count; i++) into[i] = codes[i] === ABSENT_TEXT ? absent : codes[i];
    for (const { codes, texts } of columns.slice(1)) {
      const absent = texts.length;
      for (let i = 0; i < count; i++) into[i] = into[i] * (absent + 1) + (codes[i] === ABSENT_TEXT ? absent : codes[i]);
    }
    for (let i = 0; i < count; i++) {
      const cell = into[i];
      let group = cells[cell];
      // -1 = not seen in this piece, -2 = no group.
      if (group === -1) {
        const found = this.#groupOf(columns.map((column) => textAt(column, i)));
        cells[cell] = group = found === NO_GROUP ? -2 : found;
      }
      into[i] = group === -2 ? NO_GROUP : group;
    }
  }

  #assignByCodes(columns: readonly TextColumn[], count: number, into: Uint32Array): void {
    const seen = new Map<string | number, number>();
    for (let i = 0; i < count; i++) {
      const key = columns.length === 1 ? columns[0].codes[i] : columns.map(({ codes }) => codes[i]).join();
      let group = seen.get(key);
      if (group === undefined) seen.set(key, (group = this.#groupOf(columns.map((column) => textAt(column, i)))));
      into[i] = group;
    }
  }

  #groupOf(key: GroupKey): number {
    const name = key.length === 1 ? key[0] : nameOf(key);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.keys.length >= this.#most || this.#characters > MOST_CHARACTERS) {
      if (this.#others.size < MOST_OTHERS && this.#otherCharacters < MOST_CHARACTERS && !this.#others.has(name)) {
        this.#others.add(name);
        this.#otherCharacters += name?.length ?? 0;
      }
      return NO_GROUP;
    }
    this.#characters += name?.length ?? 0;
    this.#known.set(name, this.keys.length);
    return this.keys.push(key) - 1;
  }
}

/** With lengths, as texts may hold any character. */
function nameOf(key: GroupKey): string {
  return key.map((text) => (text === null ? "-" : `${text.length}:${text}`)).join("");
}

function textAt({ codes, texts }: TextColumn, hit: number): string | null {
  return codes[hit] === ABSENT_TEXT ? null : texts[codes[hit]];
}
