/**
 * Routes of receivers, on the ingest thread, for requests whose sockets are on another one: what was let in waits here under a number for
 * its body. The other side is {@link relayTo}.
 */
import type { OpenRequest, RouteAnswer, RouteHead, RouteOpener, WebRoute } from "../component/web-route.ts";
import type { Handlers, Rpc } from "./rpc.ts";

const STOPPING: RouteAnswer = {
  status: 503,
  headers: { "retry-after": "5" },
  body: "cannot take requests: the collector is stopping\n",
};

/** What the ingest thread answers to "openRoute". */
type Opened = RouteAnswer | { readonly ticket: number; readonly maxBytes: number };

export class RouteDesk {
  readonly #openers: ReadonlyMap<string, RouteOpener>;
  /** For the thread that has the sockets. */
  readonly routes: readonly { readonly path: string; readonly checksSenders: boolean }[];
  readonly #open = new Map<number, OpenRequest>();
  /** Of requests being handled. */
  readonly #handling = new Set<Promise<unknown>>();
  #nextTicket = 1;
  #closed = false;

  constructor(routes: readonly WebRoute[]) {
    this.#openers = new Map(routes.map(({ path, open }) => [path, open]));
    this.routes = routes.map(({ path, checksSenders = false }) => ({ path, checksSenders }));
  }

  /** Requests being handled. */
  get busy(): number {
    return this.#handling.size;
  }

  async open(head: RouteHead, signal: AbortSignal): Promise<Opened> {
    const opener = this.#openers.get(head.path);
    if (this.#closed || !opener) return STOPPING;
    const opened = await opener(head, signal);
    if ("status" in opened) return opened;
    if (signal.aborted) {
      opened.leave();
      throw signal.reason;
    }
    const ticket = this.#nextTicket++;
    this.#open.set(ticket, opened);
    return { ticket, maxBytes: opened.maxBytes };
  }

  async hold(ticket: number, bytes: number): Promise<RouteAnswer | undefined> {
    return this.#open.get(ticket)?.hold(bytes) ?? STOPPING;
  }

  async handle(ticket: number, body: Uint8Array): Promise<RouteAnswer> {
    const opened = this.#open.get(ticket);
    if (this.#closed || !opened) return STOPPING;
    const answer = opened.handle(body);
    this.#handling.add(answer);
    try {
      return await answer;
    } finally {
      this.#handling.delete(answer);
    }
  }

  leave(ticket: number): void {
    this.#open.get(ticket)?.leave();
    this.#open.delete(ticket);
  }

  /** Takes nothing new; resolves when what is being handled has its answer. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#handling);
  }
}

/** What a thread with a desk offers. @param desk undefined until there is one */
export function deskHandlers(desk: () => RouteDesk | undefined): Handlers {
  return {
    openRoute: (head: RouteHead, signal) => desk()?.open(head, signal) ?? STOPPING,
    holdRoute: ({ ticket, bytes }) => desk()?.hold(ticket, bytes) ?? STOPPING,
    handleRoute: ({ ticket, body }) => desk()?.handle(ticket, body) ?? STOPPING,
    leaveRoute: (ticket: number) => desk()?.leave(ticket),
  };
}

/** Opens requests at the desk of the thread behind `rpc`; bodies are handed over, not copied. */
export function relayTo(rpc: Rpc): RouteOpener {
  return async (head, signal) => {
    const opened = await rpc.call<Opened>("openRoute", head, signal);
    if ("status" in opened) return opened;
    const { ticket, maxBytes } = opened;
    return {
      maxBytes,
      hold: (bytes) => rpc.call("holdRoute", { ticket, bytes }),
      handle: (body) => rpc.call("handleRoute", { ticket, body }, undefined, [body.buffer as ArrayBuffer]),
      leave: () => void rpc.call("leaveRoute", ticket).catch(() => {}),
    };
  };
}
