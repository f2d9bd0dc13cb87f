/**
 * A service map as it is to be drawn: sizes, widths, what is written where. In: the wire's map and the places before; out: nodes and
 * edges laid out and described. Pure.
 */
import type { WireMapEdge, WireMapNode, WireServiceMap } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatPercent, formatRate } from "../base/format-number.ts";
import { LARGEST_RADIUS, layoutMap, type MapLayout, type PlacedEdge, type PlacedNode } from "./map-layout.ts";

export interface MapPicture {
  readonly layout: MapLayout;
  readonly nodes: readonly (PlacedNode & {
    readonly wire: WireMapNode;
    readonly label: string;
    readonly below: string;
    readonly about: string;
  })[];
  readonly edges: readonly (PlacedEdge & {
    readonly wire: WireMapEdge;
    readonly width: number;
    readonly failing: boolean;
    readonly brief: string;
    readonly label: string;
  })[];
}

const SMALLEST_RADIUS = 9;
const PLAIN_RADIUS = 15;
const WIDEST_LINE = 5;
const LONGEST_NAME = 19;
/** From this share of failures on an edge says so; a stray error in thousands is no news. */
const SAID_FROM = 0.01;
/** And from this one it is red, as a service is bad: what a caller has done wrong (404, a declined card) fails on its side only. */
const FAILING_FROM = 0.05;

export function drawMap(map: WireServiceMap, before: ReadonlyMap<string, number>): MapPicture {
  const most = Math.max(1e-9, ...map.nodes.map(({ ratePerSecond }) => ratePerSecond ?? 0));
  const mostEdge = Math.max(1e-9, ...map.edges.map(({ ratePerSecond }) => ratePerSecond));
  const sized = map.nodes.map(({ id, kind, ratePerSecond }) => {
    const share = Math.sqrt((ratePerSecond ?? 0) / most);
    const radius = kind === "service" ? SMALLEST_RADIUS + (LARGEST_RADIUS - SMALLEST_RADIUS) * share : PLAIN_RADIUS;
    return { id, kind, radius: Math.round(radius * 10) / 10 };
  });
  const layout = layoutMap(sized, map.edges, before);
  const wires = new Map(map.nodes.map((node) => [node.id, node]));
  const wireEdges = new Map(map.edges.map((edge) => [`${edge.client}\u0000${edge.server}`, edge]));
  return {
    layout,
    nodes: layout.nodes.flatMap((node) => {
      const wire = wires.get(node.id);
      return wire
        ? [{ ...node, wire, label: cutName(node.id), below: figuresOf(wire), about: describeNode(wire, map.edges) }]
        : [];
    }),
    edges: layout.edges.flatMap((edge) => {
      const wire = wireEdges.get(edge.key);
      if (!wire) return [];
      const width = 1 + (WIDEST_LINE - 1) * Math.sqrt(wire.ratePerSecond / mostEdge);
      const failing = wire.errorRatio >= FAILING_FROM;
      return [
        {
          ...edge,
          wire,
          width,
          failing,
          brief: wire.errorRatio >= SAID_FROM ? formatPercent(wire.errorRatio) : "",
          label: describeEdge(wire),
        },
      ];
    }),
  };
}

/** "2.4 /s · 519 ms"; failures first when there are many. */
function describeEdge({ ratePerSecond, errorRatio, p95Millis, clientP95Millis }: WireMapEdge): string {
  const latency = p95Millis ?? clientP95Millis;
  const parts = [
    errorRatio >= SAID_FROM ? `${formatPercent(errorRatio)} failed` : formatRate(ratePerSecond),
    latency === null ? "" : formatMillis(latency),
  ];
  return parts.filter(Boolean).join(" · ");
}

function figuresOf({ ratePerSecond, errorRatio, p95Millis }: WireMapNode): string {
  const parts = [
    !ratePerSecond ? "" : formatRate(ratePerSecond),
    errorRatio !== null && errorRatio >= 0.001 ? formatPercent(errorRatio) : "",
    p95Millis === null ? "" : formatMillis(p95Millis),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Begins with what can be read on the map. */
function describeNode(node: WireMapNode, edges: readonly WireMapEdge[]): string {
  const calls = edges.filter(({ client }) => client === node.id).map(({ server }) => server);
  const more = [
    cutName(node.id) === node.id ? "" : node.id,
    node.kind === "service" ? "" : node.kind,
    node.saturation ? `${node.saturation.resource} ${formatPercent(node.saturation.value)} full` : "",
    calls.length > 0
      ? `calls ${calls.slice(0, 5).join(", ")}${calls.length > 5 ? ` and ${calls.length - 5} more` : ""}`
      : "",
  ];
  return [`${cutName(node.id)} ${figuresOf(node)}`.trim(), ...more.filter(Boolean)].join(", ");
}

function cutName(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}
