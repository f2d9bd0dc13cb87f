/**
 * Arrays of numbers cut from larger ones. A query reads thousands of short ones, and each that has memory of its own costs more than what
 * is read into it, when it is made and when it is collected. An array keeps its slab alive: for what lives and dies together.
 */

/** 64 KB. */
const SLAB = 8192;
/** Longer ones have memory of their own. */
const MOST_SHARED = SLAB / 8;

export class FloatSlab {
  #slab = new Float64Array(0);
  #at = 0;

  /** Zeroes. */
  take(length: number): Float64Array {
    if (length > MOST_SHARED) return new Float64Array(length);
    if (this.#at + length > this.#slab.length) {
      this.#slab = new Float64Array(SLAB);
      this.#at = 0;
    }
    return this.#slab.subarray(this.#at, (this.#at += length));
  }
}
