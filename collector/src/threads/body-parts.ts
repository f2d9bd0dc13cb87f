/**
 * Response bodies on their way from a reader thread to main: handed over in parts of at most a megabyte, the next one when it is asked
 * for, so that a slow client holds one part in memory and not a hundred megabytes.
 */
import type { WirePieces } from "./messages.ts";

const PART_BYTES = 1024 * 1024;
/** Bodies that nobody asks for any more (main died in between) are given up. */
const MOST_OPEN = 64;

/** Server-sent events: they go on for as long as somebody listens. */
export const LIVE_TYPE = "text/event-stream";

export interface BodyParts {
  readonly isLive: boolean;
  next(): Promise<WirePieces>;
  cancel(): Promise<void>;
}

/** How long a piece that is there waits for more of its part: a search that goes on for seconds shows what it has. */
const WAIT_MILLIS = 30;

export function bodyParts(response: Response): BodyParts {
  const reader = response.body?.getReader();
  let reading: ReturnType<NonNullable<typeof reader>["read"]> | undefined;
  return {
    isLive: response.headers.get("content-type")?.startsWith(LIVE_TYPE) ?? false,
    async next() {
      const pieces: Uint8Array[] = [];
      let size = 0;
      while (size < PART_BYTES) {
        reading ??= reader?.read();
        const next = pieces.length === 0 ? await reading : await soon(reading);
        if (next === "later") return { pieces, done: false };
        reading = undefined;
        if (!next || next.done) return { pieces, done: true };
        pieces.push(next.value);
        size += next.value.length;
      }
      return { pieces, done: false };
    },
    cancel: async () => reader?.cancel(),
  };
}

async function soon<T>(promise: Promise<T> | undefined): Promise<T | "later" | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const later = new Promise<"later">((resolve) => (timer = setTimeout(resolve, WAIT_MILLIS, "later")));
  try {
    return await Promise.race([promise, later]);
  } finally {
    clearTimeout(timer);
  }
}

export class OpenBodies {
  readonly #bodies = new Map<number, BodyParts>();
  #nextId = 1;

  add(parts: BodyParts): number {
    const others = [...this.#bodies].filter(([, { isLive }]) => !isLive);
    if (!parts.isLive && others.length >= MOST_OPEN) void this.cancel(others[0][0]);
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
