/**
 * Arrays of numbers cut from larger ones. A query reads thousands of short ones, and each that has memory of its own costs more than what
 * is read into it, when it is made and when it is collected. An array keeps its slab alive: for what lives and dies together.
 */

/** 64 KB. */
const MOST_SLAB = 8192;
/** Each is twice as long as the one before: most queries of rules need a few KB, and what they leave of a large slab is garbage, too. */
const FIRST_SLAB = 512;
/** Longer ones have memory of their own. */
const MOST_SHARED = MOST_SLAB / 8;

/** Where numbers that are read go. */
export interface FloatSource {
  take(length: number): Float64Array;
}

export class FloatSlab implements FloatSource {
  #slab = new Float64Array(0);
  #at = 0;

  /** Zeroes. */
  take(length: number): Float64Array {
    if (length > MOST_SHARED) return new Float64Array(length);
    if (this.#at + length > this.#slab.length) {
      const size = Math.min(MOST_SLAB, Math.max(FIRST_SLAB, 2 * this.#slab.length));
      this.#slab = new Float64Array(Math.max(size, length));
      this.#at = 0;
    }
    return this.#slab.subarray(this.#at, (this.#at += length));
  }
}

/** Arrays that are good until the next ones begin: for what a part is copied from. */
export class FloatScratch implements FloatSource {
  #memory = new Float64Array(0);
  #at = 0;

  /** What was taken before may be overwritten. */
  begin(): this {
    this.#at = 0;
    return this;
  }

  /** Holds what was in it. */
  take(length: number): Float64Array {
    // What was taken since the beginning keeps the memory before.
    if (this.#at + length > this.#memory.length) {
      this.#memory = new Float64Array(Math.max(FIRST_SLAB, 2 * length));
      this.#at = 0;
    }
    return this.#memory.subarray(this.#at, (this.#at += length));
  }
}
