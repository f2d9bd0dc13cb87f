/** A request of node:http by way of a route: head in, body when it is let in, answer out. Whoever has the socket calls it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { releasePiece } from "../base/release.ts";
import { UNKNOWN_BYTES } from "./admit-body.ts";
import { finish } from "./early-answer.ts";
import type { OpenRequest, RouteAnswer, RouteOpener } from "./web-route.ts";

/** Never rejects: what fails here is the connection, and `onError` is told of the rest. */
export async function serveRoute(
  request: IncomingMessage,
  response: ServerResponse,
  open: RouteOpener,
  onError: (error: unknown) => void,
): Promise<void> {
  const gone = new AbortController();
  request.on("error", () => request.destroy());
  response.once("close", () => gone.abort());
  let opened: OpenRequest | undefined;
  try {
    const { method = "GET", url = "/", headers, socket } = request;
    const declared = headers["content-length"];
    const head = {
      method,
      path: url.split("?", 1)[0],
      headers: { ...headers },
      remoteAddress: socket.remoteAddress ?? "local",
      length: declared === undefined ? undefined : Number(declared),
    };
    const answer = await open(head, gone.signal);
    if ("status" in answer) return write(response, request, answer);
    opened = answer;
    if (headers.expect !== undefined) response.writeContinue();
    const body = await readBody(request, answer, head.length);
    if ("status" in body) return write(response, request, body);
    write(response, request, await answer.handle(body));
  } catch (error) {
    if (gone.signal.aborted || (request.destroyed && !request.complete)) return void response.destroy();
    onError(error);
    write(response, request, { status: 503, headers: { "retry-after": "1" }, body: "cannot answer now; try again\n" });
  } finally {
    opened?.leave();
  }
}

async function readBody(
  request: IncomingMessage,
  opened: OpenRequest,
  length: number | undefined,
): Promise<Uint8Array<ArrayBuffer> | RouteAnswer> {
  const { maxBytes } = opened;
  const pieces: Buffer[] = [];
  let size = 0;
  let held = Math.min(length ?? UNKNOWN_BYTES, maxBytes);
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > held) {
      held = size > maxBytes ? size : Math.min(size * 2, maxBytes);
      const refused = await opened.hold(held);
      if (refused) return refused;
    }
    pieces.push(piece);
  }
  if (!request.complete) throw new Error("the sender closed the connection");
  // Of its own, so that it can be handed to another thread.
  const body = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
    releasePiece(piece);
  }
  return body;
}

function write(response: ServerResponse, request: IncomingMessage, { status, headers, body }: RouteAnswer): void {
  if (response.headersSent || response.destroyed) return;
  if (body !== undefined && headers?.["content-type"] === undefined)
    response.setHeader("content-type", "text/plain; charset=utf-8");
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  finish(response, request, status, body ?? "");
}
