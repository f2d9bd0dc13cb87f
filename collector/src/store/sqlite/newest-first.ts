/** The newest `limit` of a stream of hits; of hits with the same key only the newest counts. */

export class NewestFirst<T> {
  readonly #limit: number;
  readonly #keyOf: ((hit: T) => string) | undefined;
  readonly #timeOf: (hit: T) => bigint;
  #hits: T[] = [];
  #taken = 0;

  /** @param keyOf undefined = every hit counts */
  constructor(limit: number, keyOf: ((hit: T) => string) | undefined, timeOf: (hit: T) => bigint) {
    this.#limit = limit;
    this.#keyOf = keyOf;
    this.#timeOf = timeOf;
  }

  add(hits: readonly T[]): void {
    if (hits.length === 0) return;
    const all = [...this.#hits, ...hits].sort((a, b) => {
      const [left, right] = [this.#timeOf(a), this.#timeOf(b)];
      return left === right ? 0 : left < right ? 1 : -1;
    });
    const seen = new Set<string>();
    const keyOf = this.#keyOf;
    const distinct = keyOf ? all.filter((hit) => !seen.has(keyOf(hit)) && seen.add(keyOf(hit))) : all;
    this.#hits = distinct.slice(0, this.#limit);
  }

  /** True when nothing up to this time can get into the result. */
  isDone(newestMicros: number): boolean {
    const last = this.#hits[this.#limit - 1];
    return last !== undefined && this.#timeOf(last) / 1000n > BigInt(newestMicros);
  }

  /** The next hits that are newer than anything up to a time, or all that are left; each is given once. */
  takeSettled(newestMicros = -1): T[] {
    let end = this.#taken;
    while (end < this.#hits.length && this.#timeOf(this.#hits[end]) / 1000n > BigInt(newestMicros)) end++;
    const settled = this.#hits.slice(this.#taken, end);
    this.#taken = end;
    return settled;
  }

  result(): T[] {
    return this.#hits;
  }
}
