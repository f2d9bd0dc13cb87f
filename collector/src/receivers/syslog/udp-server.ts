/** Datagrams, one message each. Nobody can be told to wait: what the pipeline does not take in time is dropped and counted. */
import { createSocket, type Socket } from "node:dgram";
import { isIP } from "node:net";
import { parseEndpoint, type Endpoint } from "../../component/endpoint.ts";
import { explainListenError } from "../../component/listen.ts";
import type { Logger } from "../../component/logger.ts";
import type { UdpConfig } from "./config.ts";
import type { Delivery } from "./delivery.ts";
import { plainAddress } from "./plain-address.ts";
import { MessageBatch, type MessageOptions } from "./message-batch.ts";

/** The kernel keeps so much while this thread seals a block, where it allows it. */
const KERNEL_BUFFER = 4 * 1024 * 1024;

/** Messages of a byte are records of a hundred. */
const MOST_PENDING = 262_144;

export interface UdpServerParts {
  readonly config: UdpConfig;
  readonly messages: MessageOptions;
  readonly delivery: Delivery;
  readonly logger: Logger;
  readonly key: string;
  readonly onLost: (messages: number, reason: string) => void;
}

export class UdpServer {
  readonly #parts: UdpServerParts;
  readonly #batch: MessageBatch;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delivering: Promise<void> | undefined;
  #closed = false;
  port = 0;

  constructor(parts: UdpServerParts) {
    this.#parts = parts;
    this.#batch = new MessageBatch(parts.messages);
  }

  async start(): Promise<void> {
    const { config, key, logger } = this.#parts;
    const { host, port } = parseEndpoint(config.listen_address) as Endpoint;
    const address = host === "localhost" ? "127.0.0.1" : host;
    const isV4 = address !== undefined && isIP(address) !== 6;
    const socket = createSocket({ type: isV4 ? "udp4" : "udp6", recvBufferSize: KERNEL_BUFFER });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once("error", (error) =>
        reject(explainListenError(error, config.listen_address, `${key}.listen_address`)),
      );
      socket.bind({ port, address }, resolve);
    });
    socket.removeAllListeners("error");
    socket.on("error", (error) => logger.error("the UDP socket failed", { error }));
    socket.on("message", (bytes, sender) => this.#take(bytes, sender.address));
    this.port = socket.address().port;
  }

  /** Takes nothing new; resolves when what was taken is delivered, or given up. */
  async stop(): Promise<void> {
    if (this.#closed || !this.#socket) return;
    this.#closed = true;
    const socket = this.#socket;
    await new Promise<void>((resolve) => {
      try {
        socket.close(() => resolve());
      } catch {
        // It was never bound.
        resolve();
      }
    });
    clearTimeout(this.#timer);
    while (this.#delivering) await this.#delivering;
    if (this.#batch.count > 0) await this.#flush();
  }

  #take(bytes: Uint8Array, address: string): void {
    const { config, onLost } = this.#parts;
    let end = bytes.length;
    while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d || bytes[end - 1] === 0)) end--;
    if (end === 0) return;
    if (this.#batch.bytes + end > config.max_pending || this.#batch.count >= MOST_PENDING) return onLost(1, "pending");
    this.#batch.add(bytes, 0, end, plainAddress(address), false);
    if (this.#delivering) return;
    if (this.#batch.count >= config.batch_size) void this.#flush();
    else this.#timer ??= setTimeout(() => void this.#flush(), config.flush_interval);
  }

  /** One batch at a time; what comes meanwhile waits and makes the next one larger. */
  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#delivering || this.#batch.count === 0) return;
    this.#delivering = this.#parts.delivery.deliver(this.#batch.take(), "syslog over UDP");
    await this.#delivering;
    this.#delivering = undefined;
    if (this.#closed) return;
    if (this.#batch.count >= this.#parts.config.batch_size) void this.#flush();
    else if (this.#batch.count > 0)
      this.#timer ??= setTimeout(() => void this.#flush(), this.#parts.config.flush_interval);
  }
}
