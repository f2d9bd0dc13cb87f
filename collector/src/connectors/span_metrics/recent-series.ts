/**
 * The series met lately, found by what nearly every span has in common with one before it: owner, kind and status, and the name as it lies
 * in the batch. A hit costs one comparison of the name in place of two look-ups; what collides is looked up as usual.
 */
import type { TextTable } from "../series/text-table.ts";

/** Four operations of 500 services, each with two statuses. */
const SLOTS = 4096;
const FIELDS = 4;
const CODE = 1;
const NAME = 2;
const PLACE = 3;

export class RecentSeries<S> {
  /** Of each slot owner, code, number of the name, and the place among `series` plus one: side by side, as they are read together. */
  readonly #slots = new Int32Array(SLOTS * FIELDS);
  readonly #series: S[] = [];
  #texts: TextTable | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the series that was asked for last would stand. */
  #slot = 0;

  /** To be called with each batch's bytes; forgets everything when texts and owners have new numbers. */
  begin(bytes: Uint8Array, texts: TextTable): void {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (texts === this.#texts) return;
    this.#texts = texts;
    this.#slots.fill(0);
    this.#series.length = 0;
  }

  /** @param start of the name in the bytes; undefined = not met lately: look it up and {@link put} it */
  find(owner: number, code: number, bytes: Uint8Array, start: number, length: number): S | undefined {
    const slots = this.#slots;
    const slot = (this.#slot = this.#slotOf(owner, code, start, length));
    const place = slots[slot + PLACE];
    if (place === 0 || slots[slot] !== owner || slots[slot + CODE] !== code) return undefined;
    return this.#texts?.is(slots[slot + NAME], bytes, start, length) ? this.#series[place - 1] : undefined;
  }

  /** Keeps the series of what was asked for last. @param name its number among the texts */
  put(owner: number, code: number, name: number, series: S): void {
    const [slots, slot] = [this.#slots, this.#slot];
    slots[slot] = owner;
    slots[slot + CODE] = code;
    slots[slot + NAME] = name;
    // What stood there before has a place that is used again.
    slots[slot + PLACE] ||= this.#series.length + 1;
    this.#series[slots[slot + PLACE] - 1] = series;
  }

  /** By the first, the middle and the last bytes of a name: routes of a service often begin and end alike. */
  #slotOf(owner: number, code: number, start: number, length: number): number {
    let hash = Math.imul(owner, 0x9e3779b1) ^ Math.imul(code * 64 + length, 0x85ebca6b);
    if (length >= 4) {
      const view = this.#view;
      hash ^= Math.imul(view.getInt32(start, true), 0xc2b2ae35);
      hash ^= Math.imul(view.getInt32(start + (length >> 1) - 2, true), 0x27d4eb2f);
      hash ^= Math.imul(view.getInt32(start + length - 4, true), 0x165667b1);
    }
    return ((hash ^ (hash >>> 15)) & (SLOTS - 1)) * FIELDS;
  }
}
