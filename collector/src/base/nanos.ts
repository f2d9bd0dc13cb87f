/**
 * Unix nanoseconds as pairs of unsigned 32-bit words (low, high). A double cannot hold them (1.7e18 > 2^53) and a BigInt per span
 * costs an allocation, so columns keep the two words and only cold paths make BigInts or decimal texts of them.
 */

const TWO_32 = 4294967296;

/** -1, 0 or 1 as the first pair is before, equal to or after the second. */
export function compareNanos(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  if (aHigh !== bHigh) return aHigh < bHigh ? -1 : 1;
  return aLow === bLow ? 0 : aLow < bLow ? -1 : 1;
}

/** a - b as a double: exact while the distance is below 2^53 ns (104 days), else rounded. */
export function nanosBetween(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return (aHigh - bHigh) * TWO_32 + (aLow - bLow);
}

export function nanosToBigInt(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

export function nanosFromBigInt(nanos: bigint): { low: number; high: number } {
  return { low: Number(nanos & 0xffffffffn), high: Number((nanos >> 32n) & 0xffffffffn) };
}

/** Whole microseconds since 1970; exact up to the year 2255, then rounded to a double. */
export function nanosToMicros(low: number, high: number): number {
  // 2^32 = 4294967 * 1000 + 296: no BigInt, of which each would be an object.
  return high * 4294967 + Math.floor((high * 296 + low) / 1000);
}
