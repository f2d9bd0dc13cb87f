/** A trace in few rows, for a picture: the way from the root to where the trouble began, and the longest spans beside it. Pure. */
import type { TraceTree, TreeSpan } from "../../query/traces/trace-tree.ts";
import type { EvidenceBar, EvidenceWaterfall } from "../channels/notification.ts";

const MOST_ROWS = 9;
/** Bars in the row of a call that is made again and again. */
const MOST_OTHERS = 30;
const MOST_NAME = 120;

export function summarizeWaterfall({ traceId, root, spans }: TraceTree, cause: TreeSpan): EvidenceWaterfall {
  const start = extent(spans, ({ startMicros }) => startMicros)[0];
  const end = extent(spans, ({ endMicros }) => endMicros)[1];
  const total = Math.max(1, end - start);
  const chosen = chooseRows(root, spans, cause);
  const depthOf = (span: TreeSpan) => {
    let depth = 0;
    for (let at = span.parent; at; at = at.parent) if (chosen.has(at)) depth++;
    return depth;
  };
  const placeOf = ({ startMicros, endMicros }: TreeSpan) => ({
    offset: (startMicros - start) / total,
    width: (endMicros - startMicros) / total,
  });
  const alike = Map.groupBy(spans, callOf);
  const othersOf = (span: TreeSpan) =>
    (alike.get(callOf(span)) ?? []).filter((other) => other !== span && !chosen.has(other)).slice(0, MOST_OTHERS);
  const rows = inOrder(root, spans, chosen).map((span): EvidenceBar => ({
    service: span.service,
    operation: span.name.slice(0, MOST_NAME),
    depth: depthOf(span),
    ...placeOf(span),
    durationMs: Math.round(span.endMicros - span.startMicros) / 1000,
    error: span.isError,
    isCause: span === cause,
    count: alike.get(callOf(span))?.length ?? 1,
    others: othersOf(span).map(placeOf),
  }));
  return { traceId, durationMs: Math.round(total) / 1000, spanCount: spans.length, rows };
}

/** A trace may have more spans than a call may have arguments. */
function extent(spans: readonly TreeSpan[], of: (span: TreeSpan) => number): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const span of spans) {
    least = Math.min(least, of(span));
    most = Math.max(most, of(span));
  }
  return [least, most];
}

function chooseRows(root: TreeSpan, spans: readonly TreeSpan[], cause: TreeSpan): Set<TreeSpan> {
  const way: TreeSpan[] = [];
  for (let at: TreeSpan | undefined = cause; at; at = at.parent) way.unshift(at);
  // Of a long way its two ends say most.
  const most = MOST_ROWS - 2;
  const shown = way.length <= most ? way : [...way.slice(0, 3), ...way.slice(3 - most)];
  const chosen = new Set([root, ...shown]);
  const rest = spans.filter((span) => !chosen.has(span));
  rest.sort((a, b) => weightOf(b) - weightOf(a));
  const calls = new Set(Array.from(chosen, callOf));
  for (const span of rest) {
    if (chosen.size >= MOST_ROWS) break;
    // Repeated calls are one row.
    if (calls.has(callOf(span))) continue;
    calls.add(callOf(span));
    chosen.add(span);
  }
  return chosen;
}

/** Equal for calls of one operation from one operation. */
function callOf({ parent, service, name }: TreeSpan): string {
  return `${parent?.service}\0${parent?.name}\0${service}\0${name}`;
}

/** Failed spans come before longer ones. */
function weightOf({ isError, startMicros, endMicros }: TreeSpan): number {
  return (endMicros - startMicros) * (isError ? 10 : 1);
}

function inOrder(root: TreeSpan, spans: readonly TreeSpan[], chosen: ReadonlySet<TreeSpan>): TreeSpan[] {
  const rows: TreeSpan[] = [];
  const roots = [root, ...spans.filter((span) => span.parent === undefined && span !== root)];
  const waiting = roots.toReversed();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (chosen.has(next)) rows.push(next);
    for (let i = next.children.length - 1; i >= 0; i--) waiting.push(next.children[i]);
  }
  return rows;
}
