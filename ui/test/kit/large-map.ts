/** A map of 50 services with databases, a queue and a call back in a circle; each service is called by one or two before it. */
import type { WireMapEdge, WireMapNode, WireServiceMap } from "goldspan/contract";

const NAMES = ["gateway", "orders", "cart", "catalog", "payments", "search", "users", "pricing", "shipping", "reviews"];

export function largeMap(): WireServiceMap {
  const id = (index: number): string => (index < 10 ? NAMES[index] : `${NAMES[index % 10]}-${Math.floor(index / 10)}`);
  const nodes: WireMapNode[] = [{ ...node("user", "user", 0), color: null }];
  const edges: WireMapEdge[] = [edge("user", id(0), "virtual", 400)];
  for (let index = 0; index < 50; index++) {
    nodes.push(node(id(index), "service", index));
    if (index > 0) edges.push(edge(id((index - 1) >> 2), id(index), "call", 300 / (index + 1)));
    if (index > 10) edges.push(edge(id((index * 13) % 10), id(index), "call", 20));
    if (index % 5 === 0) edges.push(edge(id(index), `db-${index % 3}`, "database", 40));
    if (index % 9 === 0) edges.push(edge(id(index), "events", "queue", 5));
  }
  for (const name of ["db-0", "db-1", "db-2"]) nodes.push({ ...node(name, "database", 0), color: null });
  nodes.push({ ...node("events", "queue", 0), color: null });
  edges.push(edge(id(40), id(10), "call", 1));
  nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { startMillis: 0, endMillis: 1, source: "service_graph", nodes, edges };
}

function node(id: string, kind: WireMapNode["kind"], index: number): WireMapNode {
  const failing = index % 17 === 4;
  return {
    id,
    kind,
    color: (index * 5) % 14,
    ratePerSecond: kind === "service" ? 400 / (index + 1) : 30,
    errorRatio: failing ? 0.12 : 0,
    p95Millis: kind === "service" ? 20 + ((index * 37) % 200) : null,
    saturation: null,
    level: failing ? "bad" : index % 13 === 7 ? "warn" : "ok",
  };
}

function edge(client: string, server: string, kind: WireMapEdge["kind"], ratePerSecond: number): WireMapEdge {
  const errorRatio = server === "payments" ? 0.12 : 0;
  return { client, server, kind, ratePerSecond, errorRatio, p95Millis: 40, clientP95Millis: 45 };
}
