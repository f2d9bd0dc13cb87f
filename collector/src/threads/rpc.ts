/**
 * Calls between threads over a message port: a name, plain data in, plain data out, errors by name and message, and cancellation.
 * Knows no domain word.
 */
import type { MessagePort, Worker } from "node:worker_threads";

/** A handler may be slow; `signal` says that nobody waits any more, and `isCancelled` does so in the middle of a loop. */
export type Handlers = Readonly<
  Record<string, (argument: any, signal: AbortSignal, isCancelled: () => boolean) => unknown>
>;

type Message =
  | {
      readonly kind: "call";
      readonly id: number;
      readonly name: string;
      readonly argument: unknown;
      /** Not 0 = cancelled. Only where the caller has a signal. */
      readonly flag: Int32Array | undefined;
    }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | {
      readonly kind: "error";
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly code: unknown;
    };

interface Waiting {
  readonly resolve: (value: any) => void;
  readonly reject: (error: Error) => void;
}

/** A result with buffers that are handed over instead of copied. */
export class Transfer {
  readonly value: unknown;
  readonly buffers: readonly ArrayBuffer[];

  constructor(value: unknown, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

export class Rpc {
  readonly #port: MessagePort | Worker;
  readonly #handlers: Handlers;
  readonly #waiting = new Map<number, Waiting>();
  readonly #running = new Map<number, AbortController>();
  #nextId = 1;
  #closed: Error | undefined;

  constructor(port: MessagePort | Worker, handlers: Handlers = {}) {
    this.#port = port;
    this.#handlers = handlers;
    port.on("message", (message: Message) => this.#receive(message));
  }

  /** @param buffers of the argument, handed over instead of copied */
  call<T>(name: string, argument: unknown, signal?: AbortSignal, buffers?: readonly ArrayBuffer[]): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const id = this.#nextId++;
    const flag = signal && new Int32Array(new SharedArrayBuffer(4));
    return new Promise<T>((resolve, reject) => {
      const cancel = () => {
        if (flag) Atomics.store(flag, 0, 1);
        this.#waiting.delete(id);
        this.#post({ kind: "cancel", id });
        reject(signal?.reason as Error);
      };
      const settle = (act: () => void) => {
        signal?.removeEventListener("abort", cancel);
        act();
      };
      signal?.addEventListener("abort", cancel, { once: true });
      this.#waiting.set(id, {
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
      });
      this.#post({ kind: "call", id, name, argument, flag }, buffers);
    });
  }

  /** Fails everything that waits, and every later call. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    for (const controller of this.#running.values()) controller.abort(reason);
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case "call":
        void this.#run(message);
        return;
      case "cancel":
        this.#running.get(message.id)?.abort(new DOMException("the caller gave up", "AbortError"));
        return;
      case "result":
      case "error": {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.kind === "result") waiting?.resolve(message.value);
        else waiting?.reject(Object.assign(new Error(message.message), { name: message.name, code: message.code }));
      }
    }
  }

  async #run({ id, name, argument, flag }: Message & { kind: "call" }): Promise<void> {
    const isCancelled = () => flag !== undefined && Atomics.load(flag, 0) !== 0;
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
      if (!handler) throw new Error(`cannot call "${name}": this thread doesn't offer it`);
      const result = await handler(argument, controller.signal, isCancelled);
      if (controller.signal.aborted) return;
      if (result instanceof Transfer) this.#post({ kind: "result", id, value: result.value }, result.buffers);
      else this.#post({ kind: "result", id, value: result });
    } catch (error) {
      const { name: errorName, message } = error instanceof Error ? error : new Error(String(error));
      const { code } = error as { code?: unknown };
      if (!controller.signal.aborted) this.#post({ kind: "error", id, name: errorName, message, code });
    } finally {
      this.#running.delete(id);
    }
  }

  #post(message: Message, buffers: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, buffers as ArrayBuffer[]);
  }
}
