/**
 * quantile(share, field) and p50 … p999: exact while a slot has few numbers, then from counts in buckets whose bounds grow by 1 %, so
 * that a value is at most 0.5 % off. Between two numbers of the exact kind it is interpolated, as percentiles in spreadsheets are.
 */
import type { LogPiece } from "../../../model/log-piece.ts";
import type { ResolvedField } from "../plan/fields.ts";
import { NO_SLOT, type Accumulator } from "./accumulator.ts";
import { numbersOf } from "./columns.ts";

/** Numbers of a slot that are kept as they are. */
const MOST_EXACT = 128;
const LOG_GROWTH = Math.log(1.01);
/** Nearer to 0 than this counts as 0. */
const LEAST = 1e-9;

interface Sketch {
  /** Undefined = they became too many. */
  exact: number[] | undefined;
  /** Bucket -> count: ±(n + OFFSET) for ±1.01 ** n, 0 for zero. */
  buckets: Map<number, number>;
  count: number;
}

/** Brings exponents of numbers from LEAST on above 0. */
const OFFSET = 1 - Math.ceil(Math.log(LEAST) / LOG_GROWTH);

export class Quantile implements Accumulator {
  readonly #of: ResolvedField;
  readonly #share: number;
  readonly #sketches: (Sketch | undefined)[] = [];

  constructor(of: ResolvedField, share: number) {
    this.#of = of;
    this.#share = share;
  }

  grow(): void {
    // Sketches come with their first number.
  }

  add(piece: LogPiece, slots: Uint32Array): void {
    const numbers = numbersOf(piece, this.#of);
    for (let i = 0; i < piece.count; i++) {
      if (slots[i] === NO_SLOT || Number.isNaN(numbers[i])) continue;
      addTo((this.#sketches[slots[i]] ??= { exact: [], buckets: new Map(), count: 0 }), numbers[i], 1);
    }
  }

  valueOf(from: number, to: number): number | null {
    let all: Sketch | undefined;
    for (let slot = from; slot < to; slot++) {
      const sketch = this.#sketches[slot];
      if (!sketch) continue;
      if (to - from === 1) all = sketch;
      else {
        all ??= { exact: [], buckets: new Map(), count: 0 };
        for (const value of sketch.exact ?? []) addTo(all, value, 1);
        if (!sketch.exact) for (const [bucket, count] of sketch.buckets) addBucket(all, bucket, count);
      }
    }
    return all === undefined ? null : quantileOf(all, this.#share);
  }
}

function addTo(sketch: Sketch, value: number, count: number): void {
  if (sketch.exact && sketch.exact.length < MOST_EXACT) {
    sketch.exact.push(value);
    sketch.count++;
  } else addBucket(sketch, bucketOf(value), count);
}

function addBucket(sketch: Sketch, bucket: number, count: number): void {
  if (sketch.exact) {
    for (const value of sketch.exact)
      sketch.buckets.set(bucketOf(value), (sketch.buckets.get(bucketOf(value)) ?? 0) + 1);
    sketch.exact = undefined;
  }
  sketch.buckets.set(bucket, (sketch.buckets.get(bucket) ?? 0) + count);
  sketch.count += count;
}

function bucketOf(value: number): number {
  const size = Math.min(Math.abs(value), Number.MAX_VALUE);
  if (size < LEAST) return 0;
  const bucket = Math.round(Math.log(size) / LOG_GROWTH) + OFFSET;
  return value < 0 ? -bucket : bucket;
}

function valueOfBucket(bucket: number): number {
  if (bucket === 0) return 0;
  return Math.sign(bucket) * Math.exp((Math.abs(bucket) - OFFSET) * LOG_GROWTH);
}

function quantileOf({ exact, buckets, count }: Sketch, share: number): number {
  if (exact) {
    const sorted = Float64Array.from(exact).sort();
    const at = share * (count - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, count - 1);
    return sorted[low] === sorted[high] ? sorted[low] : sorted[low] + (sorted[high] - sorted[low]) * (at - low);
  }
  let left = share * (count - 1);
  let last = 0;
  for (const [bucket, number] of [...buckets].sort(([a], [b]) => a - b)) {
    last = bucket;
    left -= number;
    if (left < 0) break;
  }
  return valueOfBucket(last);
}
