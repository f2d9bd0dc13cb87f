/**
 * The series that a connector keeps, found by a key of numbers: an owner (whose series count against one limit), and codes and texts
 * that become labels. A known series costs one look-up of a few bytes. Bounded: beyond an owner's limit, the table's, or the number
 * of owners, what is new is counted in one overflow series of its owner, as the metrics SDK specification has it
 * (https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits). What is not used any more is dropped by `sweep`.
 */
import { ByteInterner } from "../../base/byte-interner.ts";
import { TextTable } from "./text-table.ts";

/** Series of one connector at most, whatever its configuration says: about 60 MB with histograms. */
export const MOST_SERIES = 131_072;
/** Texts, those that no series has included, beyond which a sweep makes the tables anew. */
const MANY_TEXTS = 131_072;
/** A part of a key that is not there, for example an attribute that the span lacks. A small integer: a larger one would be an object a span. */
export const ABSENT = 0x7fffffff;

/** Whose series they are: a service of a resource, or the calling service. */
export interface Owner {
  id: number;
  readonly key: string;
  /** It stands for all owners beyond the number that may be: it has an overflow series and no other. */
  readonly isOthers?: boolean;
  /** Number of its series, the overflow aside. */
  series: number;
  lastSeenMillis: number;
}

export interface Series<O extends Owner> {
  readonly owner: O;
  /** It stands for all that is beyond a limit. */
  readonly isOverflow: boolean;
  /** Unix milliseconds. */
  readonly startMillis: number;
  lastSeenMillis: number;
}

export interface SeriesTableOptions<O extends Owner, S extends Series<O>> {
  /** Parts of a key behind the owner that are plain numbers; the texts follow. */
  readonly codes: number;
  readonly texts: number;
  /** Series of one owner; 0 = no limit but the table's. */
  readonly limit: number;
  readonly maxOwners: number;
  readonly mostSeries?: number;
  /** @param key owner, codes, texts; of an overflow series undefined. Valid during the call. */
  readonly make: (owner: O, key: Uint32Array | undefined, texts: TextTable) => S;
  /** The tables are made anew: who keeps numbers of texts beside the series translates them now. */
  readonly onRebuild?: (translate: (text: number) => number) => void;
}

export class SeriesTable<O extends Owner, S extends Series<O>> {
  /** The key to look up: owner's id, codes, texts (numbers of `texts`, or ABSENT). Fill it, then ask for the series. */
  readonly key: Uint32Array;
  /** Increases when numbers of owners and texts have changed: whoever keeps some asks afresh. */
  generation = 0;
  texts = new TextTable();
  readonly #options: SeriesTableOptions<O, S>;
  readonly #mostSeries: number;
  readonly #keyBytes: Uint8Array;
  #keys = new ByteInterner(0x7f4a7c15);
  #series: S[] = [];
  #owners: O[] = [];
  #others: O | undefined;
  readonly #ownersByKey = new Map<string, O>();
  readonly #overflows = new Map<O, S>();

  constructor(options: SeriesTableOptions<O, S>) {
    this.#options = options;
    this.#mostSeries = options.mostSeries ?? MOST_SERIES;
    this.key = new Uint32Array(1 + options.codes + options.texts);
    this.#keyBytes = new Uint8Array(this.key.buffer);
  }

  /** Number of series, overflow included. */
  get size(): number {
    return this.#series.length + this.#overflows.size;
  }

  get overflowing(): number {
    return this.#overflows.size;
  }

