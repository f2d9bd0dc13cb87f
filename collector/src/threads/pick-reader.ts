/**
 * Which reader takes the next request. A thread needs half a second to load its code, and a request that is bound to it waits so long: a
 * new one is started as soon as all are busy, but asked only when it is there. Pure.
 */

export interface ReaderState {
  /** Requests that it is working on. */
  readonly busy: number;
  readonly ready: boolean;
}

/** One thread works on so many requests by turns before others rather wait for a thread that is being started. */
const MOST_BY_TURNS = 8;

/** @returns `reader` undefined = the one to be started; `starts`: whether to start one @param most readers there may be */
export function pickReader<R extends ReaderState>(
  readers: readonly R[],
  most: number,
): { readonly reader: R | undefined; readonly starts: boolean } {
  const byLoad = readers.toSorted((a, b) => a.busy - b.busy);
  const ready = byLoad.find((reader) => reader.ready);
  const starting = byLoad.find((reader) => !reader.ready);
  if (ready?.busy === 0) return { reader: ready, starts: false };
  const starts = !starting && readers.length < most;
  const isTurnable = ready && (ready.busy < MOST_BY_TURNS || !(starting || starts));
  return { reader: isTurnable ? ready : starting, starts };
}
