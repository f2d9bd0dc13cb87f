/** How many entries (or bytes) lie in the window (t - range, t] of each step, in whatever order they come. */
import { nanosBetween, nanosFromBigInt } from "../../../base/nanos.ts";
import type { Labels } from "../../../model/labels.ts";
import { FLOAT, newColumn, type Column, type Steps } from "../../metrics/run/column.ts";

/** Counts at steps by differences, which whole numbers add up to exactly. */
export class WindowCounter {
  readonly #start: { readonly low: number; readonly high: number };
  readonly #offset: number;
  readonly #range: number;
  readonly #step: number;
  readonly #count: number;

  constructor(startNanos: bigint, steps: Steps, rangeMillis: number, offsetMillis: number) {
    this.#start = nanosFromBigInt(startNanos);
    [this.#offset, this.#range, this.#step] = [offsetMillis * 1e6, rangeMillis * 1e6, steps.step * 1e6];
    this.#count = steps.count;
  }

  newState(): Float64Array {
    return new Float64Array(this.#count + 1);
  }

  /** @param differences of one series, as {@link newState} gave it */
  add(differences: Float64Array, low: number, high: number, weight: number): void {
    const at = nanosBetween(low, high, this.#start.low, this.#start.high) + this.#offset;
    const first = Math.max(0, Math.ceil(at / this.#step));
    const last = Math.min(this.#count - 1, Math.ceil((at + this.#range) / this.#step) - 1);
    if (first > last) return;
    differences[first] += weight;
    differences[last + 1] -= weight;
  }

  column(labels: Labels, differences: Float64Array, divisor: number): Column {
    const column = newColumn(labels, false, this.#count);
    let sum = 0;
    for (let i = 0; i < this.#count; i++) {
      sum += differences[i];
      if (sum <= 0) continue;
      column.values[i] = sum / divisor;
      column.present[i] = FLOAT;
    }
    return column;
  }
}
