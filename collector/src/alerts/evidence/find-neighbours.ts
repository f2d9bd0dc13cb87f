/** How those do that call a service, and those that it calls: from the service graph, held against the time before. */
import { serviceMap, type MapEdge } from "../../query/golden/service-map.ts";
import type { StoreReader } from "../../store/store.ts";
import type { EvidenceNeighbour } from "../channels/notification.ts";
import type { EvidenceWindow } from "./evidence-window.ts";

const MOST_SHOWN = 8;
/** Calls fail too often from this share on, when it is also so many times what it was. */
const FAILING = { share: 0.05, times: 2 };
const SLOWER = { times: 2, millis: 50 };

/** Unhealthy ones first, then by traffic. */
export async function findNeighbours(
  reader: StoreReader,
  { bad, good }: EvidenceWindow,
  service: string,
  signal: AbortSignal,
): Promise<EvidenceNeighbour[]> {
  const [now, before] = await Promise.all([bad, good].map((range) => serviceMap(reader, range, service, signal)));
  const usual = new Map(before.edges.map((edge) => [endsOf(edge), edge]));
  return now.edges
    .filter(({ client, server }) => client !== server && now.kinds.get(client) !== "user")
    .map((edge): EvidenceNeighbour => ({
      service: edge.client === service ? edge.server : edge.client,
      direction: edge.client === service ? "downstream" : "upstream",
      ratePerSecond: edge.ratePerSecond,
      errorShare: edge.errorRatio,
      isUnhealthy: isUnhealthy(edge, usual.get(endsOf(edge))),
    }))
    .sort((a, b) => Number(b.isUnhealthy) - Number(a.isUnhealthy) || b.ratePerSecond - a.ratePerSecond)
    .slice(0, MOST_SHOWN);
}

function isUnhealthy(now: MapEdge, before: MapEdge | undefined): boolean {
  if (now.errorRatio >= FAILING.share && now.errorRatio >= FAILING.times * (before?.errorRatio ?? 0)) return true;
  const [p95, usual] = [now.clientP95Millis ?? now.p95Millis, before?.clientP95Millis ?? before?.p95Millis ?? null];
  return p95 !== null && usual !== null && p95 >= SLOWER.times * usual && p95 - usual >= SLOWER.millis;
}

function endsOf({ client, server, kind }: MapEdge): string {
  return `${client}\0${server}\0${kind}`;
}
