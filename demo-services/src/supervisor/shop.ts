/**
 * The whole shop: starts all services, tells each where the others are, and the load generator last. In: settings.
 * Out: ports. It starts every process itself and stops no other.
 */

import type { PeerTable } from "../chassis/peers.ts";
import type { ServiceName } from "../faults/fault-catalogue.ts";
import { type ProcessSettings, processEnvironment } from "./process-environment.ts";
import { ShopProcess } from "./shop-process.ts";
import { SupervisedService } from "./supervised-service.ts";
import { LOAD, type ProcessDefinition, SERVICES } from "./topology.ts";

export interface ShopSettings extends ProcessSettings {
  /** The gateway's port; the others follow. 0 takes free ones. */
  portBase: number;
  load: boolean;
  warn: (line: string) => void;
  /** Called whenever a service has another port than before. */
  onPorts?: (ports: Record<string, number>) => void;
}

const AGENT = "@goldspan/agent-node";
/** A process in trouble may say much; so many lines of it in a minute are passed on. */
const LINES_A_MINUTE = 30;

export class Shop {
  readonly #settings: ShopSettings;
  readonly #services = new Map<ServiceName, SupervisedService>();

  constructor(settings: ShopSettings) {
    this.#settings = settings;
    for (const [index, definition] of SERVICES.entries()) {
      this.#add(definition, settings.portBase === 0 ? 0 : settings.portBase + index);
    }
    if (settings.load) this.#add(LOAD, 0);
  }

  /** Resolves when every service is ready and the load generator runs. @throws when one cannot be started. */
  async start(): Promise<void> {
    await Promise.all(SERVICES.map(({ name }) => this.service(name).start()));
    await this.#services.get("load")?.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.stop()));
  }

  /** @throws for the load generator when the shop was started without it. */
  service(name: ServiceName): SupervisedService {
    const service = this.#services.get(name);
    if (!service) throw new Error(`cannot find ${name}: the shop was started without it`);
    return service;
  }

  get names(): ServiceName[] {
    return [...this.#services.keys()];
  }

  /** Ports of the services people may call. */
  ports(): Record<string, number> {
    return Object.fromEntries(SERVICES.map(({ name }) => [name, this.service(name).current?.port ?? 0]));
  }

  #add(definition: ProcessDefinition, port: number): void {
    const { name, version, script, traced } = definition;
    const { warn } = this.#settings;
    const service = new SupervisedService({
      name,
      version,
      port,
      warn,
      launch: (request, onEnd) =>
        new ShopProcess({
          name,
          script,
          env: processEnvironment(definition, this.#settings, { ...request, peers: this.#peers() }, process.env),
          preload: traced ? import.meta.resolve(AGENT) : undefined,
          onLine: limitLines((line) => warn(`[${name}] ${line}`)),
          onEnd,
        }),
      onAddress: () => {
        const peers = this.#peers();
        for (const each of this.#services.values()) each.sendPeers(peers);
        this.#settings.onPorts?.(this.ports());
      },
    });
    this.#services.set(name, service);
  }

  #peers(): PeerTable {
    const known = SERVICES.flatMap(({ name }) => {
      const port = this.#services.get(name)?.current?.port;
      return port === undefined ? [] : [[name, `http://127.0.0.1:${port}`]];
    });
    return Object.fromEntries(known) as PeerTable;
  }
}

function limitLines(write: (line: string) => void): (line: string) => void {
  let left = LINES_A_MINUTE;
  let minute = 0;
  return (line) => {
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) left = LINES_A_MINUTE;
    minute = now;
    if (left-- > 0) write(line);
  };
}
