/**
 * How long each span worked by itself: its duration without the time in which a child was running. Children that overlap count
 * once, what lies outside the parent not at all. O(rows), as children come sorted by start.
 */
export interface TimedRows {
  readonly start: Float64Array;
  readonly duration: Float64Array;
  /** Row of the parent, which comes before its children; -1 for roots. */
  readonly parent: Int32Array;
}

/** Nanoseconds per row. */
export function computeSelfTime({ start, duration, parent }: TimedRows): Float64Array {
  const self = Float64Array.from(duration);
  /** Up to where each row's time is covered by the children seen so far. */
  const covered = Float64Array.from(start);
  for (let row = 0; row < start.length; row++) {
    const up = parent[row];
    if (up < 0) continue;
    const from = Math.max(start[row], covered[up]);
    const to = Math.min(start[row] + duration[row], start[up] + duration[up]);
    if (to <= from) continue;
    self[up] -= to - from;
    covered[up] = to;
  }
  return self;
}
