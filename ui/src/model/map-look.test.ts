import { expect, test } from "vitest";
import type { WireMapEdge, WireMapNode, WireServiceMap } from "goldspan/contract";
import { drawMap } from "./map-look.ts";

const node = (id: string): WireMapNode => ({
  id,
  kind: "service",
  color: 1,
  ratePerSecond: 2,
  errorRatio: 0,
  p95Millis: 20,
  saturation: null,
  level: "ok",
});
const edge = (server: string, errorRatio: number): WireMapEdge => ({
  client: "web",
  server,
  kind: "call",
  ratePerSecond: 2,
  errorRatio,
  p95Millis: 20,
  clientP95Millis: 30,
});

test("an edge says what fails on it, and is red when much does", () => {
  const edges = [edge("fine", 0.002), edge("asked wrongly", 0.03), edge("broken", 0.2)];
  const map: WireServiceMap = {
    startMillis: 0,
    endMillis: 1,
    source: "service_graph",
    nodes: ["web", ...edges.map(({ server }) => server)].map(node),
    edges,
  };
  const plain = (text: string): string => text.replaceAll(/\s/gu, " ");
  const edgesInOrder = drawMap(map, new Map()).edges.toSorted((a, b) => a.server.localeCompare(b.server));
  const drawn = edgesInOrder.map(({ server, failing, brief, label }) => [server, failing, plain(brief), plain(label)]);
  expect(drawn).toEqual([
    ["asked wrongly", false, "3 %", "3 % failed · 20 ms"],
    ["broken", true, "20 %", "20 % failed · 20 ms"],
    ["fine", false, "", "2 /s · 20 ms"],
  ]);
});
