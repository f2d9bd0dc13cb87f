/**
 * Upper bounds of a histogram's buckets, and which bucket a value falls into. A table by powers of two gives the first bucket that is
 * possible; from there it is a step or two, where halving took four that no processor can foresee.
 */

/** The last bound is this in the numbers whose powers of two are told apart. */
const FULL = 2 ** 30;
/** Rounding must not leave out a bucket. */
const BIT_LESS = 1 - 1e-9;

export class Bounds {
  /** Inclusive, strictly ascending, in the unit of the values. */
  readonly values: Float64Array;
  readonly #last: number;
  readonly #scale: number;
  readonly #first: Uint16Array;

  constructor(values: Iterable<number>) {
    this.values = Float64Array.from(values);
    this.#last = this.values.at(-1) ?? -Infinity;
    this.#scale = this.#last > 0 && Number.isFinite(FULL / this.#last) ? FULL / this.#last : 0;
    this.#first = Uint16Array.from({ length: 32 }, (_, bits) => {
      const least = bits === 0 || this.#scale === 0 ? -Infinity : (2 ** (bits - 1) / this.#scale) * BIT_LESS;
      return this.values.findIndex((bound) => bound >= least);
    });
  }

  /** The first bound that is not below the value, which is not negative; as many as there are bounds where all are. */
  find(value: number): number {
    const { values } = this;
    if (!(value <= this.#last)) return values.length;
    let bucket = this.#first[32 - Math.clz32(value * this.#scale)];
    while (value > values[bucket]) bucket++;
    return bucket;
  }
}
