/** A vendor's server for tests: remembers requests, answers as it is told, and can be slow, or cut the connection. On an ephemeral port. */
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly body: string;
  /** Of a JSON body; undefined otherwise. */
  readonly json: any;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
  /** No answer: the connection ends, or nothing is ever said. */
  readonly instead?: "cut" | "silence";
}

export type Answers = (request: SeenRequest, number: number) => Answer | Promise<Answer>;

export interface ChatServer {
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  answers: Answers;
  /** Resolves when so many requests have come in all. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startChatServer(
  answers: Answers = () => ({}),
  tls?: { readonly key: string; readonly cert: string; readonly ca?: string; readonly requestCert?: boolean },
): Promise<ChatServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const listener = (request: IncomingMessage, response: import("node:http").ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    const answerIt = async (): Promise<void> => {
      const bytes = Buffer.concat(chunks);
      const one = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers as Record<string, string>,
        bytes,
        body: bytes.toString(),
        json: parsed(bytes.toString()),
      };
      seen.push(one);
      const answer = await server.answers(one, seen.length);
      for (const check of waiting) check();
      if (answer.instead === "cut") return void request.socket.destroy();
      if (answer.instead === "silence") return;
      const { status = 200, headers = {}, body = "ok" } = answer;
      const isText = typeof body === "string";
      response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
      response.end(isText ? body : JSON.stringify(body));
    };
    request.on("end", () => void answerIt());
  };
  const http = tls
    ? createTlsServer({ ...tls, rejectUnauthorized: tls.requestCert }, listener)
    : createServer(listener);
  http.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const server: ChatServer = {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    seen,
    answers,
    received: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (seen.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async close() {
      const closed = new Promise((resolve) => http.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return server;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The parts of a multipart/form-data body, read by the platform's own parser. */
export async function formOf({ headers, bytes }: SeenRequest): Promise<FormData> {
  return new Response(new Uint8Array(bytes), { headers: { "content-type": headers["content-type"] } }).formData();
}
