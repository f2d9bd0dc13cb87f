/** A stretch of an axis, in whatever unit the axis has; `from` <= `to`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Narrowed or widened by a factor around an anchor, shifted to stay within bounds and never below `least` wide. */
export function zoomInterval(
  view: Interval,
  bounds: Interval,
  factor: number,
  anchor: number,
  least: number,
): Interval {
  const width = Math.min(Math.max((view.to - view.from) * factor, least), bounds.to - bounds.from);
  const share = view.to > view.from ? (anchor - view.from) / (view.to - view.from) : 0.5;
  return shiftInto({ from: anchor - width * share, to: anchor + width * (1 - share) }, bounds);
}

/** Moved by `by`, as far as the bounds allow; its width stays. */
export function panInterval(view: Interval, bounds: Interval, by: number): Interval {
  return shiftInto({ from: view.from + by, to: view.to + by }, bounds);
}

function shiftInto(view: Interval, bounds: Interval): Interval {
  const width = Math.min(view.to - view.from, bounds.to - bounds.from);
  const from = Math.min(Math.max(view.from, bounds.from), bounds.to - width);
  return { from, to: from + width };
}
