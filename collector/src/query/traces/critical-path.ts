/**
 * The critical path below a span: at each moment the one span that everything else waited for. Walks back from the span's end: the child
 * that ended last before a moment is what its parent waited for; where no child ran, the parent itself. Work that goes on after its parent
 * has ended delayed nobody. Method of "The Mystery Machine" (OSDI 2014), as the UI draws it.
 */
import type { TreeSpan } from "./trace-tree.ts";

/** Siblings may overlap by this much and still count as one after the other. */
const OVERLAP_MICROS = 20;

interface Frame {
  readonly span: TreeSpan;
  /** Its start, but not before its parent's: skewed clocks must not count time twice. */
  readonly begin: number;
  /** Children that may be on the path, by end, latest first. */
  readonly children: readonly TreeSpan[];
  next: number;
  /** Everything from here on is explained. */
  cursor: number;
}

/** Microseconds that each span is on the path, together those of `top`. O(spans log spans). */
export function criticalPath(top: TreeSpan): Map<TreeSpan, number> {
  const time = new Map<TreeSpan, number>();
  const add = (span: TreeSpan, micros: number) => {
    if (micros > 0) time.set(span, (time.get(span) ?? 0) + micros);
  };
  const stack = [frameOf(top, top.startMicros, top.endMicros)];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const child = nextChild(frame);
    if (child === undefined) {
      add(frame.span, frame.cursor - frame.begin);
      stack.pop();
      continue;
    }
    const end = Math.min(child.endMicros, frame.cursor);
    add(frame.span, frame.cursor - end);
    frame.cursor = Math.max(child.startMicros, frame.begin);
    stack.push(frameOf(child, frame.cursor, end));
  }
  return time;
}

function frameOf(span: TreeSpan, begin: number, until: number): Frame {
  const children = span.children
    .filter(({ startMicros, endMicros }) => startMicros < until && endMicros > begin)
    .sort((a, b) => Math.min(b.endMicros, until) - Math.min(a.endMicros, until) || a.startMicros - b.startMicros);
  return { span, begin, children, next: 0, cursor: until };
}

/** The child that ended last before the cursor; those that run past it (save past the parent's own end) were not waited for. */
function nextChild(frame: Frame): TreeSpan | undefined {
  const untouched = frame.next === 0;
  while (frame.next < frame.children.length) {
    const child = frame.children[frame.next++];
    const inTime = untouched || child.endMicros <= frame.cursor + OVERLAP_MICROS;
    const from = Math.max(child.startMicros, frame.begin);
    if (inTime && Math.min(child.endMicros, frame.cursor) > from) return child;
  }
  return undefined;
}
