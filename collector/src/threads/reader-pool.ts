/**
 * The reader threads, seen from main: the first is started when a page is opened or with the first request, another when all are busy,
 * up to a bound. A thread that dies fails its own requests only and is replaced.
 */
import { MessageChannel, Worker } from "node:worker_threads";
import type { Logger } from "../component/logger.ts";
import type { MetricObjects } from "../pipeline/telemetry.ts";
import { LIVE_TYPE } from "./body-parts.ts";
import { pickReader } from "./pick-reader.ts";
import { threadUrl, type ReaderData, type WireRequest, type WireResponse } from "./messages.ts";
import { Rpc } from "./rpc.ts";
import { bodyOf } from "./wire-body.ts";

interface Reader {
  readonly worker: Worker;
  readonly rpc: Rpc;
  busy: number;
  /** It has answered, so it has loaded its code. */
  ready: boolean;
}

export interface ReaderPoolParts {
  readonly size: number;
  /** Of each thread's heap. */
  readonly youngMb: number;
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

  /** Starts the first reader, so that it is there when it is asked. */
  prepare(): void {
    if (this.#readers.size === 0 && !this.#closed) this.#start();
  }

  /** The body is read from the thread as it is read from the response. */
  async fetch(request: WireRequest, signal: AbortSignal): Promise<Response> {
    const reader = this.#pick();
    reader.busy++;
    let answer: WireResponse;
    try {
      answer = await reader.rpc.call<WireResponse>("fetch", request, signal);
    } catch (error) {
      reader.busy--;
      throw error;
    }
    const headers = answer.headers as [string, string][];
    if (answer.rest === undefined) {
      reader.busy--;
      const [only] = answer.body as Uint8Array<ArrayBuffer>[];
      if (answer.body.length <= 1) return new Response(only ?? null, { status: answer.status, headers });
    }
    // One that goes on for as long as somebody listens is no work in between.
    const isLive = headers.some(([name, value]) => name === "content-type" && value.startsWith(LIVE_TYPE));
    if (isLive && answer.rest !== undefined) reader.busy--;
    return new Response(
      bodyOf(answer, reader.rpc, () => isLive || reader.busy--),
      { status: answer.status, headers },
    );
  }

  async metrics(): Promise<MetricObjects[]> {
    return Promise.all(Array.from(this.#readers, ({ rpc }) => rpc.call<MetricObjects>("metrics", undefined)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#readers, ({ worker }) => worker.terminate()));
  }

  #pick(): Reader {
    const { reader, starts } = pickReader([...this.#readers], this.#parts.size);
    const started = starts ? this.#start() : undefined;
    return reader ?? started ?? this.#start();
  }

  #start(): Reader {
    if (this.#closed) throw new Error("cannot query: the collector is shutting down");
    const { data, attach, logger } = this.#parts;
    const { port1, port2 } = new MessageChannel();
    attach(port1);
    const worker = new Worker(threadUrl("reader-thread"), {
      workerData: { ...data, head: port2 } satisfies ReaderData,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: this.#parts.youngMb },
    });
    const reader: Reader = { worker, rpc: new Rpc(worker), busy: 0, ready: false };
    this.#readers.add(reader);
    void reader.rpc.call("metrics", undefined).then(
      () => (reader.ready = true),
      () => undefined, // it ended before it was ready: "exit" has taken it out
    );
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
