/**
 * The server's side of a websocket that only sends: handshake, text frames, pings, and the end of it. What a client sends is read as far
 * as the protocol needs it (close, ping) and thrown away. https://www.rfc-editor.org/rfc/rfc6455
 *
 *   | FIN, opcode | length (1, 3 or 9 bytes; masked from clients) | 4 bytes of mask | payload |
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** A client has nothing to say; more than this in one frame ends the connection. */
const MOST_PAYLOAD = 64 * 1024;
/** With so much that a client has not read, its pings are answered no more. */
const MOST_UNREAD = 64 * 1024;
/** How long a client may take to answer a close. */
const CLOSE_MILLIS = 2000;

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

/** Undefined when the request is no handshake of version 13. */
export function acceptKey({ headers }: IncomingMessage): string | undefined {
  const key = headers["sec-websocket-key"] ?? "";
  if (headers["sec-websocket-version"] !== "13" || !/^[A-Za-z0-9+/]{22}==$/.test(key)) return undefined;
  return createHash("sha1")
    .update(key + GUID)
    .digest("base64");
}

export class WebSocketSender {
  readonly #socket: Duplex;
  #received: Buffer;
  #closing = false;

  /** @param head what came behind the request already */
  constructor(socket: Duplex, head: Buffer, accept: string) {
    this.#socket = socket;
    this.#received = Buffer.from(head);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("data", (data: Buffer) => this.#receive(data));
    if (head.length > 0) this.#read();
  }

  /** Resolves when there is room for more; false = nobody is there any more. */
  async send(text: string): Promise<boolean> {
    return this.#write(TEXT, Buffer.from(text));
  }

  /** Asks whether anybody is there. */
  async ping(): Promise<boolean> {
    return this.#write(PING, Buffer.alloc(0));
  }

  /** @param code 1000 = all was sent, 1011 = something went wrong, and so on */
  close(code: number, reason = ""): void {
    if (this.#closing || this.#socket.destroyed) return;
    const payload = Buffer.alloc(2 + Math.min(123, Buffer.byteLength(reason)));
    payload.writeUInt16BE(code);
    // As many whole characters as there is room for.
    const written = payload.write(reason, 2);
    this.#socket.write(frame(CLOSE, payload.subarray(0, 2 + written)));
    this.#closing = true;
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_MILLIS);
    this.#socket.once("close", () => clearTimeout(timer));
  }

  async #write(opcode: number, payload: Buffer): Promise<boolean> {
    const socket = this.#socket;
    if (this.#closing || socket.destroyed) return false;
    if (socket.write(frame(opcode, payload))) return true;
    return new Promise((resolve) => {
      const done = () => {
        socket.off("drain", done).off("close", done);
        resolve(!socket.destroyed && !this.#closing);
      };
      socket.on("drain", done).on("close", done);
    });
  }

  #receive(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    this.#read();
  }

  #read(): void {
    while (this.#received.length >= 2 && !this.#socket.destroyed) {
      const received = this.#received;
      const opcode = received[0] & 0x0f;
      const short = received[1] & 0x7f;
      const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
      if (received.length < 2 + extra) return;
      const length = extra === 0 ? short : extra === 2 ? received.readUInt16BE(2) : Number(received.readBigUInt64BE(2));
      if ((received[1] & 0x80) === 0) return this.#refuse(1002, "frames of clients are masked");
      if (length > MOST_PAYLOAD || (opcode >= CLOSE && length > 125)) return this.#refuse(1009, "too much at once");
      const from = 2 + extra + 4;
      if (received.length < from + length) return;
      const payload = Buffer.from(received.subarray(from, from + length));
      for (let i = 0; i < length; i++) payload[i] ^= received[2 + extra + (i & 3)];
      this.#received = received.subarray(from + length);
      // One that asks and doesn't read the answers has enough of them waiting.
      if (opcode === PING && !this.#closing && this.#socket.writableLength < MOST_UNREAD)
        this.#socket.write(frame(PONG, payload));
      if (opcode === CLOSE) {
        // The answer to ours, or the client's own wish, which is answered by the same.
        if (!this.#closing) this.#socket.write(frame(CLOSE, payload.subarray(0, 2)));
        this.#closing = true;
        this.#socket.end();
        return;
      }
    }
  }

  #refuse(code: number, reason: string): void {
    this.close(code, reason);
    this.#received = Buffer.alloc(0);
    this.#socket.end();
  }
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extra);
  head[0] = 0x80 | opcode;
  head[1] = extra === 0 ? length : extra === 2 ? 126 : 127;
  if (extra === 2) head.writeUInt16BE(length, 2);
  else if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
