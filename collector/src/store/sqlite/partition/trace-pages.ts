/** Pages of trace indexes that were looked at last, of all partitions together: a query looks into each of some 30 runs, and the next one again. */
import type { TraceRunRow } from "./schema.ts";

/** Of 8 KB each: the index of 10 M spans has about 250. */
const MOST_PAGES = 256;

export class TracePages {
  /** Least recently used first. */
  readonly #pages = new Map<string, Uint8Array>();

  /** @param read asked when the page is not here; what it throws is thrown on */
  get(path: string, run: TraceRunRow, page: number, read: () => Uint8Array): Uint8Array {
    // The number of a run that was merged away is given to another one, which covers other blocks.
    const key = `${run.id} ${page} ${run.level} ${run.first_block} ${run.last_block} ${path}`;
    const found = this.#pages.get(key) ?? read();
    this.#pages.delete(key);
    this.#pages.set(key, found);
    if (this.#pages.size > MOST_PAGES) {
      const [oldest] = this.#pages.keys();
      this.#pages.delete(oldest);
    }
    return found;
  }
}
