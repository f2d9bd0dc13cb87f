/**
 * The requests of a run, made one by one as they are needed: rendered from the pool, compressed afresh where the run wants gzip. What
 * is dear to make is made ahead, up to a window of bytes that is filled before the run begins and refilled while it runs.
 */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { RequestPool } from "../workload/request-pool.ts";

export interface PreparedRequest {
  readonly body: Buffer;
  readonly count: number;
}

export interface StreamSource {
  readonly pool: RequestPool;
  readonly once: readonly { bytes: Buffer; count: number }[];
}

const compress = promisify(gzip);
/** 65 bytes a span, where level 6 makes 58 and takes 2.5 times as long. */
const GZIP_LEVEL = 2;
/** Two at a time keep the thread that compresses busy. */
const MAKERS = 2;

export class RequestStream {
  readonly #source: StreamSource;
  readonly #gzip: boolean;
  readonly #windowBytes: number;
  readonly #total: number;
  readonly #ready: PreparedRequest[] = [];
  #readyBytes = 0;
  #next = 0;
  #makers = 0;

  /** @param rounds of the pool; Infinity = no end */
  constructor(source: StreamSource, options: { gzip: boolean; windowBytes: number; once: boolean; rounds: number }) {
    this.#source = options.once ? source : { ...source, once: [] };
    this.#gzip = options.gzip;
    this.#windowBytes = options.gzip ? options.windowBytes : 0;
    this.#total = this.#source.once.length + options.rounds * source.pool.templates.length;
  }

  /** Requests of the pool that were taken so far. */
  get poolRequests(): number {
    return Math.max(0, this.#next - this.#ready.length - this.#source.once.length);
  }

  /** Fills the window. */
  async prepare(): Promise<void> {
    await Promise.all(Array.from({ length: MAKERS }, () => this.#fill()));
  }

  /** Undefined at the end. */
  async next(): Promise<PreparedRequest | undefined> {
    const ready = this.#ready.shift();
    if (!ready) return this.#make();
    this.#readyBytes -= ready.body.length;
    while (this.#makers < MAKERS && this.#readyBytes < this.#windowBytes && this.#next < this.#total) void this.#fill();
    return ready;
  }

  async #fill(): Promise<void> {
    this.#makers++;
    try {
      while (this.#readyBytes < this.#windowBytes) {
        const made = await this.#make();
        if (!made) return;
        this.#ready.push(made);
        this.#readyBytes += made.body.length;
      }
    } finally {
      this.#makers--;
    }
  }

  async #make(): Promise<PreparedRequest | undefined> {
    if (this.#next >= this.#total) return undefined;
    const n = this.#next++;
    const { once, pool } = this.#source;
    const bytes = n < once.length ? once[n].bytes : pool.render(n - once.length);
    const count = n < once.length ? once[n].count : pool.countOf(n - once.length);
    if (!this.#gzip) return { body: bytes, count };
    return { body: await compress(bytes, { level: GZIP_LEVEL, strategy: constants.Z_DEFAULT_STRATEGY }), count };
  }
}
