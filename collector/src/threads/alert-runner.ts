/**
 * The alerts thread, seen from main: there when an extension lives in it that has something to do. One that dies takes nothing else with it; another goes on
 * from what was kept on disk.
 */
import { MessageChannel, Worker } from "node:worker_threads";
import type { HostState } from "../component/component.ts";
import type { Logger } from "../component/logger.ts";
import type { MetricObjects } from "../pipeline/telemetry.ts";
import { threadUrl, type AlertData, type WireRequest, type WireResponse } from "./messages.ts";
import { Rpc } from "./rpc.ts";
import { bodyOf } from "./wire-body.ts";

const RESTART_MILLIS = 5_000;
/** How often it is looked whether there is work. */
const LOOK_MILLIS = 2_000;

export interface AlertRunnerParts {
  /** Of the thread's heap. */
  readonly youngMb: number;
  readonly mostMb: number | undefined;
  readonly data: Omit<AlertData, "head">;
  readonly logger: Logger;
  /** Gives a port to the ingest thread. */
  readonly attach: (port: MessageChannel["port1"]) => void;
  readonly state: () => HostState;
  readonly onFatal: (error: Error) => void;
}

export class AlertRunner {
  readonly #parts: AlertRunnerParts;
  #thread: { readonly worker: Worker; readonly rpc: Rpc } | undefined;
  #starting: Promise<Rpc> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: AlertRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Starts the thread, or waits with that until `hasWork` says true or somebody asks.
   * @throws Error naming the component that could not start
   */
  async start(hasWork: () => Promise<boolean>): Promise<void> {
    if (await hasWork()) await this.#ensure();
    else this.#wait(hasWork);
  }

  /** Of the whole process. */
  async say(state: HostState): Promise<void> {
    await this.#thread?.rpc.call("state", state);
  }

  async fetch(request: WireRequest, signal: AbortSignal): Promise<Response> {
    const rpc = await this.#ensure();
    const answer = await rpc.call<WireResponse>("fetch", request, signal);
    const { status, rest } = answer;
    const headers = answer.headers as [string, string][];
    const isEmpty = rest === undefined && answer.body.every(({ length }) => length === 0);
    return new Response(isEmpty ? null : bodyOf(answer, rpc), { status, headers });
  }

  async metrics(): Promise<MetricObjects> {
    return (await this.#thread?.rpc.call<MetricObjects>("metrics", undefined)) ?? [];
  }

  /** @param deadline epoch milliseconds */
  async close(deadline: number): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    // One that is being started is stopped as one that runs.
    await this.#starting?.catch(() => undefined);
    const thread = this.#thread;
    this.#thread = undefined;
    try {
      await thread?.rpc.call("shutdown", deadline);
    } finally {
      await thread?.worker.terminate();
    }
  }

  #wait(hasWork: () => Promise<boolean>): void {
    if (this.#isClosed || this.#starting) return;
    this.#timer = setTimeout(() => {
      void hasWork().then(
        (isNeeded) => (isNeeded ? this.#restartLater(0) : this.#wait(hasWork)),
        () => this.#wait(hasWork), // the ingest thread ends: so does everything
      );
    }, LOOK_MILLIS);
  }

  /** The thread that runs; the first call starts it. */
  #ensure(): Promise<Rpc> {
    clearTimeout(this.#timer);
    if (this.#isClosed) return Promise.reject(new Error("cannot answer: the collector is shutting down"));
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async #start(): Promise<Rpc> {
    const { data, attach, logger, onFatal, youngMb, mostMb } = this.#parts;
    const { port1, port2 } = new MessageChannel();
    attach(port1);
    const worker = new Worker(threadUrl("alert-thread"), {
      workerData: { ...data, head: port2 } satisfies AlertData,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: youngMb, maxOldGenerationSizeMb: mostMb },
    });
    const rpc = new Rpc(worker, { fatal: (message: string) => onFatal(new Error(message)) });
    const thread = { worker, rpc };
    worker.on("error", (error) => logger.error("the alerts thread failed; another takes over", { error: error.stack }));
    worker.on("exit", (code) => {
      rpc.close(new Error(`the alerts thread ended with code ${code}`));
      if (this.#thread === thread) this.#restartLater(RESTART_MILLIS);
    });
    try {
      await rpc.call("start", undefined);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    await rpc.call("state", this.#parts.state());
    this.#thread = thread;
    return rpc;
  }

  #restartLater(millis: number): void {
    this.#thread = undefined;
    this.#starting = undefined;
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#ensure().catch((error: unknown) => {
        this.#parts.logger.error("cannot start the alerts thread", { error: String(error) });
        this.#restartLater(RESTART_MILLIS);
      });
    }, millis);
  }
}
