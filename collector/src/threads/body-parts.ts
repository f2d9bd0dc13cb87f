/**
 * Response bodies on their way from a reader thread to main: handed over in parts of about a megabyte, the next one when it is asked
 * for, so that a slow client holds one part in memory and not a hundred megabytes.
 */
import type { WirePieces } from "./messages.ts";

const PART_BYTES = 1024 * 1024;
/** Bodies that nobody asks for any more (main died in between) are given up. */
const MOST_OPEN = 64;

export interface BodyParts {
  next(): Promise<WirePieces>;
  cancel(): Promise<void>;
}

export function bodyParts(response: Response): BodyParts {
  const reader = response.body?.getReader();
  return {
    async next() {
      const pieces: Uint8Array[] = [];
      let size = 0;
      while (size < PART_BYTES) {
        const next = await reader?.read();
        if (!next || next.done) return { pieces, done: true };
        pieces.push(next.value);
        size += next.value.length;
      }
      return { pieces, done: false };
    },
    cancel: async () => reader?.cancel(),
  };
}

export class OpenBodies {
  readonly #bodies = new Map<number, BodyParts>();
  #nextId = 1;

  add(parts: BodyParts): number {
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size >= MOST_OPEN && oldest !== undefined) void this.cancel(oldest);
    this.#bodies.set(this.#nextId, parts);
    return this.#nextId++;
  }

  async next(id: number): Promise<WirePieces> {
    const parts = this.#bodies.get(id);
    if (!parts) throw new Error("cannot go on with the answer: it was given up");
    const next = await parts.next();
    if (next.done) this.#bodies.delete(id);
    return next;
  }

  async cancel(id: number): Promise<void> {
    const parts = this.#bodies.get(id);
    this.#bodies.delete(id);
    await parts?.cancel();
  }
}
