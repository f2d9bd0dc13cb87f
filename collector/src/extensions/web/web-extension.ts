/**
 * The web port: UI, API, compatible APIs, /metrics, /healthz and /readyz. Runs on the main thread and does nothing slow: API requests
 * are answered by reader threads.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { messageOf } from "../../base/errors.ts";
import type { ExtensionInstance, Settings, WebAccess } from "../../component/component.ts";
import { parseEndpoint, type Endpoint } from "../../component/endpoint.ts";
import { listen } from "../../component/listen.ts";
import { serveRoute } from "../../component/serve-route.ts";
import { readServerTls, reloadServerTls } from "../../component/server-tls.ts";
import { AllowedHosts } from "./allowed-hosts.ts";
import { chooseToken, isLoopback, linkTo } from "./choose-token.ts";
import type { Config } from "./config.ts";
import { Gate, pathOf } from "./gate.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { findUi, readStatic } from "./static-files.ts";
import { SignIn } from "./sign-in.ts";
import { refuseUpgrade, serveTail, TAIL_PATH } from "./tail-socket.ts";
import { isWebSocket } from "./websocket.ts";

type Env = { Bindings: HttpBindings };

const compress = promisify(gzip);
/** Compressing costs more than it saves below this, and on the loopback always. */
const COMPRESS_BYTES = 4096;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const STREAMED = /^(?:application\/x-ndjson|text\/event-stream|text\/csv)\b/;
/** Others, such as TRACE, mean nothing here, and the API's requests cannot be made of them. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export class WebExtension implements ExtensionInstance {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #server: Server;
  #stopReload: () => void = () => {};
  #gate: Gate | undefined;
  #access: WebAccess | undefined;
  #port = 0;
  /** Sockets of live tails, which the server knows no more. */
  readonly #tails = new Set<Duplex>();

  constructor(settings: Settings, config: Config) {
    this.#settings = settings;
    this.#config = config;
    const app = this.#routes();
    const answer = getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false });
    const routeAt = (path: string) => settings.host.front?.routeAt?.(path);
    const listener: RequestListener = (request, response) => {
      if (!this.#gate) return void response.writeHead(503, { "retry-after": "1" }).end();
      if (!METHODS.has(request.method ?? "")) return void response.writeHead(405, { connection: "close" }).end();
      if (this.#isAnswered(this.#gate, request, response)) return;
      const route = routeAt(pathOf(request));
      if (!route) return void answer(request, response);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      void serveRoute(request, response, route.open, (error) =>
        settings.logger.error("a request to the web port failed", { path: pathOf(request), error }),
      );
    };
    // Other upgrades, such as to HTTP/2, are offers that the requests can do without.
    const shouldUpgradeCallback = (request: IncomingMessage) => pathOf(request) === TAIL_PATH && isWebSocket(request);
    if (config.tls) {
      const server = createTlsServer({ ...readServerTls(config.tls), shouldUpgradeCallback }, listener);
      const reload = reloadServerTls(
        config.tls,
        (tls) => server.setSecureContext(tls),
        (error) => settings.logger.error("cannot reload TLS files; the old ones stay", { error }),
      );
      this.#stopReload = () => reload.stop();
      this.#server = server;
    } else this.#server = createServer({ shouldUpgradeCallback }, listener);
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#tail(request, socket, head),
    );
    // Who asks before sending a body is told to go on when it is let in.
    this.#server.on("checkContinue", (request, response) => {
      if (!routeAt(pathOf(request)) && this.#gate && !this.#gate.refusalOf(request)) response.writeContinue();
      listener(request, response);
    });
  }

  /** Whoever asks before the gate stands is told to come again. */
  async start(): Promise<void> {
    const { id, host, logger } = this.#settings;
    const { endpoint, auth, allowed_hosts, tls } = this.#config;
    this.#port = await listen(this.#server, endpoint, `extensions.${id.text}.endpoint`);
    const { host: named } = parseEndpoint(endpoint) as Endpoint;
    const isExposed = !isLoopback((this.#server.address() as AddressInfo).address);
    const chosen = chooseToken(auth, isExposed, host.dataDirectory);
    if (isExposed && auth === "none")
      logger.warn("everybody who reaches the web port may read and change what is here: auth is none", { endpoint });
    if (chosen?.isMade && host.dataDirectory === undefined)
      logger.warn("the web port's token is for this run only: there is no store to keep it in; set auth.token");
    this.#gate = new Gate({
      hosts: new AllowedHosts(allowed_hosts, [named, hostname()]),
      signIn: chosen && new SignIn(chosen.token, chosen.isMade, logger),
      checksSenders: (path) => host.front?.routeAt?.(path)?.checksSenders === true,
    });
    this.#access = {
      host: named,
      port: this.#port,
      isSecure: tls !== undefined,
      link: linkTo({
        host: named,
        port: this.#port,
        isSecure: tls !== undefined,
        token: chosen?.isMade ? chosen.token : undefined,
      }),
      signsIn: chosen?.isMade === true,
      needsToken: chosen?.isMade === false,
    };
  }

  get webAccess(): WebAccess | undefined {
    return this.#access;
  }

  async shutdown(deadline: number): Promise<void> {
    this.#stopReload();
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    for (const socket of this.#tails) socket.destroy();
    const timer = setTimeout(
      () => this.#server.closeAllConnections(),
      Math.min(1000, Math.max(0, deadline - Date.now())),
    );
    await closed;
    clearTimeout(timer);
  }

  /** A fault in here costs the request, and lets nobody in. */
  #isAnswered(gate: Gate, request: IncomingMessage, response: ServerResponse): boolean {
    try {
      return gate.answer(request, response);
    } catch (error) {
      this.#settings.logger.error("a request to the web port failed", { path: pathOf(request), error });
      if (!response.headersSent) response.writeHead(500, { connection: "close" });
      response.end();
      return true;
    }
  }

  #tail(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#tails.add(socket);
    socket.once("close", () => this.#tails.delete(socket));
    const { front } = this.#settings.host;
    const refusal = this.#gate ? this.#gate.refusalOf(request) : { status: 503, message: "the collector is starting" };
    if (refusal) return refuseUpgrade(socket, refusal.status, refusal.message, refusal.headers);
    void serveTail(
      request,
      socket,
      head,
      async (asked) => front?.fetchApi(asked) ?? new Response("no API on this thread", { status: 503 }),
    );
  }

  ports(): Record<string, number> {
    return this.#port === 0 ? {} : { "": this.#port };
  }

  #routes(): Hono<Env> {
    const { host, logger } = this.#settings;
    const ui = findUi();
    const app = new Hono<Env>();
    app.use(async (c, next) => {
      await next();
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
    });
    // The paths of Prometheus' management API beside ours: what promtool and charts ask.
    for (const path of ["/healthz", "/prometheus/-/healthy"]) app.get(path, (c) => c.text("ok\n"));
    for (const path of ["/readyz", "/prometheus/-/ready"])
      app.get(path, (c) =>
        host.state() === "ready" ? c.text("ready\n") : c.text(`${host.state()}\n`, 503, { "retry-after": "1" }),
      );
    // Two things have this address: what scrapers read, and the UI's metrics explorer. Only browsers ask for HTML by name.
    app.get("/metrics", async (c, next) => {
      if (ui !== undefined && /\btext\/html\b/.test(c.req.header("accept") ?? "")) return next();
      const text = (await host.front?.metricsText()) ?? "";
      return c.body(text, 200, { "content-type": METRICS_TYPE, vary: "Accept" });
    });
    for (const prefix of ["/api/*", "/jaeger/*", "/prometheus/*", "/loki/*", "/alertmanager/*"]) {
      app.all(prefix, async (c) => {
        const { front } = host;
        if (!front) return c.json({ error: { code: 503, message: "no API on this thread" } }, 503);
        return this.#compressed(
          await front.fetchApi(c.req.raw),
          c.req.header("accept-encoding"),
          c.env.incoming.socket.remoteAddress,
        );
      });
    }
    app.get("*", async (c): Promise<Response> => {
      if (ui === undefined)
        return c.text("The UI has not been built: run npm run build -w ui. The API is at /api/v1/openapi.json.\n", 404);
      const file = readStatic(ui, new URL(c.req.url).pathname);
      if (!file) return c.text("not found\n", 404);
      if (file.type.startsWith("text/html")) host.front?.expectRequests?.();
      const cache = file.immutable ? "public, max-age=31536000, immutable" : "no-cache";
      const response = new Response(file.bytes as Uint8Array<ArrayBuffer>, {
        status: file.status,
        headers: { "content-type": file.type, "cache-control": cache },
      });
      return this.#compressed(response, c.req.header("accept-encoding"), c.env.incoming.socket.remoteAddress);
    });
    app.notFound((c) => c.text("not found\n", 404));
    app.onError((error, c) => {
      if (error.name === "AbortError") return new Response(null, { status: 499 });
      logger.error("a request to the web port failed", {
        path: new URL(c.req.url).pathname,
        error: error.stack ?? messageOf(error),
      });
      return c.json({ error: { code: 503, message: "the collector cannot answer now; try again" } }, 503);
    });
    return app;
  }

  async #compressed(response: Response, accepted: string | undefined, remote: string | undefined): Promise<Response> {
    const type = response.headers.get("content-type") ?? "";
    // What comes bit by bit must not wait for its end, nor be held whole.
    if (STREAMED.test(type)) return response;
    if (!/\bgzip\b/.test(accepted ?? "") || LOOPBACK.test(remote ?? "") || !/^(text|application)\//.test(type))
      return response;
    const body = Buffer.from(await response.arrayBuffer());
    const headers = new Headers(response.headers);
    headers.set("vary", "Accept-Encoding");
    if (body.length < COMPRESS_BYTES)
      return new Response(body as Uint8Array<ArrayBuffer>, { status: response.status, headers });
    headers.set("content-encoding", "gzip");
    headers.delete("content-length");
    return new Response((await compress(body, { level: 4 })) as Uint8Array<ArrayBuffer>, {
      status: response.status,
      headers,
    });
  }
}
