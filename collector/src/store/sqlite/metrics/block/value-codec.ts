/**
 * How a series' values are written, by what they are:
 *
 *   constant   the value, once
 *   integers   value x 10^e is whole for all of them: differences (or differences of differences), zigzag, 1 to 7 bytes each
 *   doubles    anything else: each XOR the one before, 8 bytes
 *
 * Series of one width lie together as byte planes: all lowest bytes, then all second bytes …; what is alike stands side by side. Exact:
 * every double comes back bit by bit, but for the payload of a NaN.
 */
import { ByteColumn } from "../../../../base/column.ts";

export const CONSTANT = 0;
/** Widths 1 to 7 are integers of so many bytes. */
export const DOUBLE = 8;
export const CLASSES = 9;

/** Beyond it sums of differences aren't exact any more. */
const LARGEST = 2 ** 50;
export const MOST_EXPONENT = 12;
const POWERS = Float64Array.from({ length: MOST_EXPONENT + 1 }, (_, e) => 10 ** e);

export interface ValueShape {
  /** CONSTANT, 1 to 7, or DOUBLE. */
  readonly width: number;
  readonly exponent: number;
  /** 1 = differences, 2 = differences of differences. */
  readonly order: number;
}

/** Scratch of one series: zigzag numbers, as many as the values less one. */
export class ValueEncoder {
  #whole = new Float64Array(256);
  #first = new Float64Array(256);
  #second = new Float64Array(256);
  /** What to write for a shape of width 1 to 7: `count - 1` numbers. */
  deltas = this.#first;

  /** Looks at `count` values; with integers {@link deltas} is what to write. */
  shape(values: Float64Array, count: number): ValueShape {
    if (isConstant(values, count)) return { width: CONSTANT, exponent: 0, order: 0 };
    const exponent = decimalPlaces(values, count);
    if (exponent < 0) return { width: DOUBLE, exponent: 0, order: 0 };
    if (count > this.#whole.length) {
      this.#whole = new Float64Array(count * 2);
      this.#first = new Float64Array(count * 2);
      this.#second = new Float64Array(count * 2);
    }
    const power = POWERS[exponent];
    const whole = this.#whole;
    for (let i = 0; i < count; i++) whole[i] = Math.round(values[i] * power);
    let [bits1, bits2, most1, most2, before] = [0, 0, 0, 0, 0];
    for (let i = 1; i < count; i++) {
      const delta = whole[i] - whole[i - 1];
      const first = zigzag(delta);
      const second = zigzag(delta - before);
      before = delta;
      this.#first[i - 1] = first;
      this.#second[i - 1] = second;
      bits1 += bitsOf(first);
      bits2 += bitsOf(second);
      if (first > most1) most1 = first;
      if (second > most2) most2 = second;
    }
    const order = bits2 < bits1 ? 2 : 1;
    this.deltas = order === 2 ? this.#second : this.#first;
    return { width: bytesOf(order === 2 ? most2 : most1), exponent, order };
  }
}

/** The numbers of all series of one width, as planes once all are known. */
export class PlaneWriter {
  readonly #width: number;
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  #count = 0;

  constructor(width: number) {
    this.#width = width;
  }

  get count(): number {
    return this.#count;
  }

  /** Whole numbers below 2^53. */
  pushAll(numbers: Float64Array, count: number): void {
    this.#reserve(count);
    for (let i = 0; i < count; i++) {
      const number = numbers[i];
      this.#low[this.#count] = number;
      this.#high[this.#count++] = number / 4294967296;
    }
  }

  /** Doubles, each XOR the one before; the first as it is. */
  pushDoubles(values: Float64Array, count: number): void {
    this.#reserve(count);
    const words = new Uint32Array(values.buffer, values.byteOffset, count * 2);
    let low = 0;
    let high = 0;
    for (let i = 0; i < count; i++) {
      this.#low[this.#count] = words[i * 2] ^ low;
      this.#high[this.#count++] = words[i * 2 + 1] ^ high;
      low = words[i * 2];
      high = words[i * 2 + 1];
    }
  }

