/**
 * Where the nodes and edges of a service map lie. In: nodes with their radius (at most LARGEST_RADIUS), edges, and the places of the picture before; out: pixels.
 * Layered from left to right; an edge over several layers gets a lane of its own in each, so that it runs through no node. The same
 * input with the places it gave gives the same picture. Pure.
 */
import { assignLayers, toArcs, type Arc, type GraphEdge, type GraphNode } from "./map-graph.ts";
import { orderLayers, type Link } from "./map-order.ts";

export interface SizedNode extends GraphNode {
  readonly radius: number;
}

export interface PlacedNode extends SizedNode {
  /** Centre of the circle; the name stands below it. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends GraphEdge {
  readonly key: string;
  /** SVG path from the client to the server. */
  readonly path: string;
  /** Where its figures may stand. */
  readonly middle: { readonly x: number; readonly y: number };
  /** The tip of its arrow, and whether it points to the right. */
  readonly tip: { readonly x: number; readonly y: number; readonly right: boolean };
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  /** Heights by id, lanes included: hand them in next time. */
  readonly places: ReadonlyMap<string, number>;
}

/** The room of a node: its circle and two lines of text below it. */
export const NODE_WIDTH = 132;
export const LABEL_HEIGHT = 34;
/**
 * Circles grow and shrink with the rate; the room they are given doesn't, or everything would tremble with every refresh. Two of the
 * largest below each other still fit: 2 * ROOM + LABEL_HEIGHT + GAP > 2 * LARGEST_RADIUS + LABEL_HEIGHT.
 */
export const LARGEST_RADIUS = 22;
const ROOM = 16;
const COLUMN = 232;
const MARGIN = 28;
const GAP = 14;
const LANE_HEIGHT = 6;
const LANE_GAP = 5;
const ALIGN_PASSES = 10;

export function edgeKey({ client, server }: GraphEdge): string {
  return `${client}\u0000${server}`;
}

export function layoutMap(
  nodes: readonly SizedNode[],
  edges: readonly GraphEdge[],
  before: ReadonlyMap<string, number> = new Map(),
): MapLayout {
  const sorted = nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const arcs = toArcs(sorted, edges);
  const layerOf = assignLayers(sorted, arcs);
  const byId = new Map(sorted.map((node) => [node.id, node]));
  const { chains, lanes } = splitArcs(arcs, layerOf);
  const layers: string[][] = Array.from({ length: Math.max(0, ...layerOf.values()) + 1 }, () => []);
  for (const [id, layer] of [...layerOf, ...lanes]) layers[layer].push(id);
  const links = chains.flatMap(({ ids }) => ids.slice(1).map((to, index): Link => ({ from: ids[index], to })));
  const order = orderLayers(layers, links, before);
  const places = assignHeights(order, links, (id) => extentOf(byId.get(id)));
  const bottom = Math.max(0, ...[...places].map(([id, y]) => y + extentOf(byId.get(id)).below));
  const xOf = (layer: number): number => MARGIN + NODE_WIDTH / 2 + layer * COLUMN;
  const placed = sorted.map((node) => ({ ...node, x: xOf(layerOf.get(node.id) ?? 0), y: places.get(node.id) ?? 0 }));
  const placedById = new Map(placed.map((node) => [node.id, node]));
  const chainOf = new Map(chains.map((chain) => [`${chain.arc.from}\u0000${chain.arc.to}`, chain.ids]));
  return {
    width: xOf(layers.length - 1) + NODE_WIDTH / 2 + MARGIN,
    height: bottom + MARGIN,
    nodes: placed,
    places,
    edges: edges.flatMap((edge) => {
      const [from, to] = [placedById.get(edge.client), placedById.get(edge.server)];
      if (!from || !to) return [];
      const forth = chainOf.get(edgeKey(edge));
      const back = chainOf.get(edgeKey({ client: edge.server, server: edge.client }));
      const inner = (forth ?? back?.toReversed() ?? []).slice(1, -1);
      const points = inner.map((id) => ({ x: xOf(lanes.get(id) ?? 0), y: places.get(id) ?? 0 }));
      return [{ ...edge, key: edgeKey(edge), ...route(from, to, points) }];
    }),
  };
}

interface Chain {
  readonly arc: Arc;
  /** From left to right: a node, lanes, a node. */
  readonly ids: readonly string[];
}

function splitArcs(
  arcs: readonly Arc[],
  layerOf: ReadonlyMap<string, number>,
): { chains: Chain[]; lanes: Map<string, number> } {
  const lanes = new Map<string, number>();
  const chains = arcs.map((arc): Chain => {
    const ids = [arc.from];
    for (let layer = (layerOf.get(arc.from) ?? 0) + 1; layer < (layerOf.get(arc.to) ?? 0); layer++) {
      const id = `${arc.from}\u0000${arc.to}\u0000${layer}`;
      lanes.set(id, layer);
      ids.push(id);
    }
    return { arc, ids: [...ids, arc.to] };
  });
  return { chains, lanes };
}

