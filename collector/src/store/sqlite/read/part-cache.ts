/**
 * Chunks of blocks that were opened last stay open for a while: a search finds traces in a few of them, and its summaries read the same ones
 * right after. Those that are let go give their memory back at once.
 */
import type { SpanPart } from "../block/sealed-span-block.ts";

/** Some 100 KB each when they are open. */
const MOST_PARTS = 24;
/** A giant trace has a chunk of its own, which is megabytes. */
const MOST_SPANS = 4096;

export class PartCache {
  /** By block and number, least recently used first. */
  readonly #parts = new Map<number, SpanPart>();

  /** Calls `visit` with a part, which is open until it returns. @param open asked when the part is not here */
  visit(block: number, part: number, open: () => SpanPart, visit: (part: SpanPart) => void): void {
    const key = block * 65_536 + part;
    const known = this.#parts.get(key);
    this.#parts.delete(key);
    const opened = known ?? open();
    let isWell = false;
    try {
      visit(opened);
      isWell = true;
    } finally {
      if (isWell && opened.count <= MOST_SPANS) this.#keep(key, opened);
      else opened.close();
    }
  }

  close(): void {
    for (const part of this.#parts.values()) part.close();
    this.#parts.clear();
  }

  #keep(key: number, part: SpanPart): void {
    this.#parts.set(key, part);
    if (this.#parts.size <= MOST_PARTS) return;
    const [[oldest, old]] = this.#parts;
    this.#parts.delete(oldest);
    old.close();
  }
}
