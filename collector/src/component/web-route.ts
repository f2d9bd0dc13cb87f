/**
 * What a receiver takes at a path of the web port (or of a server of its own): in two steps, so that a body is read only when there is room
 * for it, and so that both may happen on another thread than the one that has the socket. Plain data goes in and out; knows no socket.
 */
import type { RequestHeaders } from "./authenticator.ts";

/** A request before its body. */
export interface RouteHead {
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly remoteAddress: string;
  /** Of the body as sent; undefined = not said. */
  readonly length: number | undefined;
}

export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request that was let in. Call `leave` when the answer is out, or when the sender has gone. */
export interface OpenRequest {
  /** Of the body as sent. */
  readonly maxBytes: number;
  /** Tells how many bytes have come when none were announced, or more. Undefined = go on; an answer = stop reading and give it. */
  hold(bytes: number): Promise<RouteAnswer | undefined>;
  handle(body: Uint8Array): Promise<RouteAnswer>;
  leave(): void;
}

/** An answer at once (not let in), or leave to send the body. The signal says that the sender has gone. */
export type RouteOpener = (head: RouteHead, signal: AbortSignal) => Promise<OpenRequest | RouteAnswer>;

export interface WebRoute {
  /** Exactly: "/prometheus/api/v1/write". At a server of its own one that ends in "/" has all paths below it, too. */
  readonly path: string;
  /** The receiver has an authenticator of its own, which decides alone: the web port asks for no token here. */
  readonly checksSenders?: boolean;
  readonly open: RouteOpener;
}
