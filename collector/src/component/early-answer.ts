/**
 * Answering over HTTP/1 before a request's body has been read. A small rest is read on and forgotten, so that the connection stays
 * usable; with a large one the answer says that the connection closes, and who reads it stops sending. Many senders write all of a
 * body before they read, and closing under their hands would show them a broken pipe instead of the answer: theirs runs out unread.
 */
import { releasePiece } from "../base/release.ts";
import type { IncomingMessage, ServerResponse } from "node:http";

/** To read this much costs less than a new connection. */
const REST_BYTES = 1024 * 1024;
const LINGER_MILLIS = 5000;

/** Writes status and body; headers were set. */
export function finish(
  response: ServerResponse,
  request: IncomingMessage,
  status: number,
  body: Uint8Array | string,
): void {
  response.setHeader("content-length", typeof body === "string" ? Buffer.byteLength(body) : body.length);
  if (request.complete) {
    response.writeHead(status);
    response.end(body);
    return;
  }
  if (bodyBytes(request) > REST_BYTES) response.setHeader("connection", "close");
  response.writeHead(status);
  if (body.length > 0) response.write(body);
  else response.flushHeaders();
  linger(request, () => response.end());
}

/** What the headers say; Infinity when they don't. */
function bodyBytes({ headers }: IncomingMessage): number {
  if (headers["transfer-encoding"] !== undefined) return Infinity;
  return Number(headers["content-length"] ?? 0);
}

/**
 * Reads on and drops, until the sender is done, or has had time to see the answer. Each piece gives its memory back: Node, which drops
 * them too, leaves that to the garbage collector, and twice the load that can be taken is 80 MB a second of refused bodies.
 */
function linger(request: IncomingMessage, done: () => void): void {
  const timer = setTimeout(done, LINGER_MILLIS);
  const end = () => {
    clearTimeout(timer);
    done();
  };
  request.on("data", releasePiece).once("end", end).once("close", end).resume();
}
