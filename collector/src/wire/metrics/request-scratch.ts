/** Bytes put together from ranges of a request, to be looked up: one buffer, used again, grown when it must. */
export class RequestScratch {
  bytes = new Uint8Array(4096);
  /** Of all of `bytes`; replaced with it. */
  view = new DataView(this.bytes.buffer);

  room(length: number): void {
    if (length <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  /** Copies `from[start, end)` to `at`, for which there is room; returns where it ends. */
  copy(at: number, from: Uint8Array, start: number, end: number): number {
    const to = this.bytes;
    if (end - start > 48) to.set(from.subarray(start, end), at);
    else for (let i = start; i < end; i++) to[at + i - start] = from[i];
    return at + end - start;
  }
}
