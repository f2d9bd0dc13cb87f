/** How many requests took how long, in each time bucket, with whatever bounds the source has. Pure. */

export interface LatencyCounts {
  /** Milliseconds, inclusive, ascending; the last one is Infinity. */
  readonly boundsMillis: readonly number[];
  /** counts[time bucket][latency bucket], not cumulative. */
  readonly counts: readonly Float64Array[];
}

export const NO_LATENCIES: LatencyCounts = { boundsMillis: [], counts: [] };

/** @param cumulative increases of the `le` buckets by time bucket, by upper bound in milliseconds */
export function ofCumulative(cumulative: ReadonlyMap<number, Float64Array>, buckets: number): LatencyCounts {
  const boundsMillis = [...cumulative.keys()].sort((a, b) => a - b);
  const counts = Array.from({ length: buckets }, (_, t) => {
    let below = 0;
    return Float64Array.from(boundsMillis, (bound) => {
      const upTo = cumulative.get(bound)?.[t] ?? 0;
      const own = Math.max(0, upTo - below);
      below = Math.max(below, upTo);
      return own;
    });
  });
  return { boundsMillis, counts };
}

/** Over all time buckets. */
export function totalOf({ boundsMillis, counts }: LatencyCounts): Float64Array {
  const total = new Float64Array(boundsMillis.length);
  for (const row of counts) for (let i = 0; i < row.length; i++) total[i] += row[i];
  return total;
}

/** The q-quantile (0 to 1) in milliseconds, interpolated within its bucket; null without any count. Beyond the last bound: that bound. */
export function quantileMillis(boundsMillis: readonly number[], counts: ArrayLike<number>, q: number): number | null {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  // Increases are fractions where a sample's interval lies in two buckets.
  if (total < 1e-9) return null;
  const rank = q * total;
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0 || seen + counts[i] < rank) {
      seen += counts[i];
      continue;
    }
    const low = i === 0 ? 0 : boundsMillis[i - 1];
    const high = boundsMillis[i];
    return Number.isFinite(high) ? low + (high - low) * Math.min(1, Math.max(0, (rank - seen) / counts[i])) : low;
  }
  return boundsMillis.findLast(Number.isFinite) ?? null;
}

/** Without the bounds that no count lies in, at both ends. */
export function trimmed({ boundsMillis, counts }: LatencyCounts): LatencyCounts {
  const total = totalOf({ boundsMillis, counts });
  const first = total.findIndex((count) => count > 0);
  if (first < 0) return NO_LATENCIES;
  const last = total.findLastIndex((count) => count > 0);
  return {
    boundsMillis: boundsMillis.slice(first, last + 1),
    counts: counts.map((row) => row.slice(first, last + 1)),
  };
}
