/**
 * What a service map is before it has places: nodes, edges, which edges go back in a circle, and in which layer (column) each node
 * stands: users left, then who calls, right of them who is called, databases and queues right of their callers. Pure.
 */
export type MapNodeKind = "service" | "user" | "database" | "queue" | "external";

export interface GraphNode {
  readonly id: string;
  readonly kind: MapNodeKind;
}

export interface GraphEdge {
  readonly client: string;
  readonly server: string;
}

/** An edge as it runs from left to right; `back` when it was turned round for that. */
export interface Arc {
  readonly from: string;
  readonly to: string;
  readonly back: boolean;
}

/** Every edge once, self-calls left out, in the order of names; each turned so that no circle remains. */
export function toArcs(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Arc[] {
  const known = new Set(nodes.map(({ id }) => id));
  const targets = new Map<string, string[]>();
  const incoming = new Set<string>();
  for (const { client, server } of edges) {
    if (client === server || !known.has(client) || !known.has(server)) continue;
    const list = targets.get(client) ?? [];
    if (!list.includes(server)) targets.set(client, [...list, server].sort());
    incoming.add(server);
  }
  const rank = (node: GraphNode): number => (node.kind === "user" ? 0 : incoming.has(node.id) ? 2 : 1);
  const starts = nodes.toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  const arcs: Arc[] = [];
  const state = new Map<string, "open" | "done">();
  // Depth first without recursion: an edge to a node that is still open closes a circle.
  for (const { id } of starts) {
    const stack = state.has(id) ? [] : [{ id, next: 0 }];
    if (stack.length > 0) state.set(id, "open");
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const target = targets.get(top.id)?.[top.next];
      top.next += 1;
      if (target === undefined) {
        state.set(top.id, "done");
        stack.pop();
      } else if (state.get(target) === "open") {
        arcs.push({ from: target, to: top.id, back: true });
      } else {
        arcs.push({ from: top.id, to: target, back: false });
        if (!state.has(target)) {
          state.set(target, "open");
          stack.push({ id: target, next: 0 });
        }
      }
    }
  }
  return arcs;
}

/** The layer of each node: one more than the rightmost of those that call it; who is called by nobody stands beside what it calls. */
export function assignLayers(nodes: readonly GraphNode[], arcs: readonly Arc[]): Map<string, number> {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const hasUsers = nodes.some(({ kind }) => kind === "user");
  const first = (id: string): number => (hasUsers && kinds.get(id) !== "user" ? 1 : 0);
  const layers = new Map(nodes.map(({ id }) => [id, first(id)]));
  const incoming = Map.groupBy(arcs, ({ to }) => to);
  const outgoing = Map.groupBy(arcs, ({ from }) => from);
  const waiting = new Map(nodes.map(({ id }) => [id, incoming.get(id)?.length ?? 0]));
  const ready = nodes.flatMap(({ id }) => (waiting.get(id) === 0 ? [id] : [])).sort();
  for (let index = 0; index < ready.length; index++) {
    for (const { to } of outgoing.get(ready[index]) ?? []) {
      layers.set(to, Math.max(layers.get(to) ?? 0, (layers.get(ready[index]) ?? 0) + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  for (const { id, kind } of nodes) {
    const calls = outgoing.get(id) ?? [];
    if (incoming.has(id) || kind === "user" || calls.length === 0) continue;
    layers.set(id, Math.max(first(id), Math.min(...calls.map(({ to }) => layers.get(to) ?? 0)) - 1));
  }
  spillLeaves(nodes, layers, (id) => !outgoing.has(id));
  return layers;
}

/** Layers higher than this are hard to see at once; about as many rows as make the whole as wide as a screen is. */
function mostRows(nodes: number): number {
  return Math.max(LEAST_ROWS, Math.ceil(Math.sqrt(nodes * COLUMNS_PER_ROW)));
}

const LEAST_ROWS = 10;
/** A column is three rows wide, a screen 1.7 times as wide as high. */
const COLUMNS_PER_ROW = 3 / 1.7;

/** Who calls nobody may stand further right: of too high a layer those that come last by name do. */
function spillLeaves(nodes: readonly GraphNode[], layers: Map<string, number>, isLeaf: (id: string) => boolean): void {
  const most = mostRows(nodes.length);
  for (let layer = 0; layer <= Math.max(0, ...layers.values()) && layer < nodes.length; layer++) {
    const here = nodes.filter(({ id }) => layers.get(id) === layer).map(({ id }) => id);
    const leaves = here.filter(isLeaf).sort();
    const spilled = leaves.slice(Math.max(0, leaves.length - Math.max(0, here.length - most)));
    for (const id of spilled) layers.set(id, layer + 1);
  }
}
