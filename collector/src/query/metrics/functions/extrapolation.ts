/**
 * By how much a rise over samples is multiplied to be the rise over the whole range: it is drawn out to the range's ends where a sample
 * comes close to them, else by half an interval, and at the beginning not below 0. In milliseconds, which are whole numbers.
 * @param start of the range, `end` its end, `first` and `last` the samples at its ends
 * @param sampled over which the rise was
 * @param average between two samples
 * @param toZero before the first sample, at which a counter would have been 0; 0 = it began at the first sample
 */
export function extrapolation(
  start: number,
  end: number,
  first: number,
  last: number,
  sampled: number,
  average: number,
  toZero: number,
): number {
  const threshold = average * 1.1;
  let toStart = first - start;
  if (toStart >= threshold) toStart = average / 2;
  if (toZero < toStart) toStart = toZero;
  let toEnd = end - last;
  if (toEnd >= threshold) toEnd = average / 2;
  return sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
}
