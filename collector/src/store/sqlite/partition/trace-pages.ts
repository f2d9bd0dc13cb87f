/** Pages of trace indexes that were looked at last, of all partitions together: those of small runs are looked at by each query. */
import { release } from "../../../base/release.ts";
import type { TraceRunRow } from "./schema.ts";

/** Of up to 8 KB each. */
const MOST_BYTES = 2 * 1024 * 1024;

export class TracePages {
  /** Least recently used first. */
  readonly #pages = new Map<string, Uint8Array>();
  #bytes = 0;

  /**
   * A page, which is there until the next call.
   * @param read asked when it is not here; what it throws is thrown on
   */
  get(path: string, run: TraceRunRow, page: number, read: () => Uint8Array): Uint8Array {
    // The number of a run that was merged away is given to another one, which covers other blocks.
    const key = `${run.id} ${page} ${run.level} ${run.first_block} ${run.last_block} ${path}`;
    const known = this.#pages.get(key);
    const found = known ?? read();
    if (known) this.#pages.delete(key);
    else this.#bytes += found.buffer.byteLength;
    this.#pages.set(key, found);
    for (const [oldest, old] of this.#pages) {
      if (this.#bytes <= MOST_BYTES || old === found) break;
      this.#pages.delete(oldest);
      this.#bytes -= old.buffer.byteLength;
      release(old);
    }
    return found;
  }
}
