/**
 * The faults of the whole shop behind one control API: passes each to the process it is meant for, and does itself what
 * needs a new process (a bad release). In: fault requests. Out: what is active where.
 */

import type { FaultName, ServiceName } from "../faults/fault-catalogue.ts";
import type { ActiveFault } from "../faults/fault-board.ts";
import type { FaultSwitch } from "../faults/fault-control.ts";
import type { FaultRequest } from "../faults/parse-fault-request.ts";
import type { Shop } from "./shop.ts";
import { SERVICES } from "./topology.ts";

export class ShopFaults implements FaultSwitch {
  readonly #shop: Shop;
  readonly #warn: (line: string) => void;
  #release: { fault: ActiveFault; timer: NodeJS.Timeout } | undefined;

  constructor(shop: Shop, warn: (line: string) => void) {
    this.#shop = shop;
    this.#warn = warn;
  }

  async list(): Promise<ActiveFault[]> {
    const lists = await Promise.all(this.#shop.names.map((name) => this.#ask(name, "GET") as Promise<ActiveFault[]>));
    return [...lists.flat(), ...(this.#release ? [this.#release.fault] : [])];
  }

  async activate(request: FaultRequest): Promise<ActiveFault> {
    const { fault, service, durationSeconds } = request;
    const active = fault === "bad_release" ? await this.#startRelease(request) : await this.#pass(request);
    this.#warn(`fault ${fault} is on in ${service} for ${durationSeconds} s`);
    return active;
  }

  /** One fault, or all. */
  async clear(fault?: FaultName): Promise<void> {
    if (fault === undefined || fault === "bad_release") await this.#endRelease();
    if (fault === "bad_release") return;
    const query = fault === undefined ? "" : `?fault=${fault}`;
    await Promise.all(this.#shop.names.map((name) => this.#ask(name, "DELETE", query)));
  }

  /** A fault that was switched on before the process was replaced ends with the old process. */
  async #pass({ fault, service, durationSeconds, parameters }: FaultRequest): Promise<ActiveFault> {
    return (await this.#ask(service, "POST", "", { fault, service, durationSeconds, ...parameters })) as ActiveFault;
  }

  async #startRelease(request: FaultRequest): Promise<ActiveFault> {
    await this.#endRelease();
    const version = SERVICES.find(({ name }) => name === request.service)?.nextVersion ?? "";
    await this.#shop.service(request.service).release(version);
    const durationMillis = request.durationSeconds * 1000;
    const fault = { ...request, endsAtMillis: Date.now() + durationMillis };
    const timer = setTimeout(() => {
      this.#endRelease().catch((error: Error) => this.#warn(`cannot roll back ${request.service}: ${error.message}`));
    }, durationMillis);
    this.#release = { fault, timer };
    return fault;
  }

  async #endRelease(): Promise<void> {
    const release = this.#release;
    if (!release) return;
    this.#release = undefined;
    clearTimeout(release.timer);
    await this.#shop.service(release.fault.service).rollBack();
  }

  async #ask(name: ServiceName, method: string, query = "", body?: unknown): Promise<unknown> {
    const instance = this.#shop.service(name).current;
    if (!instance) throw new Error(`cannot reach ${name}: it is not running at the moment`);
    const response = await fetch(`http://127.0.0.1:${instance.controlPort}/faults${query}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    const answer = (await response.json()) as { error?: { message: string } };
    if (!response.ok) throw new Error(answer.error?.message ?? `cannot switch faults of ${name}: ${response.status}`);
    return answer;
  }
}
