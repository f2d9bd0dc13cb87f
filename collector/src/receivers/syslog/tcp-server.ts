/**
 * Streams of messages. A connection is read on only when what it brought is durable: that is all the back-pressure there is, and at the end of
 * the collector a sender sees that we send nothing more, and what it had under way is still read.
 */
import { createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { DecodeError, messageOf } from "../../base/errors.ts";
import { listen } from "../../component/listen.ts";
import type { Logger } from "../../component/logger.ts";
import { networkOf } from "../../component/sender.ts";
import { readServerTls, reloadServerTls } from "../../component/server-tls.ts";
import { FrameCutter, type Framing } from "../../wire/syslog/frames.ts";
import type { TcpConfig } from "./config.ts";
import type { Delivery } from "./delivery.ts";
import { plainAddress } from "./plain-address.ts";
import { MessageBatch, type MessageOptions } from "./message-batch.ts";

/** Messages of a connection that are stored together at most; the network brings some hundreds at a time. */
const MOST_MESSAGES = 4096;
/** Messages that have not ended, of all connections together. */
const MOST_HELD = 64 * 1024 * 1024;
/** Up to this much of one is nobody's concern. */
const FREE_HELD = 64 * 1024;
/** A sender that was told of the end and is silent for so long has nothing under way. */
const QUIET_MILLIS = 300;

export interface TcpServerParts {
  readonly config: TcpConfig;
  readonly messages: MessageOptions;
  readonly delivery: Delivery;
  readonly logger: Logger;
  readonly key: string;
}

interface Connection {
  reading: Promise<void>;
  /** What it brought is being stored, and nothing is read meanwhile. */
  isDelivering: boolean;
}

export class TcpServer {
  readonly #parts: TcpServerParts;
  readonly #server: Server;
  readonly #connections = new Map<Socket, Connection>();
  /** Those whose TLS is not agreed on yet are of no use to anybody, and hold the server open. */
  readonly #sockets = new Set<Socket>();
  readonly #stopReload: () => void = () => {};
  #held = 0;
  #stopping = false;
  port = 0;

  constructor(parts: TcpServerParts) {
    this.#parts = parts;
    const { config, logger } = parts;
    const take = (socket: Socket) => this.#accept(socket);
    if (config.tls) {
      const server = createTlsServer(readServerTls(config.tls), take);
      const reload = reloadServerTls(
        config.tls,
        (context) => server.setSecureContext(context),
        (error) => logger.error("cannot reload TLS files; the old ones stay", { error }),
      );
      this.#stopReload = () => reload.stop();
      server.on("tlsClientError", (error) => logger.debug("a sender's TLS failed", { error: messageOf(error) }));
      this.#server = server;
    } else this.#server = createPlainServer(take);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.maxConnections = config.max_connections;
    this.#server.on("drop", (data) =>
      logger.warn("a connection was closed: there are max_connections", { address: data?.remoteAddress }),
    );
  }

  get connections(): number {
    return this.#connections.size;
  }

  async start(): Promise<void> {
    const { config, key } = this.#parts;
    this.port = await listen(this.#server, config.listen_address, `${key}.listen_address`);
  }

  /** Takes no new connection; what senders have under way is read until they are silent, or until the deadline. */
  async stop(deadline: number): Promise<void> {
    this.#stopReload();
    if (this.#stopping || !this.#server.listening) return;
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const [socket, connection] of this.#connections) this.#endSoon(socket, connection);
    const timer = setTimeout(
      () => {
        for (const socket of [...this.#connections.keys(), ...this.#sockets]) socket.destroy();
      },
      Math.max(0, deadline - Date.now()),
    );
    await closed;
    clearTimeout(timer);
    await Promise.all([...this.#connections.values()].map(({ reading }) => reading));
  }

  #accept(socket: Socket): void {
    socket.setKeepAlive(true, 60_000);
    socket.on("error", (error) => this.#parts.logger.debug("a connection failed", { error: messageOf(error) }));
    const connection: Connection = { reading: Promise.resolve(), isDelivering: false };
    this.#connections.set(socket, connection);
    connection.reading = this.#read(socket, connection).finally(() => this.#connections.delete(socket));
    if (this.#stopping) this.#endSoon(socket, connection);
  }

  /** Tells the sender that nobody listens any more, and leaves when it is silent. */
  #endSoon(socket: Socket, connection: Connection): void {
    socket.end();
    socket.setTimeout(QUIET_MILLIS, () => {
      if (connection.isDelivering) socket.setTimeout(QUIET_MILLIS);
      else socket.destroy();
    });
  }

  async #read(socket: Socket, connection: Connection): Promise<void> {
    const { config, messages, delivery, logger } = this.#parts;
    const address = socket.remoteAddress ?? "";
    const sender = networkOf(address || "local");
    const batch = new MessageBatch(messages);
    const cutter = new FrameCutter(framingOf(config), config.max_log_size, (bytes, start, end, truncated) =>
      batch.add(bytes, start, end, plainAddress(address), truncated),
    );
    let held = 0;
    const hold = (bytes: number) => {
      const counted = bytes > FREE_HELD ? bytes : 0;
      this.#held += counted - held;
      held = counted;
    };
    const flush = async () => {
      if (batch.count === 0) return;
      connection.isDelivering = true;
      await delivery.deliver(batch.take(), sender);
      connection.isDelivering = false;
    };
    try {
      for await (const piece of socket as AsyncIterable<Buffer>) {
        cutter.push(piece);
        hold(cutter.heldBytes);
        if (this.#held > MOST_HELD && held > 0)
          throw new DecodeError(`cannot hold more than ${MOST_HELD} bytes of messages that do not end`);
        // Small pieces that are there already go together.
        if (batch.count < MOST_MESSAGES && socket.readableLength > 0) continue;
        await flush();
      }
      cutter.end();
    } catch (error) {
      // A sender that went away: what it sent before counts.
      if (error instanceof DecodeError) logger.warn("a connection was closed", { address, error: error.message });
    } finally {
      hold(0);
      await flush();
      socket.destroy();
    }
  }
}

function framingOf({ enable_octet_counting }: TcpConfig): Framing {
  if (enable_octet_counting === undefined) return "auto";
  return enable_octet_counting ? "octet_counting" : "lines";
}
