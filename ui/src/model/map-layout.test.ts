import { describe, expect, test } from "vitest";
import { LABEL_HEIGHT, layoutMap, NODE_WIDTH, type MapLayout, type SizedNode } from "./map-layout.ts";
import { largeMap } from "../../test/kit/large-map.ts";
import type { GraphEdge, MapNodeKind } from "./map-graph.ts";

/** "user > gateway > orders, orders > pg:database" -> nodes and edges. */
function graph(text: string): { nodes: SizedNode[]; edges: GraphEdge[] } {
  const kinds = new Map<string, MapNodeKind>();
  const edges = text.split(",").flatMap((chain) => {
    const ids = chain.split(">").map((word) => {
      const [id, kind] = word.trim().split(":");
      if (kind || !kinds.has(id)) kinds.set(id, (kind ?? (id === "user" ? "user" : "service")) as MapNodeKind);
      return id;
    });
    return ids.slice(1).map((server, index) => ({ client: ids[index], server }));
  });
  return { nodes: [...kinds].map(([id, kind]) => ({ id, kind, radius: 16 })), edges };
}

/** One line a layer, from left to right, each from top to bottom. */
function dump({ nodes }: MapLayout): string[] {
  const columns = Map.groupBy(nodes, ({ x }) => x);
  return [...columns]
    .sort((a, b) => a[0] - b[0])
    .map(([, column]) =>
      column
        .toSorted((a, b) => a.y - b.y)
        .map(({ id }) => id)
        .join(" "),
    );
}

/** 50 services, their circles of many sizes. */
function large(): { nodes: SizedNode[]; edges: GraphEdge[] } {
  const { nodes, edges } = largeMap();
  return {
    nodes: nodes.map(({ id, kind }, index) => ({ id, kind, radius: 8 + ((index * 7) % 15) })),
    edges: [...edges],
  };
}

function overlaps({ nodes }: MapLayout): string[] {
  return nodes.flatMap((a, index) =>
    nodes.slice(index + 1).flatMap((b) => {
      const apart =
        Math.abs(a.x - b.x) >= NODE_WIDTH ||
        a.y + a.radius + LABEL_HEIGHT <= b.y - b.radius ||
        b.y + b.radius + LABEL_HEIGHT <= a.y - a.radius;
      return apart ? [] : [`${a.id} on ${b.id}`];
    }),
  );
}

/** Points along an SVG path of M, H and C. */
function pointsOf(path: string): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = [];
  let at = { x: 0, y: 0 };
  for (const [, command, text] of path.matchAll(/([MHC])([^MHC]+)/g)) {
    const n = text.trim().split(/[ ,]+/).map(Number);
    if (command === "M") at = { x: n[0], y: n[1] };
    else if (command === "H") at = { x: n[0], y: at.y };
    else {
      for (let t = 0.1; t < 1; t += 0.1) {
        const u = 1 - t;
        const mix = (p0: number, p1: number, p2: number, p3: number): number =>
          u ** 3 * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t ** 3 * p3;
        points.push({ x: mix(at.x, n[0], n[2], n[4]), y: mix(at.y, n[1], n[3], n[5]) });
      }
      at = { x: n[4], y: n[5] };
    }
    points.push(at);
  }
  return points;
}

describe("layers", () => {
  test("run from users over gateways and services to databases and queues", () => {
    const { nodes, edges } = graph(
      "user > gateway > orders > pg:database, gateway > cart > redis:database, orders > jobs:queue > mailer",
    );
    expect(dump(layoutMap(nodes, edges))).toEqual(["user", "gateway", "cart orders", "redis jobs pg", "mailer"]);
  });

  test("put a service that nobody calls beside what it calls", () => {
    const { nodes, edges } = graph("user > gateway > orders > pg:database, cron > pg");
    const [, , third, last] = dump(layoutMap(nodes, edges));
    expect(third.split(" ").sort()).toEqual(["cron", "orders"]);
    expect(last).toBe("pg");
  });

  test("bear circles and calls to oneself", () => {
    const { nodes, edges } = graph("user > a > b > c > a, b > b");
    const layout = layoutMap(nodes, edges);
    expect(dump(layout)).toEqual(["user", "a", "b", "c"]);
    expect(layout.edges).toHaveLength(5);
  });

  test("need no edge at all", () => {
    expect(dump(layoutMap([{ id: "alone", kind: "service", radius: 10 }], []))).toEqual(["alone"]);
    expect(layoutMap([], []).nodes).toEqual([]);
  });
});

describe("50 services", () => {
  const { nodes, edges } = large();
  const layout = layoutMap(nodes, edges);

  test("make a picture about as wide as high, not one endless column", () => {
    expect(layout.width / layout.height).toBeGreaterThan(0.9);
    expect(layout.width / layout.height).toBeLessThan(2.2);
  });

  test("never lie on each other", () => {
    expect(overlaps(layout)).toEqual([]);
  });

  test("have edges that run through no circle but those they join", () => {
    const through = layout.edges.flatMap((edge) => {
      const points = pointsOf(edge.path);
      return layout.nodes
        .filter(({ id }) => id !== edge.client && id !== edge.server)
        .filter((node) => points.some(({ x, y }) => Math.hypot(x - node.x, y - node.y) < node.radius - 1))
        .map(({ id }) => `${edge.client} > ${edge.server} through ${id}`);
    });
    expect(through).toEqual([]);
  });

  test("stay where they are when they grow or shrink with their rate", () => {
    const grown = nodes.map((node) => ({ ...node, radius: 22 }));
    expect(layoutMap(grown, edges, layout.places).places).toEqual(layout.places);
    expect(overlaps(layoutMap(grown, edges))).toEqual([]);
  });

  test("stay where they are when the map is laid out again", () => {
    expect(layoutMap(nodes.toReversed(), edges.toReversed(), layout.places).nodes).toEqual(layout.nodes);
  });

  test("keep their order when one more comes", () => {
    const more = layoutMap(
      [...nodes, { id: "new", kind: "service", radius: 12 }],
      [...edges, { client: "catalog", server: "new" }],
      layout.places,
    );
    const column = ({ nodes }: MapLayout, id: string): number => nodes.find((node) => node.id === id)?.x ?? 0;
    const stays = (id: string): boolean => column(layout, id) === column(more, id);
    // One may have to make room in a column that is full.
    expect(layout.nodes.filter(({ id }) => !stays(id)).length).toBeLessThanOrEqual(3);
    const staying = (picture: MapLayout): string[] =>
      dump(picture).map((line) => line.split(" ").filter(stays).join(" "));
    expect(staying(more)).toEqual(staying(layout));
    expect(overlaps(more)).toEqual([]);
  });

  test("are laid out in a few milliseconds", () => {
    const begun = process.cpuUsage();
    for (let round = 0; round < 10; round++) layoutMap(nodes, edges);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 10_000).toBeLessThan(100);
  });
});
