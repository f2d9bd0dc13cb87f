/**
 * The reader threads, seen from main: the first is started with the first request, another when all are busy, up to a bound. A thread
 * that dies fails its own requests only and is replaced.
 */
import { MessageChannel, Worker } from "node:worker_threads";
import type { Logger } from "../component/logger.ts";
import type { MetricObjects } from "../pipeline/telemetry.ts";
import { threadUrl, type ReaderData, type WireRequest, type WireResponse } from "./messages.ts";
import { Rpc } from "./rpc.ts";

interface Reader {
  readonly worker: Worker;
  readonly rpc: Rpc;
  busy: number;
}

export interface ReaderPoolParts {
  readonly size: number;
  readonly data: Omit<ReaderData, "head">;
  readonly logger: Logger;
  /** Gives a port to the ingest thread. */
  readonly attach: (port: MessageChannel["port1"]) => void;
}

export class ReaderPool {
  readonly #parts: ReaderPoolParts;
  readonly #readers = new Set<Reader>();
  #closed = false;

  constructor(parts: ReaderPoolParts) {
    this.#parts = parts;
  }

  async fetch(request: WireRequest, signal: AbortSignal): Promise<WireResponse> {
    const reader = this.#pick();
    reader.busy++;
    try {
      return await reader.rpc.call<WireResponse>("fetch", request, signal);
    } finally {
      reader.busy--;
    }
  }

  async metrics(): Promise<MetricObjects[]> {
    return Promise.all(Array.from(this.#readers, ({ rpc }) => rpc.call<MetricObjects>("metrics", undefined)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#readers, ({ worker }) => worker.terminate()));
  }

  #pick(): Reader {
    const idlest = [...this.#readers].sort((a, b) => a.busy - b.busy)[0];
    if (idlest && (idlest.busy === 0 || this.#readers.size >= this.#parts.size)) return idlest;
    return this.#start();
  }

  #start(): Reader {
    if (this.#closed) throw new Error("cannot query: the collector is shutting down");
    const { data, attach, logger } = this.#parts;
    const { port1, port2 } = new MessageChannel();
    attach(port1);
    const worker = new Worker(threadUrl("reader-thread"), {
      workerData: { ...data, head: port2 } satisfies ReaderData,
      transferList: [port2],
    });
    const reader: Reader = { worker, rpc: new Rpc(worker), busy: 0 };
    this.#readers.add(reader);
    worker.on("error", (error) =>
      logger.error("a query thread failed; its requests fail and another takes over", { error: error.stack }),
    );
    worker.on("exit", () => {
      this.#readers.delete(reader);
      reader.rpc.close(new Error("cannot answer: the query thread ended"));
    });
    return reader;
  }
}
