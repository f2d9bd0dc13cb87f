/**
 * The life of a service process: opens the service as the environment says, tells the supervisor that it is ready, takes
 * new peer addresses, and shuts down gracefully on SIGTERM, SIGINT, or when the supervisor is gone.
 *
 *   SHOP_PORT · SHOP_CONTROL_PORT   0 takes a free one          SHOP_DATA_DIRECTORY   where the database is
 *   SHOP_PEERS                      JSON {"orders": "http://…"}  SHOP_BUGGY=true       a bad release
 */

import { type OpenService, type ServiceDefinition, openService } from "./open-service.ts";
import { type PeerTable, Peers } from "./peers.ts";

/** Messages over the IPC channel between a service and its supervisor. */
export type ToService = { type: "peers"; peers: PeerTable };
export type FromService = { type: "ready"; port: number; controlPort: number };

const SHUTDOWN_MILLIS = 3_000;

/** A service that cannot be opened says why in one line and ends with code 1. */
export async function runService(definition: ServiceDefinition): Promise<void> {
  try {
    await open(definition);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}

async function open(definition: ServiceDefinition): Promise<void> {
  const { env } = process;
  const peers = new Peers(JSON.parse(env.SHOP_PEERS ?? "{}") as PeerTable);
  let service: OpenService | undefined;
  let closing = false;
  const shutdown = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    await service?.close(SHUTDOWN_MILLIS);
    // Without the channel nothing keeps the process alive: it ends by itself, and the agent sends what is left.
    if (process.connected) process.disconnect();
  };
  // First of all: a supervisor that is gone while the service opens says so only once.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void shutdown());
  process.on("disconnect", () => void shutdown());
  process.on("message", (message: ToService) => peers.update(message.peers));
  service = await openService(definition, {
    port: Number(env.SHOP_PORT ?? 0),
    controlPort: Number(env.SHOP_CONTROL_PORT ?? 0),
    dataDirectory: env.SHOP_DATA_DIRECTORY,
    peers,
    buggy: env.SHOP_BUGGY === "true",
    processMetrics: true,
  });
  if (closing) return service.close(SHUTDOWN_MILLIS);
  process.send?.({ type: "ready", port: service.port, controlPort: service.controlPort } satisfies FromService);
}
