/**
 * Shapes of lines as numbers: lines that are equal once masked have one shape. A line of a known shape costs the masking and one look-up.
 * Bounded: beyond `most` shapes new lines count with a template that fits them, else with the shape of their first words, else with none.
 */
import { finish } from "../../base/hash.ts";
import { LineMask, WILDCARD } from "../../model/line-mask.ts";
import { groupShapes, type Template } from "./group-shapes.ts";
import { messageOf } from "./message-of.ts";
import type { Shape } from "./shape.ts";

/** There was no place for the line's shape. */
export const NO_SHAPE = -1;
/** Of a line; what follows is one variable part. */
const MOST_TOKENS = 64;
/** Shapes of first words, beyond the others. */
const MOST_COARSE = 1024;
const COARSE_TOKENS = 3;

export class ShapeTable {
  readonly shapes: Shape[] = [];
  readonly #most: number;
  readonly #mask = new LineMask();
  /** Two hashes of a masked line and its shape, by the first hash. Open addressing. */
  #hashes = new Int32Array(2 * 1024);
  #numbers = new Int32Array(1024).fill(NO_SHAPE);
  #used = 0;
  readonly #byText = new Map<string, number>();
  #templates: Map<number, Template[]> | undefined;
  #coarse = 0;

  /** @param most shapes */
  constructor(most: number) {
    this.#most = most;
  }

  /** The number of the shape of a body's text. */
  shapeOf(body: string): number {
    const mask = this.#mask;
    mask.mask(messageOf(body));
    const { codes, length } = mask;
    let [first, second] = [0x2545f491, 0x1b56c4e9];
    for (let i = 0; i < length; i++) {
      first = Math.imul(first ^ codes[i], 0x01000193);
      second = (Math.imul(second, 31) + codes[i]) | 0;
    }
    first = finish(first);
    let slot = first & (this.#numbers.length - 1);
    for (; this.#numbers[slot] !== NO_SHAPE; slot = (slot + 1) & (this.#numbers.length - 1))
      if (this.#hashes[2 * slot] === first && this.#hashes[2 * slot + 1] === second) return this.#numbers[slot];
    const shape = this.#placeOf(this.#read());
    if (shape !== NO_SHAPE && this.#used < 4 * this.#most) this.#remember(slot, first, second, shape);
    return shape;
  }

  #placeOf(shape: Shape): number {
    const text = shape.join(" ");
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (this.shapes.length - this.#coarse < this.#most) return this.#add(text, shape);
    return this.#templateFor(shape) ?? this.#coarseFor(shape);
  }

  #add(text: string, shape: Shape): number {
    const number = this.shapes.push(shape) - 1;
    this.#byText.set(text, number);
    return number;
  }

  #templateFor(shape: Shape): number | undefined {
    if (!this.#templates) {
      const all = groupShapes(this.shapes).filter(({ members }) => members.length > 1);
      this.#templates = Map.groupBy(all, ({ shape }) => shape.length);
    }
    return this.#templates.get(shape.length)?.find((template) => fits(template.shape, shape))?.members[0];
  }

  #coarseFor(shape: Shape): number {
    const coarse = [...shape.slice(0, COARSE_TOKENS), WILDCARD];
    const text = coarse.join(" ");
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (this.#coarse >= MOST_COARSE) return NO_SHAPE;
    this.#coarse++;
    return this.#add(text, coarse);
  }

  #remember(slot: number, first: number, second: number, shape: number): void {
    this.#hashes[2 * slot] = first;
    this.#hashes[2 * slot + 1] = second;
    this.#numbers[slot] = shape;
    if (++this.#used * 2 > this.#numbers.length) this.#grow();
  }

  #grow(): void {
    const [hashes, numbers] = [this.#hashes, this.#numbers];
    const size = numbers.length * 2;
    this.#hashes = new Int32Array(2 * size);
    this.#numbers = new Int32Array(size).fill(NO_SHAPE);
    for (let i = 0; i < numbers.length; i++) {
      if (numbers[i] === NO_SHAPE) continue;
      let slot = hashes[2 * i] & (size - 1);
      while (this.#numbers[slot] !== NO_SHAPE) slot = (slot + 1) & (size - 1);
      this.#hashes[2 * slot] = hashes[2 * i];
      this.#hashes[2 * slot + 1] = hashes[2 * i + 1];
      this.#numbers[slot] = numbers[i];
    }
  }

  #read(): Shape {
    const tokens = this.#mask.text().split(" ");
    if (tokens.length > MOST_TOKENS) tokens.splice(MOST_TOKENS, Infinity, WILDCARD);
    return tokens;
  }
}

function fits(template: Shape, shape: Shape): boolean {
  return template.every((token, i) => token === WILDCARD || token === shape[i]);
}
