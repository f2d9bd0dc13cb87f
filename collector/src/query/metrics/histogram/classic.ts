/** Classic histograms: cumulative buckets, one series each, told apart by the label `le`. Values inside a bucket are taken as spread evenly. */

export interface ClassicBucket {
  readonly upperBound: number;
  count: number;
}

/** What had to be changed so that counts don't fall from one bucket to the next. */
export interface MonotonicityFix {
  readonly minBound: number;
  readonly maxBound: number;
  readonly maxDifference: number;
}

/** Differences this small come from rounding. */
const TOLERANCE = 1e-12;

export function classicQuantile(
  q: number,
  unsorted: readonly ClassicBucket[],
): { value: number; fix?: MonotonicityFix } {
  if (Number.isNaN(q)) return { value: NaN };
  if (q < 0) return { value: -Infinity };
  if (q > 1) return { value: Infinity };
  const buckets = joined(unsorted);
  if (buckets.at(-1)?.upperBound !== Infinity) return { value: NaN };
  const fix = makeMonotonic(buckets);
  const last = buckets.length - 1;
  const observations = buckets[last].count;
  if (buckets.length < 2 || observations === 0) return { value: NaN, fix };
  let rank = q * observations;
  let at = 0;
  // By halves, as the counts may be NaN and then decide what is found.
  for (let end = last; at < end;) {
    const middle = (at + end) >>> 1;
    if (buckets[middle].count >= rank) end = middle;
    else at = middle + 1;
  }
  if (at === last) return { value: buckets[last - 1].upperBound, fix };
  if (at === 0 && buckets[0].upperBound <= 0) return { value: buckets[0].upperBound, fix };
  let [start, { count }] = [0, buckets[at]];
  if (at > 0) {
    start = buckets[at - 1].upperBound;
    count -= buckets[at - 1].count;
    rank -= buckets[at - 1].count;
  }
  return { value: start + (buckets[at].upperBound - start) * (rank / count), fix };
}

export function classicFraction(lower: number, upper: number, unsorted: readonly ClassicBucket[]): number {
  const buckets = joined(unsorted);
  const last = buckets.at(-1);
  if (last?.upperBound !== Infinity) return NaN;
  const { count } = last;
  if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  const rankOf = (value: number): number => Math.min(rankBelow(value, buckets) ?? count, count);
  return (rankOf(upper) - rankOf(lower)) / count;
}

function rankBelow(value: number, buckets: readonly ClassicBucket[]): number | undefined {
  let rank = 0;
  let start = buckets[0].upperBound <= 0 ? -Infinity : 0;
  for (const { upperBound, count } of buckets) {
    if (start >= value) return rank;
    if (upperBound > value) {
      if (start === -Infinity) return count;
      return rank + ((count - rank) * (value - start)) / (upperBound - start);
    }
    rank = count;
    start = upperBound;
  }
  return undefined;
}

/** By bound, those of equal bounds added up. */
function joined(unsorted: readonly ClassicBucket[]): ClassicBucket[] {
  const buckets: ClassicBucket[] = [];
  for (const bucket of [...unsorted].sort((a, b) => a.upperBound - b.upperBound || 0)) {
    const last = buckets.at(-1);
    if (last?.upperBound === bucket.upperBound) last.count += bucket.count;
    else buckets.push({ ...bucket });
  }
  return buckets;
}

/** In place. */
function makeMonotonic(buckets: ClassicBucket[]): MonotonicityFix | undefined {
  let fix: MonotonicityFix | undefined;
  let previous = buckets[0].count;
  for (const bucket of buckets.slice(1)) {
    const { count, upperBound } = bucket;
    if (count === previous) continue;
    if (isAlmostEqual(previous, count, TOLERANCE)) bucket.count = previous;
    else if (count < previous) {
      bucket.count = previous;
      fix = {
        minBound: Math.min(fix?.minBound ?? Infinity, upperBound),
        maxBound: Math.max(fix?.maxBound ?? -Infinity, upperBound),
        maxDifference: Math.max(fix?.maxDifference ?? 0, previous - count),
      };
    } else previous = count;
  }
  return fix;
}

const SMALLEST_NORMAL = 2 ** -1022;

export function isAlmostEqual(a: number, b: number, tolerance: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const difference = Math.abs(a - b);
  const sum = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < tolerance * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < tolerance;
}
