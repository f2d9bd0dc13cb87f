/** sum(field), avg(field): of the numbers there are; sums with Kahan's correction, so that order hardly matters. */
import type { LogPiece } from "../../../model/log-piece.ts";
import type { ResolvedField } from "../plan/fields.ts";
import { grown, NO_SLOT, type Accumulator } from "./accumulator.ts";
import { numbersOf } from "./columns.ts";

export class Sum implements Accumulator {
  readonly #of: ResolvedField;
  readonly #isAverage: boolean;
  #sums = new Float64Array(0);
  #lost = new Float64Array(0);
  #counts = new Float64Array(0);

  constructor(of: ResolvedField, isAverage: boolean) {
    this.#of = of;
    this.#isAverage = isAverage;
  }

  grow(slots: number): void {
    this.#sums = grown(this.#sums, slots, 0);
    this.#lost = grown(this.#lost, slots, 0);
    this.#counts = grown(this.#counts, slots, 0);
  }

  add(piece: LogPiece, slots: Uint32Array): void {
    const numbers = numbersOf(piece, this.#of);
    for (let i = 0; i < piece.count; i++) {
      const slot = slots[i];
      if (slot === NO_SLOT || Number.isNaN(numbers[i])) continue;
      const value = numbers[i] - this.#lost[slot];
      const sum = this.#sums[slot] + value;
      this.#lost[slot] = Number.isFinite(sum) ? sum - this.#sums[slot] - value : 0;
      this.#sums[slot] = sum;
      this.#counts[slot]++;
    }
  }

  valueOf(from: number, to: number): number | null {
    let sum = 0;
    let count = 0;
    for (let slot = from; slot < to; slot++) {
      sum += this.#sums[slot];
      count += this.#counts[slot];
    }
    return count === 0 ? null : this.#isAverage ? sum / count : sum;
  }
}
