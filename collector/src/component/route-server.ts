/** An HTTP server of a receiver that has routes and nothing else. Paths without a route are answered with 404. */
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { finish } from "./early-answer.ts";
import { listen } from "./listen.ts";
import type { Logger } from "./logger.ts";
import { isOfReboundName, isWriteOfOtherSite } from "./other-site.ts";
import { serveRoute } from "./serve-route.ts";
import { readServerTls, reloadServerTls, type ServerTlsConfig } from "./server-tls.ts";
import type { WebRoute } from "./web-route.ts";

const OPTIONS = {
  requestTimeout: 60_000,
  headersTimeout: 60_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 65_536,
};

export interface RouteServerParts {
  readonly routes: readonly WebRoute[];
  readonly endpoint: string;
  readonly tls: ServerTlsConfig | undefined;
  readonly logger: Logger;
  /** Key path of the configuration, for errors. */
  readonly key: string;
}

export class RouteServer {
  readonly #parts: RouteServerParts;
  readonly #server: Server;
  readonly #responses = new Set<ServerResponse>();
  readonly #stopReload: () => void = () => {};
  #stopping = false;
  port = 0;

  constructor(parts: RouteServerParts) {
    this.#parts = parts;
    const { tls, logger } = parts;
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#handle(request, response);
    if (tls) {
      const server = createTlsServer({ ...OPTIONS, ...readServerTls(tls) }, handle);
      const reload = reloadServerTls(
        tls,
        (context) => server.setSecureContext(context),
        (error) => logger.error("cannot reload TLS files; the old ones stay", { error }),
      );
      this.#stopReload = () => reload.stop();
      this.#server = server;
    } else this.#server = createPlainServer(OPTIONS, handle);
    this.#server.on("checkContinue", handle);
  }

  async start(): Promise<void> {
    const { endpoint, key } = this.#parts;
    this.port = await listen(this.#server, endpoint, `${key}.endpoint`);
  }

  /** Takes no new connection, lets requests under way finish until the deadline. Also when it has not started. */
  async stop(deadline: number): Promise<void> {
    this.#stopReload();
    this.#stopping = true;
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    for (const response of this.#responses) if (!response.headersSent) response.setHeader("connection", "close");
    const timer = setTimeout(() => this.#server.closeAllConnections(), Math.max(0, deadline - Date.now()));
    await closed;
    clearTimeout(timer);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { routes, logger } = this.#parts;
    this.#responses.add(response);
    response.once("close", () => this.#responses.delete(response));
    if (this.#stopping) response.setHeader("connection", "close");
    const path = (request.url ?? "/").split("?", 1)[0];
    const route = routes.find((each) => each.path === path || (each.path.endsWith("/") && path.startsWith(each.path)));
    if (isWriteOfOtherSite(request) || isOfReboundName(request)) {
      response.setHeader("content-type", "text/plain; charset=utf-8");
      return finish(response, request, 403, "cannot take what a page of another site sends\n");
    }
    if (route)
      return serveRoute(request, response, route.open, (error) => logger.error("a request failed", { path, error }));
    response.setHeader("content-type", "text/plain; charset=utf-8");
    finish(response, request, 404, `cannot find ${path}: there is ${routes.map((each) => each.path).join(", ")}\n`);
  }
}
