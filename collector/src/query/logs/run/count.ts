/** count, count(field), rate: how many records, or how many that have the field; a second, for rate. */
import { ABSENT_TEXT, type LogPiece } from "../../../model/log-piece.ts";
import type { ResolvedField } from "../plan/fields.ts";
import { grown, NO_SLOT, type Accumulator } from "./accumulator.ts";
import { columnOf } from "./columns.ts";

export class Count implements Accumulator {
  #counts = new Float64Array(0);
  readonly #of: ResolvedField | undefined;
  /** Undefined = not by time. */
  readonly #secondsOf: ((slots: number) => number) | undefined;

  /** @param secondsOf what a number of slots takes, for rates */
  constructor(of?: ResolvedField, secondsOf?: (slots: number) => number) {
    this.#of = of;
    this.#secondsOf = secondsOf;
  }

  grow(slots: number): void {
    this.#counts = grown(this.#counts, slots, 0);
  }

  add(piece: LogPiece, slots: Uint32Array): void {
    const counts = this.#counts;
    if (this.#of) {
      const { codes } = columnOf(piece, this.#of);
      for (let i = 0; i < piece.count; i++) if (slots[i] !== NO_SLOT && codes[i] !== ABSENT_TEXT) counts[slots[i]]++;
    } else for (let i = 0; i < piece.count; i++) if (slots[i] !== NO_SLOT) counts[slots[i]]++;
  }

  valueOf(from: number, to: number): number {
    let sum = 0;
    for (let slot = from; slot < to; slot++) sum += this.#counts[slot];
    return this.#secondsOf ? sum / this.#secondsOf(to - from) : sum;
  }
}
