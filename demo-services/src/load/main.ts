/**
 * The process of the load generator. It runs without the agent: to the shop it is the world outside, so that traces begin
 * at the gateway as they would with real shoppers.   SHOP_LOAD_RATE · SHOP_LOAD_SEED · SHOP_PEERS
 */

import { Peers, type PeerTable } from "../chassis/peers.ts";
import type { FromService, ToService } from "../chassis/run-service.ts";
import { FaultBoard } from "../faults/fault-board.ts";
import { openFaultControl } from "../faults/fault-control.ts";
import { LoadGenerator } from "./load-generator.ts";

const { env } = process;
const peers = new Peers(JSON.parse(env.SHOP_PEERS ?? "{}") as PeerTable);
const faults = new FaultBoard();
const load = new LoadGenerator({
  ratePerSecond: Number(env.SHOP_LOAD_RATE ?? 5),
  seed: Number(env.SHOP_LOAD_SEED ?? 1),
  peers,
  share: () => faults.parameters("traffic_drop")?.share ?? 1,
});
const opening = openFaultControl({
  list: () => faults.list(),
  activate: (request) => faults.activate(request),
  clear: (fault) => (fault === undefined ? faults.clearAll() : faults.clear(fault)),
});

let closing = false;
const shutdown = (): void => {
  if (closing) return;
  closing = true;
  load.stop();
  faults.clearAll();
  void opening.then((control) => control.close());
  if (process.connected) process.disconnect();
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, shutdown);
process.on("disconnect", shutdown);
process.on("message", (message: ToService) => peers.update(message.peers));
const control = await opening;
process.send?.({ type: "ready", port: 0, controlPort: control.port } satisfies FromService);
if (!closing) load.start();
