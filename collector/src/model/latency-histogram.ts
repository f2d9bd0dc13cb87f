/**
 * The small latency histogram that every (operation, block) row carries: 3 buckets per doubling from 1 µs to about 70 minutes,
 * so a quantile read from it is within 13 % of the true one. Bucket i counts durations d with bound(i - 1) < d <= bound(i);
 * the last bucket is unbounded.
 */

const PER_DOUBLING = 3;
const DOUBLINGS = 32;

/** Number of buckets. */
export const LATENCY_BUCKETS = PER_DOUBLING * DOUBLINGS + 1;

/** Upper bounds in microseconds, inclusive; the last one is infinite. */
export const LATENCY_BOUNDS_MICROS: Float64Array = Float64Array.from({ length: LATENCY_BUCKETS }, (_, i) =>
  i === LATENCY_BUCKETS - 1 ? Infinity : 2 ** (i / PER_DOUBLING),
);

/** The bucket of a duration; 0 and below go to the first. */
export function latencyBucket(micros: number): number {
  if (micros <= 1) return 0;
  let bucket = Math.min(LATENCY_BUCKETS - 1, Math.ceil(Math.log2(micros) * PER_DOUBLING));
  // Math.log2 may miss a bound by one unit in the last place.
  if (micros > LATENCY_BOUNDS_MICROS[bucket]) bucket++;
  else if (bucket > 0 && micros <= LATENCY_BOUNDS_MICROS[bucket - 1]) bucket--;
  return bucket;
}

/** The q-quantile (0 to 1) in milliseconds, interpolated within its bucket; null without any count. */
export function latencyQuantileMillis(histogram: ArrayLike<number>, q: number): number | null {
  let total = 0;
  for (let i = 0; i < LATENCY_BUCKETS; i++) total += histogram[i];
  if (total === 0) return null;
  const rank = q * total;
  let seen = 0;
  for (let i = 0; i < LATENCY_BUCKETS; i++) {
    const count = histogram[i];
    if (count === 0 || seen + count < rank) {
      seen += count;
      continue;
    }
    const low = i === 0 ? 0 : LATENCY_BOUNDS_MICROS[i - 1];
    const high = i === LATENCY_BUCKETS - 1 ? low * 2 : LATENCY_BOUNDS_MICROS[i];
    return (low + (high - low) * Math.min(1, Math.max(0, (rank - seen) / count))) / 1000;
  }
  return LATENCY_BOUNDS_MICROS[LATENCY_BUCKETS - 2] / 1000;
}

/** All durations together in milliseconds, each taken as the middle of its bucket: within some percent of the truth. */
export function latencySumMillis(histogram: ArrayLike<number>): number {
  let micros = 0;
  for (let i = 0; i < LATENCY_BUCKETS; i++) {
    if (histogram[i] === 0) continue;
    const low = i === 0 ? 0 : LATENCY_BOUNDS_MICROS[i - 1];
    const high = i === LATENCY_BUCKETS - 1 ? low * 2 : LATENCY_BOUNDS_MICROS[i];
    micros += histogram[i] * ((low + high) / 2);
  }
  return micros / 1000;
}

export function addLatencies(into: Uint32Array, from: ArrayLike<number>): void {
  for (let i = 0; i < LATENCY_BUCKETS; i++) into[i] += from[i];
}
