/** Up to how many numbers sorting one by one is faster than a typed array's own, which costs some 500 ns to begin with. */
const FEW = 64;
/** Of those few: windows come by the hundred thousand, and an array each would cost as much as the sorting. */
const scratch = new Float64Array(FEW);

/** The q-quantile of the numbers from `from` up to `to` - 1, between two of them by weight. NaN counts as the smallest. */
export function quantileOf(q: number, values: Float64Array, from = 0, to = values.length): number {
  const count = to - from;
  if (count === 0 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const sorted = count <= FEW ? sortFew(values, from, count) : values.slice(from, to).sort();
  // NaN stands at the end.
  let nans = 0;
  while (nans < count && Number.isNaN(sorted[count - 1 - nans])) nans++;
  const at = (i: number) => (i < nans ? NaN : sorted[i - nans]);
  const rank = q * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return at(lower) * (1 - weight) + at(upper) * weight;
}

/** In the scratch array. */
function sortFew(values: Float64Array, from: number, count: number): Float64Array {
  let nans = 0;
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    if (Number.isNaN(value)) {
      scratch[count - ++nans] = value;
      continue;
    }
    let at = i - nans;
    for (; at > 0 && scratch[at - 1] > value; at--) scratch[at] = scratch[at - 1];
    scratch[at] = value;
  }
  return scratch;
}
