/** Joins the trees of several sources, the later over the earlier: maps key by key, everything else (lists too) is replaced. */
import type { ConfigEntry, ConfigNode } from "../component/config-node.ts";

export function mergeTrees(earlier: ConfigNode, later: ConfigNode): ConfigNode {
  if (earlier.kind !== "map" || later.kind !== "map") return later;
  const entries = new Map<string, ConfigEntry>(earlier.entries);
  for (const [key, entry] of later.entries) {
    const below = entries.get(key);
    entries.set(key, below ? { at: entry.at, node: mergeTrees(below.node, entry.node) } : entry);
  }
  return { kind: "map", at: later.at, entries };
}