interface Extent {
  readonly above: number;
  readonly below: number;
  /** To what stands next to it, at least; the larger one of two holds. */
  readonly gap: number;
}

/** How far something reaches above and below its line. */
function extentOf(node: SizedNode | undefined): Extent {
  return node
    ? { above: ROOM, below: ROOM + LABEL_HEIGHT, gap: GAP }
    : { above: LANE_HEIGHT / 2, below: LANE_HEIGHT / 2, gap: LANE_GAP };
}

/** Heights that keep the order and the gaps, and bring each node near to the middle of those it is linked with. */
function assignHeights(
  order: readonly (readonly string[])[],
  links: readonly Link[],
  extent: (id: string) => Extent,
): Map<string, number> {
  const heights = new Map<string, number>();
  const linked = new Map<string, string[]>();
  for (const { from, to } of links) {
    linked.set(from, [...(linked.get(from) ?? []), to]);
    linked.set(to, [...(linked.get(to) ?? []), from]);
  }
  for (const ids of order) {
    let y = 0;
    for (const id of ids) {
      heights.set(id, y + extent(id).above);
      y += extent(id).above + extent(id).below + GAP;
    }
  }
  for (let pass = 0; pass < ALIGN_PASSES; pass++) {
    for (const ids of pass % 2 === 0 ? order : order.toReversed()) {
      const wanted = ids.map((id) => {
        const others = (linked.get(id) ?? []).map((other) => heights.get(other) ?? 0);
        return others.length === 0 ? (heights.get(id) ?? 0) : others.reduce((a, b) => a + b) / others.length;
      });
      const settled = settle(wanted, ids.map(extent));
      ids.forEach((id, index) => heights.set(id, settled[index]));
    }
  }
  const top = Math.min(...[...heights].map(([id, y]) => y - extent(id).above));
  for (const [id, y] of heights) heights.set(id, Math.round((y - top + MARGIN) * 10) / 10);
  return heights;
}

/** The heights nearest to what is wanted that keep the order and the gaps: groups that collide are merged at their mean. */
function settle(wanted: readonly number[], extents: readonly Extent[]): number[] {
  const offsets: number[] = [];
  let offset = 0;
  extents.forEach(({ above, gap }, index) => {
    const before = extents[index - 1];
    if (index > 0) offset += before.below + Math.max(gap, before.gap) + above;
    offsets.push(offset);
  });
  const groups: { sum: number; count: number }[] = [];
  wanted.forEach((y, index) => {
    groups.push({ sum: y - offsets[index], count: 1 });
    while (groups.length > 1) {
      const [a, b] = groups.slice(-2);
      if (a.sum / a.count <= b.sum / b.count) break;
      groups.splice(-2, 2, { sum: a.sum + b.sum, count: a.count + b.count });
    }
  });
  const bases = groups.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  return bases.map((base, index) => base + offsets[index]);
}

/** Level through each column, curved between them. Back to the left: out at the right side, round below, in from the left. */
function route(
  from: PlacedNode,
  to: PlacedNode,
  lanes: readonly { x: number; y: number }[],
): Pick<PlacedEdge, "path" | "middle" | "tip"> {
  if (from === to) {
    const { x, y, radius } = from;
    const path = `M${x - radius * 0.7} ${y - radius * 0.7}C${x - 26} ${y - radius - 34} ${x + 26} ${y - radius - 34} ${x + radius * 0.7} ${y - radius * 0.7}`;
    return {
      path,
      middle: { x, y: y - radius - 24 },
      tip: { x: x + radius * 0.7, y: y - radius * 0.7, right: false },
    };
  }
  const forward = to.x > from.x;
  const sign = forward ? 1 : -1;
  const half = (NODE_WIDTH / 2) * sign;
  const start = { x: from.x + from.radius * sign, y: from.y };
  const end = { x: to.x - (to.radius + 3) * sign, y: to.y };
  let path = `M${start.x} ${start.y}H${from.x + half}`;
  let at = { x: from.x + half, y: from.y };
  const middles: { x: number; y: number; length: number }[] = [];
  for (const next of [...lanes, to]) {
    const entry = { x: next.x - half, y: next.y };
    const bend = (entry.x - at.x) / 2;
    path += `C${at.x + bend} ${at.y} ${entry.x - bend} ${entry.y} ${entry.x} ${entry.y}`;
    middles.push({ x: (at.x + entry.x) / 2, y: (at.y + entry.y) / 2, length: Math.abs(entry.y - at.y) });
    at = { x: next.x + half, y: next.y };
    path += next === to ? `H${end.x}` : `H${at.x}`;
  }
  const flattest = middles.toSorted((a, b) => a.length - b.length)[0];
  return { path, middle: { x: flattest.x, y: flattest.y }, tip: { ...end, right: forward } };
}
