/** One HTTP/2 connection that makes unary OTLP calls; connects again by itself. In: a message's bytes; out: the call's status. */
import { connect, type ClientHttp2Session } from "node:http2";
import type { Address } from "./http-connection.ts";

export class GrpcConnection {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #gzip: boolean;
  #session: ClientHttp2Session | undefined;

  /** @param path such as /opentelemetry.proto.collector.trace.v1.TraceService/Export */
  constructor({ host, port }: Address, path: string, gzip: boolean) {
    this.#url = `http://${host}:${port}`;
    this.#gzip = gzip;
    this.#headers = {
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...(gzip ? { "grpc-encoding": "gzip" } : {}),
    };
  }

  /** Connects ahead of the first call. */
  open(): Promise<void> {
    const session = (this.#session ??= this.#connect());
    return new Promise((resolve) => {
      session.once("connect", () => resolve());
      session.once("close", () => resolve());
    });
  }

  /** grpc-status, or undefined when the connection broke before one came. */
  call(message: Buffer): Promise<number | undefined> {
    const session = (this.#session ??= this.#connect());
    return new Promise((resolve) => {
      const prefix = Buffer.alloc(5);
      prefix[0] = this.#gzip ? 1 : 0;
      prefix.writeUInt32BE(message.length, 1);
      let status: number | undefined;
      const read = (headers: Record<string, unknown>) => {
        if (headers["grpc-status"] !== undefined) status = Number(headers["grpc-status"]);
      };
      try {
        const stream = session.request(this.#headers);
        stream.on("response", read);
        stream.on("trailers", read);
        stream.on("error", () => stream.close());
        stream.on("close", () => resolve(status));
        stream.resume();
        stream.write(prefix);
        stream.end(message);
      } catch {
        // The session went away between two calls.
        resolve(undefined);
      }
    });
  }

  close(): void {
    this.#session?.destroy();
  }

  #connect(): ClientHttp2Session {
    const session = connect(this.#url);
    session.on("error", () => session.destroy());
    session.on("close", () => {
      if (this.#session === session) this.#session = undefined;
    });
    return session;
  }
}
