/**
 * Loki's live tail over a websocket: the API answers with server-sent events, each event's data is a frame here, its comments are pings.
 * A page of another site gets none: browsers don't keep websockets apart by site themselves.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { messageOf } from "../../base/errors.ts";
import { isOfOtherOrigin } from "../../component/other-site.ts";
import { acceptKey, WebSocketSender } from "./websocket.ts";

export const TAIL_PATH = "/loki/api/v1/tail";

/** Handed on to the API. */
const HEADERS = ["authorization", "x-loki-response-encoding-flags", "x-scope-orgid"] as const;

export async function serveTail(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  fetchApi: (request: Request) => Promise<Response>,
): Promise<void> {
  // A socket that breaks is closed, which ends all.
  socket.on("error", () => socket.destroy());
  const accept = acceptKey(request);
  if (accept === undefined)
    return refuseUpgrade(socket, 400, "cannot open a websocket: this is no handshake of version 13");
  if (isOfOtherOrigin(request.headers))
    return refuseUpgrade(
      socket,
      403,
      "cannot open a live tail for a page of another site: open it at Goldspan's own address",
    );
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  let response: Response;
  try {
    const headers = new Headers({ accept: "text/event-stream" });
    for (const name of HEADERS) if (typeof request.headers[name] === "string") headers.set(name, request.headers[name]);
    const url = `http://${request.headers.host ?? "localhost"}${request.url ?? ""}`;
    response = await fetchApi(new Request(url, { headers, signal: gone.signal }));
  } catch (error) {
    return refuseUpgrade(socket, 503, `cannot open a live tail: ${messageOf(error)}`);
  }
  if (!response.ok || !response.body) return refuseUpgrade(socket, response.status, await response.text());
  const sender = new WebSocketSender(socket, head, accept);
  try {
    await forward(response.body, sender, gone.signal);
    sender.close(1000);
  } catch (error) {
    sender.close(1011, messageOf(error));
  }
}

async function forward(body: ReadableStream<Uint8Array>, sender: WebSocketSender, signal: AbortSignal): Promise<void> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel);
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const isSent = event.startsWith("data: ") ? await sender.send(event.slice(6)) : await sender.ping();
        if (!isSent) return cancel();
      }
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** An answer in place of the upgrade. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  socket.on("error", () => socket.destroy());
  const more = Object.entries({ connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const body = Buffer.from(message.endsWith("\n") ? message : `${message}\n`);
  socket.end(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\n${more.join("")}\r\n`,
      ),
      body,
    ]),
  );
}
