/**
 * Puts the nodes of a forest into the order of the waterfall: depth first, siblings by start, of two that start together the
 * longer one first. In: parents, starts and durations by node; out: the rows. Iterative, so that a chain of 100,000 nests too.
 */
export interface RowOrder {
  /** Node of each row. */
  readonly node: Int32Array;
  /** Row of the parent, -1 for roots. */
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  readonly subtreeEnd: Int32Array;
}

export function orderRows(parentNode: Int32Array, start: Float64Array, duration: Float64Array): RowOrder {
  const count = parentNode.length;
  const sorted = Int32Array.from({ length: count }, (_, node) => node).sort(
    (a, b) => start[a] - start[b] || duration[b] - duration[a] || a - b,
  );
  const { first, next } = chainSiblings(parentNode, sorted);
  const node = new Int32Array(count);
  const parent = new Int32Array(count);
  const depth = new Uint32Array(count);
  const subtreeEnd = new Int32Array(count);
  const path: number[] = [];
  let row = 0;
  let at = first[count];
  while (at >= 0) {
    node[row] = at;
    parent[row] = path.length > 0 ? path[path.length - 1] : -1;
    depth[row] = path.length;
    path.push(row);
    row += 1;
    at = first[at];
    while (at < 0 && path.length > 0) {
      const closing = path.pop() as number;
      subtreeEnd[closing] = row;
      at = next[node[closing]];
    }
  }
  return { node, parent, depth, subtreeEnd };
}

/** First child of each node (of the roots at index `count`) and next sibling, -1 where there is none. */
function chainSiblings(parentNode: Int32Array, sorted: Int32Array): { first: Int32Array; next: Int32Array } {
  const count = parentNode.length;
  const first = new Int32Array(count + 1).fill(-1);
  const next = new Int32Array(count).fill(-1);
  for (let index = count - 1; index >= 0; index--) {
    const node = sorted[index];
    const parent = parentNode[node] < 0 ? count : parentNode[node];
    next[node] = first[parent];
    first[parent] = node;
  }
  return { first, next };
}
