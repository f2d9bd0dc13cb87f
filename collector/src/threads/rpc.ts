/**
 * Calls between threads over a message port: a name, plain data in, plain data out, errors by name and message, and cancellation.
 * Knows no domain word.
 */
import { MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads";

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

  /**
   * Answers calls of this name that wait, within a piece of work that goes on. Whatever else waits gets its turn as usual, in its order.
   * Takes a microsecond where nothing waits. Not on the port of a worker.
   */
  answerNow(name: string): void {
    if (!(this.#port instanceof MessagePort)) return;
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
      const message = next.message as Message;
      if (message.kind === "call" && message.name === name) this.#run(message);
      else setImmediate(() => this.#receive(message));
    }
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
        this.#run(message);
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

  #run({ id, name, argument, flag }: Message & { kind: "call" }): void {
    const isCancelled = () => flag !== undefined && Atomics.load(flag, 0) !== 0;
    const controller = new AbortController();
    try {
      const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
      if (!handler) throw new Error(`cannot call "${name}": this thread doesn't offer it`);
      const result = handler(argument, controller.signal, isCancelled);
      // What is there already is sent at once, not when the work that this is a part of is done.
      if (result instanceof Promise) void this.#wait(id, controller, result);
      else this.#answer(id, result);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  async #wait(id: number, controller: AbortController, pending: Promise<unknown>): Promise<void> {
    this.#running.set(id, controller);
    try {
      const result = await pending;
      if (!controller.signal.aborted) this.#answer(id, result);
    } catch (error) {
      if (!controller.signal.aborted) this.#fail(id, error);
    } finally {
      this.#running.delete(id);
    }
  }

  #answer(id: number, result: unknown): void {
    if (result instanceof Transfer) this.#post({ kind: "result", id, value: result.value }, result.buffers);
    else this.#post({ kind: "result", id, value: result });
  }

  #fail(id: number, error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const { code } = error as { code?: unknown };
    this.#post({ kind: "error", id, name, message, code });
  }

  #post(message: Message, buffers: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, buffers as ArrayBuffer[]);
  }
}
