/**
 * Histograms of durations, in the two forms that OTLP has: explicit bounds, and exponential buckets that adapt their scale
 * (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#histogram). Values are not negative, in the unit of the metric.
 */

import type { Bounds } from "./bounds.ts";

export interface HistogramForm {
  /** Absent = exponential. */
  readonly bounds?: Bounds;
  /** Exponential: buckets at most. */
  readonly maxSize: number;
}

export type DurationHistogram = ExplicitHistogram | ExponentialHistogram;

export function createHistogram(form: HistogramForm): DurationHistogram {
  return form.bounds ? new ExplicitHistogram(form.bounds) : new ExponentialHistogram(form.maxSize);
}

export class ExplicitHistogram {
  readonly kind = "explicit";
  readonly #bounds: Bounds;
  /** One more than bounds. Whole numbers; doubles hold them up to 2^53. */
  readonly counts: Float64Array;
  count = 0;
  sum = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.values.length + 1);
  }

  get bounds(): Float64Array {
    return this.#bounds.values;
  }

  /** Returns the value's bucket, for exemplars. */
  record(value: number): number {
    const bucket = this.#bounds.find(value);
    this.counts[bucket]++;
    this.count++;
    this.sum += value;
    return bucket;
  }
}

/** The largest scale that OTLP's mapping by logarithm is exact enough for. */
const MAX_SCALE = 20;

export class ExponentialHistogram {
  readonly kind = "exponential";
  readonly maxSize: number;
  count = 0;
  sum = 0;
  min = Infinity;
  max = 0;
  zeroCount = 0;
  /** Bucket i covers (base^i, base^(i + 1)] with base = 2^(2^-scale). */
  scale = MAX_SCALE;
  /** Index of the first of `counts`. */
  offset = 0;
  /** Without empty buckets at its ends; at most maxSize long. */
  counts: number[] = [];

  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** Returns the value's power of two: its own buckets are too narrow to tell exemplars apart by. */
  record(value: number): number {
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (value === 0) {
      this.zeroCount++;
      return -Infinity;
    }
    let index = exponentialIndex(value, this.scale);
    if (this.counts.length > 0) {
      let low = Math.min(index, this.offset);
      let high = Math.max(index, this.offset + this.counts.length - 1);
      let shift = 0;
      while (high - low >= this.maxSize) {
        low >>= 1;
        high >>= 1;
        shift++;
      }
      if (shift > 0) {
        this.#downscale(shift);
        index >>= shift;
      }
    }
    this.#increment(index);
    return Math.floor(Math.log2(value));
  }

  #increment(index: number): void {
    if (this.counts.length === 0) this.offset = index;
    for (; index < this.offset; this.offset--) this.counts.unshift(0);
    while (index - this.offset >= this.counts.length) this.counts.push(0);
    this.counts[index - this.offset]++;
  }

  /** Halves the resolution `shift` times: each bucket joins its neighbour. */
  #downscale(shift: number): void {
    const offset = this.offset >> shift;
    const counts: number[] = [];
    this.counts.forEach((count, i) => {
      const at = ((this.offset + i) >> shift) - offset;
      counts[at] = (counts[at] ?? 0) + count;
    });
    this.offset = offset;
    this.counts = counts;
    this.scale -= shift;
  }
}

/**
 * Index of the bucket of a value above 0: base^index < value <= base^(index + 1). By logarithm: within one unit in the last place of
 * a bound the neighbour may be meant, which the specification allows.
 */
export function exponentialIndex(value: number, scale: number): number {
  return Math.ceil(Math.log2(value) * 2 ** scale) - 1;
}
