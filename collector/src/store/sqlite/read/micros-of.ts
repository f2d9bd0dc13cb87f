/** A range in nanoseconds as the catalogue's indexes want it. */
import type { TimeRange } from "../../store.ts";

/** Microseconds, both ends inclusive, cut to what the indexes hold. */
export function microsOf(range: TimeRange): { minTimeMicros: number; maxTimeMicros: number } {
  const micros = (nanos: bigint) => Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Number(nanos / 1000n)));
  return { minTimeMicros: micros(range.start), maxTimeMicros: micros(range.end) };
}
