/**
 * The series in use, by their labels: numbers from 0 on, labels as symbols in one arena, series of a metric in a chain. Refuses new ones
 * beyond the limits, so that one sender's explosion takes neither memory nor the others' place.
 */
import { U32Column } from "../../../base/column.ts";
import { finish, mixWord } from "../../../base/hash.ts";
import { labelValue, METRIC_NAME, type Labels } from "../../../model/labels.ts";
import type { CompiledMatcher } from "../../../model/label-matcher.ts";
import { REFUSED } from "../../../wire/metrics/sample-sink.ts";
import { ownerOf, SeriesPlaces, type SeriesLimits } from "./series-places.ts";
import { SymbolTable } from "./symbol-table.ts";

const NONE = 0xffffffff;
const LEAST_SLOTS = 1024;

export class SeriesTable {
  readonly symbols = new SymbolTable();
  /** Series i's labels are arena[starts[i]] to arena[starts[i + 1] - 1]: name and value by turns, sorted by name. */
  readonly starts = new U32Column(1024);
  readonly arena = new U32Column(16_384);
  /** Series turned away, by their owner; counted again when they come back. */
  readonly refused = new Map<string, number>();
  readonly #seed: number;
  readonly #hashes = new U32Column(1024);
  readonly #jobs = new U32Column(1024);
  #slots = new Uint32Array(LEAST_SLOTS).fill(NONE);
  /** Symbol of a metric's name -> its newest series; then from each to the one before. */
  readonly #lastOfMetric = new Map<number, number>();
  readonly #previousOfMetric = new U32Column(1024);
  readonly #places: SeriesPlaces;

  constructor(seed: number, limits: SeriesLimits) {
    this.#seed = seed;
    this.#places = new SeriesPlaces(limits);
    this.starts.push(0);
  }

  get count(): number {
    return this.#hashes.length;
  }

  get sizeBytes(): number {
    return (
      this.symbols.sizeBytes + this.arena.values.length * 4 + this.#slots.length * 4 + this.#hashes.values.length * 16
    );
  }

  /**
   * The series' number: the one it has, `count` before the call when it is new, or REFUSED.
   * @param hadPlace it was in use before: the last places are for it, too
   */
  intern(labels: Labels, hadPlace = false): number {
    const { arena, symbols } = this;
    const start = arena.length;
    const [symbolCount, symbolBytes] = [symbols.texts.length, symbols.sizeBytes];
    for (const text of labels) arena.push(this.symbols.intern(text));
    const hash = this.#hashOf(start, arena.length);
    let slot = this.#slotOf(hash, start, arena.length);
    if (this.#slots[slot] !== NONE) {
      arena.length = start;
      return this.#slots[slot];
    }
    const job = symbols.intern(labelValue(labels, "job"));
    const owner = ownerOf(labels);
    if (!this.#places.take(owner, labels.length * 4 + symbols.sizeBytes - symbolBytes, hadPlace)) {
      arena.length = start;
      this.#refuse(owner);
      // What is refused must not take memory either.
      symbols.truncate(symbolCount);
      return REFUSED;
    }
    const series = this.count;
    if (series * 2 >= this.#slots.length) {
      this.#grow();
      slot = this.#slotOf(hash, start, arena.length);
    }
    this.#slots[slot] = series;
    this.#hashes.push(hash);
    this.#jobs.push(job);
    this.starts.push(arena.length);
    const metric = this.symbols.intern(labelValue(labels, METRIC_NAME));
    this.#previousOfMetric.push(this.#lastOfMetric.get(metric) ?? NONE);
    this.#lastOfMetric.set(metric, series);
    return series;
  }

  labelsOf(series: number): Labels {
    const labels: string[] = [];
    for (let i = this.starts.values[series]; i < this.starts.values[series + 1]; i++)
      labels.push(this.symbols.texts[this.arena.values[i]]);
    return labels;
  }

  jobOf(series: number): string {
    return this.symbols.texts[this.#jobs.values[series]];
  }

  /** Calls `visit` for each series that meets all matchers. Costs a look at each series of the metric, of all where no metric is named. */
  match(matchers: readonly CompiledMatcher[], visit: (series: number) => void): void {
    const verdicts = matchers.map((matcher) => ({
      ...matcher,
      id: this.symbols.find(matcher.name),
      known: new Map<number, boolean>(),
    }));
    // A label that no series has: either all meet it or none does.
    if (verdicts.some(({ id, matchesEmpty }) => id < 0 && !matchesEmpty)) return;
    const tests = verdicts.filter(({ id }) => id >= 0);
    const { texts } = this.symbols;
    const meets = (series: number): boolean =>
      tests.every(({ id, known, test, matchesEmpty }) => {
        const value = this.#valueOf(series, id);
        if (value === NONE) return matchesEmpty;
        let verdict = known.get(value);
        if (verdict === undefined) known.set(value, (verdict = test(texts[value])));
        return verdict;
      });
    const names = matchers.find(({ name, literals }) => name === METRIC_NAME && literals !== undefined)?.literals;
    if (names) {
      for (const name of names) {
        let series = this.#lastOfMetric.get(this.symbols.find(name)) ?? NONE;
        for (; series !== NONE; series = this.#previousOfMetric.values[series]) if (meets(series)) visit(series);
      }
    } else for (let series = 0; series < this.count; series++) if (meets(series)) visit(series);
  }

  /** How many series each metric has. */
  countByMetric(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [metric, last] of this.#lastOfMetric) {
      let count = 0;
      for (let series = last; series !== NONE; series = this.#previousOfMetric.values[series]) count++;
      counts.set(this.symbols.texts[metric], count);
    }
    return counts;
  }

  #refuse(owner: string): void {
    // Owners are a sender's words, too.
    const name = this.refused.has(owner) || this.refused.size < MOST_REFUSED ? owner : "";
    this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
  }

  #valueOf(series: number, name: number): number {
    const { values } = this.arena;
    const end = this.starts.values[series + 1];
    for (let i = this.starts.values[series]; i < end; i += 2) if (values[i] === name) return values[i + 1];
    return NONE;
  }

  #hashOf(start: number, end: number): number {
    let hash = this.#seed;
    for (let i = start; i < end; i++) hash = mixWord(hash, this.arena.values[i]);
    return finish(hash) >>> 0;
  }

  /** Where the labels' series is, or would be put. */
  #slotOf(hash: number, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    const arena = this.arena.values;
    next: for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const series = this.#slots[slot];
      if (series === NONE) return slot;
      if (this.#hashes.values[series] !== hash) continue;
      const from = this.starts.values[series];
      if (this.starts.values[series + 1] - from !== end - start) continue;
      for (let i = start; i < end; i++) if (arena[i] !== arena[from + i - start]) continue next;
      return slot;
    }
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2).fill(NONE);
    const mask = this.#slots.length - 1;
    for (let series = 0; series < this.count; series++) {
      let slot = this.#hashes.values[series] & mask;
      while (this.#slots[slot] !== NONE) slot = (slot + 1) & mask;
      this.#slots[slot] = series;
    }
  }
}

const MOST_REFUSED = 1000;