  /** The owner of this key, or the one of all others when there is no room for it. */
  owner(key: string, make: (id: number) => O, makeOthers: () => O): O {
    const known = this.#ownersByKey.get(key);
    if (known) return known;
    if (this.#owners.length >= this.#options.maxOwners) return (this.#others ??= makeOthers());
    const owner = make(this.#owners.length);
    this.#owners.push(owner);
    this.#ownersByKey.set(key, owner);
    return owner;
  }

  /** Whether a new series of this owner would get a place of its own. */
  accepts(owner: O): boolean {
    const { limit } = this.#options;
    if (owner.isOthers) return false;
    return (limit === 0 || owner.series < limit) && this.#series.length < this.#mostSeries;
  }

  /** The series of `key`, whose first part is this owner's id. */
  seriesOfKey(owner: O): S {
    const known = owner.isOthers ? -1 : this.#keys.find(this.#keyBytes, 0, this.#keyBytes.length);
    if (known >= 0) return this.#series[known];
    if (!this.accepts(owner)) return this.overflowOf(owner);
    const series = this.#options.make(owner, this.key, this.texts);
    this.#series[this.#keys.intern(this.#keyBytes, 0, this.#keyBytes.length)] = series;
    owner.series++;
    return series;
  }

  overflowOf(owner: O): S {
    let series = this.#overflows.get(owner);
    if (!series) this.#overflows.set(owner, (series = this.#options.make(owner, undefined, this.texts)));
    return series;
  }

  *all(): Generator<S> {
    yield* this.#series;
    yield* this.#overflows.values();
  }

  /**
   * Drops series last used before `expiredMillis`, and owners without any left; when owners have run out also the quarter of them
   * that was not used for longest. Returns what was dropped. O(n) when anything was.
   */
  sweep(expiredMillis: number, idleMillis: number): S[] {
    const evicted = this.#ownersToEvict(idleMillis);
    const isOver = (series: S) => series.lastSeenMillis < expiredMillis || evicted.has(series.owner);
    const dropped = [...this.all()].filter(isOver);
    if (dropped.length > 0 || evicted.size > 0 || this.texts.size > MANY_TEXTS)
      this.#rebuild((series) => !isOver(series));
    return dropped;
  }

  /** Forgets everything: what a delta has sent begins anew. */
  clear(): void {
    this.#rebuild(() => false);
  }

  #ownersToEvict(idleMillis: number): ReadonlySet<O> {
    if (this.#owners.length < this.#options.maxOwners) return new Set();
    const idle = this.#owners.filter((owner) => owner.lastSeenMillis < idleMillis);
    idle.sort((a, b) => a.lastSeenMillis - b.lastSeenMillis);
    return new Set(idle.slice(0, Math.ceil(this.#options.maxOwners / 4)));
  }

  /** New tables with what stays: texts of dropped series go as well. */
  #rebuild(stays: (series: S) => boolean): void {
    const [series, keys, texts] = [this.#series, this.#keys, this.texts];
    for (const [owner, overflow] of this.#overflows) if (!stays(overflow)) this.#overflows.delete(owner);
    const kept = new Set([...series.filter(stays), ...this.#overflows.values()].map(({ owner }) => owner));
    this.#owners = this.#owners.filter((owner) => kept.has(owner));
    this.#ownersByKey.clear();
    this.#owners.forEach((owner, id) => {
      owner.id = id;
      owner.series = 0;
      this.#ownersByKey.set(owner.key, owner);
    });
    this.#series = [];
    this.#keys = new ByteInterner(0x7f4a7c15);
    this.texts = new TextTable();
    this.generation++;
    const firstText = 1 + this.#options.codes;
    const translate = (text: number): number => {
      if (text === ABSENT) return ABSENT;
      const bytes = texts.bytesOf(text);
      return this.texts.text(bytes, 0, bytes.length, true);
    };
    series.forEach((each, id) => {
      if (!stays(each)) return;
      this.#keyBytes.set(keys.view(id));
      this.key[0] = each.owner.id;
      for (let i = firstText; i < this.key.length; i++) this.key[i] = translate(this.key[i]);
      this.#series[this.#keys.intern(this.#keyBytes, 0, this.#keyBytes.length)] = each;
      each.owner.series++;
    });
    this.#options.onRebuild?.(translate);
  }
}
