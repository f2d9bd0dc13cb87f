/** One keep-alive HTTP/1.1 connection over a bare socket, one request at a time; connects again by itself after it was closed. */
import { connect, type Socket } from "node:net";
import { HttpResponseReader, type HttpResponse } from "./http-response.ts";

/** Longest wait for an answer: beyond it the outcome is unknown. */
const TIMEOUT_MILLIS = 60_000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export class HttpConnection {
  readonly #address: Address;
  #socket: Socket | undefined;
  #settle: ((response: HttpResponse | undefined) => void) | undefined;
  #reader = new HttpResponseReader();

  constructor(address: Address) {
    this.#address = address;
  }

  /** Connects ahead of the first request; also resolves when that fails, since the first request tries again. */
  open(): Promise<void> {
    const socket = this.#socket ?? this.#connect();
    return new Promise((resolve) => {
      socket.once("connect", resolve);
      socket.once("close", () => resolve());
    });
  }

  /** The answer, or undefined when the connection broke before it was complete: nobody knows then what became of the request. */
  async exchange(head: string, body?: Buffer): Promise<HttpResponse | undefined> {
    const socket = this.#socket ?? this.#connect();
    const answered = new Promise<HttpResponse | undefined>((resolve) => (this.#settle = resolve));
    this.#reader = new HttpResponseReader();
    socket.setTimeout(TIMEOUT_MILLIS);
    socket.cork();
    socket.write(head, "latin1");
    if (body) socket.write(body);
    socket.uncork();
    const response = await answered;
    if (response?.close) this.#drop(socket);
    return response;
  }

  get(path: string): Promise<HttpResponse | undefined> {
    return this.exchange(`GET ${path} HTTP/1.1\r\nhost: ${this.#address.host}\r\naccept: application/json\r\n\r\n`);
  }

  close(): void {
    if (this.#socket) this.#drop(this.#socket);
  }

  #connect(): Socket {
    const socket = connect({ host: this.#address.host, port: this.#address.port, noDelay: true });
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      if (this.#socket !== socket) return;
      try {
        const response = this.#reader.push(chunk);
        if (response) this.#answer(response);
      } catch {
        // An answer that cannot be read is as good as none.
        this.#drop(socket);
      }
    });
    socket.on("timeout", () => this.#drop(socket));
    socket.on("error", () => this.#drop(socket));
    socket.on("close", () => this.#drop(socket));
    return socket;
  }

  #drop(socket: Socket): void {
    socket.destroy();
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#answer(this.#reader.end());
  }

  #answer(response: HttpResponse | undefined): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(response);
  }
}