  writeTo(out: ByteColumn): void {
    const count = this.#count;
    out.reserve(this.#width * count);
    for (let plane = 0; plane < this.#width; plane++) {
      const words = plane < 4 ? this.#low : this.#high;
      const shift = (plane & 3) * 8;
      const bytes = out.values;
      const base = out.length;
      for (let i = 0; i < count; i++) bytes[base + i] = words[i] >>> shift;
      out.length += count;
    }
  }

  #reserve(extra: number): void {
    const needed = this.#count + extra;
    if (needed <= this.#low.length) return;
    const size = Math.max(needed, this.#low.length * 2);
    for (const words of ["low", "high"] as const) {
      const grown = new Uint32Array(size);
      grown.set(words === "low" ? this.#low : this.#high);
      if (words === "low") this.#low = grown;
      else this.#high = grown;
    }
  }
}

/** `count` values of a series whose numbers begin at `offset` among `total` of its width. @param first its first value */
export function readIntegers(
  bytes: Uint8Array,
  base: number,
  total: number,
  offset: number,
  { width, exponent, order }: ValueShape,
  first: number,
  values: Float64Array,
): void {
  const power = POWERS[exponent];
  const count = values.length;
  let whole = Math.round(first * power);
  let delta = 0;
  values[0] = first;
  const second = base + total + offset;
  const third = second + total;
  let at = base + offset;
  for (let i = 1; i < count; i++, at++) {
    let number = bytes[at];
    if (width > 1) {
      const j = i - 1;
      number |= bytes[second + j] << 8;
      if (width > 2) {
        number |= bytes[third + j] << 16;
        if (width > 3) number = (number | (bytes[third + total + j] << 24)) >>> 0;
        if (width > 4) {
          let scale = 4294967296;
          for (let plane = 4; plane < width; plane++, scale *= 256)
            number += bytes[base + plane * total + offset + j] * scale;
        }
      }
    }
    const step = number <= 0x7fffffff ? (number >>> 1) ^ -(number & 1) : unzigzag(number);
    delta = order === 2 ? delta + step : step;
    whole += delta;
    values[i] = exponent === 0 ? whole : whole / power;
  }
}

/** The same for doubles. */
export function readDoubles(
  bytes: Uint8Array,
  base: number,
  total: number,
  offset: number,
  values: Float64Array,
): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let low = 0;
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    const at = base + offset + i;
    low ^= bytes[at] | (bytes[at + total] << 8) | (bytes[at + total * 2] << 16) | (bytes[at + total * 3] << 24);
    high ^=
      bytes[at + total * 4] |
      (bytes[at + total * 5] << 8) |
      (bytes[at + total * 6] << 16) |
      (bytes[at + total * 7] << 24);
    words[i * 2] = low;
    words[i * 2 + 1] = high;
  }
}

/** Numbers a series of a shape has in its planes. */
export function numbersOf(width: number, count: number): number {
  if (width === CONSTANT) return 0;
  return width === DOUBLE ? count : count - 1;
}

export function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

export function unzigzag(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}

export function bytesOf(number: number): number {
  let width = 1;
  for (let bound = 256; number >= bound; bound *= 256) width++;
  return width;
}

function bitsOf(number: number): number {
  return number < 4294967296 ? 32 - Math.clz32(number) : 64 - Math.clz32(number / 4294967296);
}

function isConstant(values: Float64Array, count: number): boolean {
  const first = values[0];
  for (let i = 1; i < count; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

/** The least e with which value x 10^e is whole, and not too large, for all of them; -1 when there is none. */
function decimalPlaces(values: Float64Array, count: number): number {
  let exponent = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (value === 0 && Object.is(value, -0)) return -1;
    while (Math.round(value * POWERS[exponent]) / POWERS[exponent] !== value) if (++exponent > MOST_EXPONENT) return -1;
    const size = Math.abs(value);
    if (size > largest) largest = size;
  }
  const power = POWERS[exponent];
  if (largest * power > LARGEST) return -1;
  // More places than a value needs may lose its last bit.
  if (exponent > 0) for (let i = 0; i < count; i++) if (Math.round(values[i] * power) / power !== values[i]) return -1;
  return exponent;
}
