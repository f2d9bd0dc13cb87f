/**
 * Keeps one process of the shop running: restarts it with a growing wait after a crash, and replaces it by another
 * release without a gap (the new process is ready before the old one is stopped). In: how to start an instance.
 * Out: the present instance, and a call whenever its address changes.
 */

import type { PeerTable } from "../chassis/peers.ts";
import type { ShopProcess } from "./shop-process.ts";

export interface InstanceRequest {
  version: string;
  port: number;
  buggy: boolean;
}

export interface SupervisedServiceOptions {
  name: string;
  version: string;
  /** Port of the ordinary release; 0 takes a free one, and keeps it over restarts. */
  port: number;
  launch: (request: InstanceRequest, onEnd: (end: { expected: boolean; how: string }) => void) => ShopProcess;
  onAddress: () => void;
  warn: (line: string) => void;
}

export interface RunningInstance extends InstanceRequest {
  process: ShopProcess;
  controlPort: number;
}

const READY_MILLIS = 30_000;
const STOP_MILLIS = 5_000;
const FIRST_WAIT_MILLIS = 500;
const LONGEST_WAIT_MILLIS = 10_000;
/** A process that lived so long did not crash because of its start. */
const STABLE_MILLIS = 30_000;

export class SupervisedService {
  readonly #options: SupervisedServiceOptions;
  #current: RunningInstance | undefined;
  /** On its way to be the present one. */
  #launched: ShopProcess | undefined;
  #port: number;
  #stopped = false;
  #waitMillis = FIRST_WAIT_MILLIS;
  #restartTimer: NodeJS.Timeout | undefined;
  restarts = 0;

  constructor(options: SupervisedServiceOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get current(): RunningInstance | undefined {
    return this.#current;
  }

  sendPeers(peers: PeerTable): void {
    this.#current?.process.sendPeers(peers);
  }

  /** Starts the ordinary release. @throws when it does not become ready. */
  async start(): Promise<void> {
    this.#switchTo(await this.#launchOrdinary());
  }

  /** Puts another release in the place of the present one. @throws when it does not become ready; nothing changes then. */
  async release(version: string): Promise<void> {
    const old = this.#current;
    this.#switchTo(await this.#launch({ version, port: 0, buggy: true }));
    await old?.process.stop(STOP_MILLIS);
  }

  /** Back to the ordinary release. */
  async rollBack(): Promise<void> {
    const bad = this.#current;
    if (this.#stopped || !bad?.buggy) return;
    await this.start();
    await bad.process.stop(STOP_MILLIS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restartTimer);
    await Promise.all([this.#current?.process.stop(STOP_MILLIS), this.#launched?.stop(STOP_MILLIS)]);
  }

  #switchTo(instance: RunningInstance): void {
    this.#current = instance;
    if (!instance.buggy) this.#port = instance.port;
    this.#options.onAddress();
  }

  /** On the port it had before; when that was a free one that somebody else has taken since, on another. */
  async #launchOrdinary(): Promise<RunningInstance> {
    const request = { version: this.#options.version, port: this.#port, buggy: false };
    const mayMove = this.#options.port === 0 && this.#port !== 0;
    try {
      return await this.#launch(request);
    } catch (error) {
      if (!mayMove || this.#stopped) throw error;
      return await this.#launch({ ...request, port: 0 });
    }
  }

  async #launch(request: InstanceRequest): Promise<RunningInstance> {
    const startedMillis = performance.now();
    const child: ShopProcess = this.#options.launch(request, ({ expected, how }) => {
      if (expected || this.#stopped || this.#current?.process !== child) return;
      if (performance.now() - startedMillis > STABLE_MILLIS) this.#waitMillis = FIRST_WAIT_MILLIS;
      this.#restart(request, how);
    });
    this.#launched = child;
    try {
      const { port, controlPort } = await child.ready(READY_MILLIS);
      return { ...request, process: child, port, controlPort };
    } catch (error) {
      await child.stop(STOP_MILLIS);
      throw error;
    } finally {
      if (this.#launched === child) this.#launched = undefined;
    }
  }

  #restart(request: InstanceRequest, how: string): void {
    if (this.#stopped) return;
    const { name, warn } = this.#options;
    this.restarts++;
    warn(`${name} ended (${how}); starting it again in ${this.#waitMillis} ms`);
    this.#restartTimer = setTimeout(() => {
      (request.buggy ? this.#launch(request) : this.#launchOrdinary()).then(
        (instance) => this.#switchTo(instance),
        (error: Error) => this.#restart(request, error.message),
      );
    }, this.#waitMillis);
    this.#waitMillis = Math.min(LONGEST_WAIT_MILLIS, this.#waitMillis * 2);
  }
}
