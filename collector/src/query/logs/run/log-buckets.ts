/** Equal time buckets, aligned to their width since 1970, and in which one each hit of a piece lies. */
import { nanosBetween, nanosFromBigInt } from "../../../base/nanos.ts";
import type { LogPiece } from "../../../model/log-piece.ts";
import type { TimeRange } from "../../../store/store.ts";

/** Widths that people read well; milliseconds. */
const WIDTHS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1e3,
  2e3,
  5e3,
  10e3,
  15e3,
  30e3,
  60e3,
  120e3,
  300e3,
  600e3,
  900e3,
  1800e3,
  3600e3,
  2 * 3600e3,
  3 * 3600e3,
  6 * 3600e3,
  12 * 3600e3,
  86400e3,
  2 * 86400e3,
  7 * 86400e3,
  14 * 86400e3,
  28 * 86400e3,
];

export interface LogBuckets {
  readonly startMillis: number;
  readonly stepMillis: number;
  readonly count: number;
}

/** The narrowest width of which at most about `most` buckets cover the range. */
export function niceStepMillis({ start, end }: TimeRange, most: number): number {
  const millis = Number(end - start) / 1e6;
  const width = WIDTHS.find((each) => millis / each <= most);
  return width ?? Math.ceil(millis / most / (28 * 86400e3)) * 28 * 86400e3;
}

/** The first bucket begins at or before the range's start. */
export function logBuckets({ start, end }: TimeRange, stepMillis: number): LogBuckets {
  const step = BigInt(Math.round(stepMillis * 1e6));
  const first = (start / step) * step;
  return { startMillis: Number(first / 1000n) / 1000, stepMillis, count: Number((end - first) / step) + 1 };
}

/** Writes the bucket of each hit. Exact within 104 days of the first bucket, beyond to 2 ns a year. */
export function assignBuckets(
  piece: LogPiece,
  { startMillis, stepMillis, count }: LogBuckets,
  into: Uint32Array,
): void {
  const { low, high } = nanosFromBigInt(BigInt(Math.round(startMillis * 1000)) * 1000n);
  const { timeLow, timeHigh } = piece;
  const step = Math.round(stepMillis * 1e6);
  for (let i = 0; i < piece.count; i++) {
    const bucket = Math.floor(nanosBetween(timeLow[i], timeHigh[i], low, high) / step);
    into[i] = bucket < 0 ? 0 : bucket >= count ? count - 1 : bucket;
  }
}
