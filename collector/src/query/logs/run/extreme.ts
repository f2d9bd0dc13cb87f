/** min(field), max(field): of the numbers there are. */
import type { LogPiece } from "../../../model/log-piece.ts";
import type { ResolvedField } from "../plan/fields.ts";
import { grown, NO_SLOT, type Accumulator } from "./accumulator.ts";
import { numbersOf } from "./columns.ts";

export class Extreme implements Accumulator {
  readonly #of: ResolvedField;
  readonly #isMax: boolean;
  #values = new Float64Array(0);

  constructor(of: ResolvedField, isMax: boolean) {
    this.#of = of;
    this.#isMax = isMax;
  }

  grow(slots: number): void {
    this.#values = grown(this.#values, slots, NaN);
  }

  add(piece: LogPiece, slots: Uint32Array): void {
    const numbers = numbersOf(piece, this.#of);
    for (let i = 0; i < piece.count; i++) {
      const slot = slots[i];
      if (slot !== NO_SLOT && this.#isBeyond(numbers[i], this.#values[slot])) this.#values[slot] = numbers[i];
    }
  }

  valueOf(from: number, to: number): number | null {
    let best = NaN;
    for (let slot = from; slot < to; slot++) if (this.#isBeyond(this.#values[slot], best)) best = this.#values[slot];
    return Number.isNaN(best) ? null : best;
  }

  #isBeyond(value: number, known: number): boolean {
    return Number.isNaN(known) ? !Number.isNaN(value) : this.#isMax ? value > known : value < known;
  }
}
