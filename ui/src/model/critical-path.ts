/**
 * The critical path: at each moment of the trace the one span that everything else waited for. In: a Trace; out: stretches of
 * time, each owned by a span. Walks back from the end of the main root: the child that finished last before a moment is what its
 * parent waited for; where no child was running, the parent itself. Work that begins after its parent ended (a consumer behind a
 * queue) delays nobody and is not on it. Method of "The Mystery Machine" (OSDI 2014), as Jaeger draws it.
 */
import { childrenOf, endOf, mainRoot, type Trace } from "./trace.ts";

export interface CriticalPath {
  /** Stretches by time; they cover the main root without gap or overlap. */
  readonly row: Int32Array;
  /** Nanoseconds since the trace's begin. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Nanoseconds on the path, by trace row. */
  readonly time: Float64Array;
  /** Index of the first stretch of each trace row in `byRow`, one longer than the trace. */
  readonly offset: Int32Array;
  /** Stretch numbers grouped by trace row. */
  readonly byRow: Int32Array;
}

/** Siblings may overlap by this much and still count as one after the other. */
const OVERLAP_NANOS = 20_000;

interface Frame {
  readonly row: number;
  /** Its start, but not before its parent's: skewed clocks must not count time twice. */
  readonly begin: number;
  /** Children that may be on the path, by end, latest first. */
  readonly children: readonly number[];
  next: number;
  /** Everything from here on is explained. */
  cursor: number;
}

export function findCriticalPath(trace: Trace): CriticalPath {
  const stretches: { row: number; from: number; to: number }[] = [];
  const root = mainRoot(trace);
  const stack: Frame[] = root < 0 ? [] : [openFrame(trace, root, trace.start[root], endOf(trace, root))];
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    const child = nextChild(trace, frame);
    if (child === undefined) {
      if (frame.cursor > frame.begin) stretches.push({ row: frame.row, from: frame.begin, to: frame.cursor });
      stack.pop();
      continue;
    }
    const end = Math.min(endOf(trace, child), frame.cursor);
    if (frame.cursor > end) stretches.push({ row: frame.row, from: end, to: frame.cursor });
    frame.cursor = Math.max(trace.start[child], frame.begin);
    stack.push(openFrame(trace, child, frame.cursor, end));
  }
  return columns(trace, stretches.reverse());
}

function openFrame(trace: Trace, row: number, begin: number, until: number): Frame {
  const children = [...childrenOf(trace, row)].filter((child) => {
    return trace.start[child] < until && endOf(trace, child) > begin;
  });
  children.sort(
    (a, b) => Math.min(endOf(trace, b), until) - Math.min(endOf(trace, a), until) || trace.start[a] - trace.start[b],
  );
  return { row, begin, children, next: 0, cursor: until };
}

/** The child that ended last before the cursor; those that run past it (save past the parent's own end) were not waited for. */
function nextChild(trace: Trace, frame: Frame): number | undefined {
  const untouched = frame.next === 0;
  while (frame.next < frame.children.length) {
    const child = frame.children[frame.next];
    frame.next += 1;
    const inTime = untouched || endOf(trace, child) <= frame.cursor + OVERLAP_NANOS;
    const from = Math.max(trace.start[child], frame.begin);
    if (inTime && Math.min(endOf(trace, child), frame.cursor) > from) return child;
  }
  return undefined;
}

function columns(trace: Trace, stretches: readonly { row: number; from: number; to: number }[]): CriticalPath {
  const time = new Float64Array(trace.count);
  const offset = new Int32Array(trace.count + 1);
  for (const { row, from, to } of stretches) {
    time[row] += to - from;
    offset[row + 1] += 1;
  }
  for (let row = 0; row < trace.count; row++) offset[row + 1] += offset[row];
  const fill = Int32Array.from(offset);
  const byRow = new Int32Array(stretches.length);
  for (const [index, { row }] of stretches.entries()) {
    byRow[fill[row]] = index;
    fill[row] += 1;
  }
  return {
    row: Int32Array.from(stretches, (stretch) => stretch.row),
    from: Float64Array.from(stretches, (stretch) => stretch.from),
    to: Float64Array.from(stretches, (stretch) => stretch.to),
    time,
    offset,
    byRow,
  };
}
