/**
 * In which order nodes stand within their layers, so that few edges cross. In: layers of ids and the links between neighbouring layers;
 * out: the same layers, sorted. Nodes that had a place before keep their order among themselves, so that a map doesn't turn over when
 * something is added to it. Pure.
 */
export interface Link {
  readonly from: string;
  readonly to: string;
}

const SWEEPS = 12;

/** `before`: heights of an earlier picture. */
export function orderLayers(
  layers: readonly (readonly string[])[],
  links: readonly Link[],
  before: ReadonlyMap<string, number>,
): string[][] {
  const left = Map.groupBy(links, ({ to }) => to);
  const right = Map.groupBy(links, ({ from }) => from);
  const neighbours = (id: string, side: "left" | "right"): string[] =>
    side === "left" ? (left.get(id) ?? []).map(({ from }) => from) : (right.get(id) ?? []).map(({ to }) => to);
  let order = layers.map((ids) =>
    ids.toSorted((a, b) => heightOf(a, before) - heightOf(b, before) || (a < b ? -1 : 1)),
  );
  if (layers.flat().every((id) => before.has(id))) return order;
  let best = order;
  let least = countCrossings(order, links);
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    const side = sweep % 2 === 0 ? "left" : "right";
    const indexes = order.map((_, index) => index);
    for (const index of side === "left" ? indexes : indexes.toReversed()) {
      const places = placesOf(order);
      const middle = (id: string): number => {
        const found = neighbours(id, side).map((other) => places.get(other) ?? 0);
        return found.length === 0 ? (places.get(id) ?? 0) : found.reduce((a, b) => a + b) / found.length;
      };
      const sorted = order[index].toSorted(
        (a, b) => middle(a) - middle(b) || (places.get(a) ?? 0) - (places.get(b) ?? 0),
      );
      order = order.with(index, keepOld(sorted, before));
    }
    const crossings = countCrossings(order, links);
    if (crossings < least) [best, least] = [order, crossings];
  }
  return best === order || least === 0 ? best : best.map((ids) => keepOld(ids, before));
}

/** Links between neighbouring layers that cross each other. */
function countCrossings(layers: readonly (readonly string[])[], links: readonly Link[]): number {
  const layerOf = new Map(layers.flatMap((ids, layer) => ids.map((id) => [id, layer] as const)));
  const places = new Map(layers.flatMap((ids) => ids.map((id, index) => [id, index] as const)));
  let crossings = 0;
  for (const group of Map.groupBy(links, ({ from }) => layerOf.get(from)).values()) {
    const pairs = group.map(({ from, to }) => [places.get(from) ?? 0, places.get(to) ?? 0] as const);
    for (let a = 0; a < pairs.length; a++)
      for (let b = a + 1; b < pairs.length; b++)
        if ((pairs[a][0] - pairs[b][0]) * (pairs[a][1] - pairs[b][1]) < 0) crossings += 1;
  }
  return crossings;
}

/** Those that had a place before fill the places of their kind in their old order. */
function keepOld(ids: readonly string[], before: ReadonlyMap<string, number>): string[] {
  const old = ids
    .filter((id) => before.has(id))
    .sort((a, b) => heightOf(a, before) - heightOf(b, before) || (a < b ? -1 : 1));
  return ids.map((id) => (before.has(id) ? (old.shift() ?? id) : id));
}

function heightOf(id: string, before: ReadonlyMap<string, number>): number {
  return before.get(id) ?? 0;
}

/** The place of each id, as a share of its layer, so that layers of different size can be compared. */
function placesOf(order: readonly (readonly string[])[]): Map<string, number> {
  return new Map(order.flatMap((ids) => ids.map((id, index) => [id, (index + 0.5) / ids.length] as const)));
}
