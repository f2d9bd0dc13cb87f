/** Lets the first few batches of each second through and then every n-th, as zap's sampler does for the Collector. */
export class Sampler {
  readonly #initial: number;
  readonly #thereafter: number;
  #second = -1;
  #seen = 0;

  constructor(initial: number, thereafter: number) {
    this.#initial = initial;
    this.#thereafter = thereafter;
  }

  /** @param nowMillis epoch milliseconds */
  takes(nowMillis: number): boolean {
    const second = Math.floor(nowMillis / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#seen = 0;
    }
    this.#seen++;
    if (this.#seen <= this.#initial) return true;
    return this.#thereafter > 0 && (this.#seen - this.#initial) % this.#thereafter === 0;
  }
}
