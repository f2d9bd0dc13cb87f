/**
 * One process of the shop: starts it, waits until it says it is ready, stops it gracefully or else by force.
 * In: a script and an environment. Out: its ports, its end. Touches no process but its own child.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { PeerTable } from "../chassis/peers.ts";
import type { FromService, ToService } from "../chassis/run-service.ts";

export interface ShopProcessOptions {
  name: string;
  script: URL;
  env: NodeJS.ProcessEnv;
  /** Specifier of a module to load first. */
  preload?: string;
  /** Lines the process writes to stderr: trouble, as its logs go elsewhere. */
  onLine: (line: string) => void;
  /** Called once when the process is gone. `expected` after `stop`. */
  onEnd: (end: { expected: boolean; how: string }) => void;
}

/** A young generation of 2 MiB instead of 16 costs nothing at a few requests a second and saves 25 MB a process. */
const SMALL_HEAP = ["--max-semi-space-size=2", "--max-old-space-size=192"];

export class ShopProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #ready: Promise<{ port: number; controlPort: number }>;
  #stopping = false;

  constructor({ name, script, env, preload, onLine, onEnd }: ShopProcessOptions) {
    const imports = preload === undefined ? [] : ["--import", preload];
    this.#child = spawn(process.execPath, [...SMALL_HEAP, ...imports, fileURLToPath(script)], {
      env,
      // stdout carries the structured log lines, which arrive over OTLP as well.
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    if (this.#child.stderr) createInterface(this.#child.stderr).on("line", onLine);
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        onEnd({ expected: this.#stopping, how });
        resolve();
      };
      this.#child.once("error", (error) => end(error.message));
      // And all that it said is read.
      this.#child.once("close", (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#child.once("message", (message: FromService) => resolve(message));
      void this.#ended.then(() => reject(new Error(`cannot start ${name}: it ended before it was ready`)));
    });
    // Whoever waits for `ready` hears of the failure; when nobody does, onEnd has told it.
    this.#ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws when it ends first, or is not ready in time. */
  async ready(timeoutMillis: number): Promise<{ port: number; controlPort: number }> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`cannot start: not ready within ${timeoutMillis} ms`)), timeoutMillis);
    });
    try {
      return await Promise.race([this.#ready, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  sendPeers(peers: PeerTable): void {
    if (this.#child.connected) this.#child.send({ type: "peers", peers } satisfies ToService, () => undefined);
  }

  /** SIGTERM, and SIGKILL after the deadline. Resolves when the process is gone. */
  async stop(deadlineMillis: number): Promise<void> {
    this.#stopping = true;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), deadlineMillis);
    await this.#ended;
    clearTimeout(timer);
  }
}
