/**
 * Finds each span's parent among spans that arrived in any order, some twice under one id, some never, some in a circle. In: ids
 * as sent; out: for each node the index of its parent, with placeholder nodes appended for parents that were named but are
 * missing. Pure; O(spans).
 */
import type { WireSpan } from "goldspan/contract";

export interface LinkedSpans {
  /** Per node: index of the parent node, -1 for roots. The first nodes are the spans in the order given, then placeholders. */
  readonly parent: Int32Array;
  /** Span ids of the placeholders, in node order. */
  readonly missingIds: readonly string[];
}

const SERVER = 2;

export function linkParents(spans: readonly WireSpan[]): LinkedSpans {
  const byId = new Map<string, number>();
  const shared = new Map<number, number>();
  for (const [index, span] of spans.entries()) {
    const first = byId.get(span.spanId);
    if (first === undefined) byId.set(span.spanId, index);
    else if (span.kind === SERVER) shared.set(index, first);
    else if (spans[first].kind === SERVER) {
      byId.set(span.spanId, index);
      shared.set(first, index);
    }
  }
  const missing = new Map<string, number>();
  const parents: number[] = [];
  for (const [index, span] of spans.entries()) {
    const client = shared.get(index);
    parents.push(client ?? findParent(span, index, byId, missing, spans.length));
  }
  for (let index = 0; index < missing.size; index++) parents.push(-1);
  const parent = Int32Array.from(parents);
  breakCircles(parent);
  return { parent, missingIds: [...missing.keys()] };
}

/** Zipkin-style senders let client and server share an id: the server's half then is the client's child, and what names the id its. */
function findParent(
  span: WireSpan,
  index: number,
  byId: ReadonlyMap<string, number>,
  missing: Map<string, number>,
  spanCount: number,
): number {
  const id = span.parentSpanId;
  if (!id || /^0+$/.test(id)) return -1;
  const known = byId.get(id);
  if (known !== undefined) return known === index ? -1 : known;
  let node = missing.get(id);
  if (node === undefined) {
    node = spanCount + missing.size;
    missing.set(id, node);
  }
  return node;
}

/** A span that is its own ancestor becomes a root, so that everything is reached from some root. */
function breakCircles(parent: Int32Array): void {
  const state = new Uint8Array(parent.length);
  const [fresh, onPath, done] = [0, 1, 2];
  for (let node = 0; node < parent.length; node++) {
    let at = node;
    while (at >= 0 && state[at] === fresh) {
      state[at] = onPath;
      const up = parent[at];
      if (up >= 0 && state[up] === onPath) parent[at] = -1;
      at = parent[at];
    }
    for (at = node; at >= 0 && state[at] === onPath; at = parent[at]) state[at] = done;
  }
}
