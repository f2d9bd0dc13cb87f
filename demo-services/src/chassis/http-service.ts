/**
 * The HTTP server of a service: routes, JSON, errors, metrics, health. In: routes of handlers. Out: a listening server
 * that can be suspended (nobody answers on its port) and closed gracefully. Knows no business word.
 */

import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { SpanStatusCode, isSpanContextValid, trace } from "@opentelemetry/api";
import { HttpError } from "./http-error.ts";
import { listenOn } from "./listen-on.ts";
import { readJsonBody } from "./read-json-body.ts";
import type { Readiness } from "./readiness.ts";
import { type Routes, type ServiceResponse, createRouter } from "./router.ts";
import type { ServiceLogger } from "./service-logger.ts";
import type { ServiceMetrics } from "./service-metrics.ts";

export interface HttpServiceOptions {
  routes: Routes;
  logger: ServiceLogger;
  metrics: ServiceMetrics;
  readiness: Readiness;
  /** Awaited before each request; a service that hangs does not resolve it. */
  gate?: () => Promise<void> | undefined;
}

const SLOW_REQUEST_MILLIS = 1_000;

export class HttpService {
  readonly #options: HttpServiceOptions;
  readonly #server: Server;
  readonly #find: ReturnType<typeof createRouter>;
  #port = 0;

  constructor(options: HttpServiceOptions) {
    this.#options = options;
    this.#find = createRouter({ ...healthRoutes(options), ...options.routes });
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.requestTimeout = 10_000;
    this.#server.headersTimeout = 5_000;
  }

  get port(): number {
    return this.#port;
  }

  /** Port 0 takes a free one. @throws when the port is in use. */
  async listen(port: number): Promise<void> {
    this.#port = await listenOn(this.#server, port, process.env.SHOP_HOST);
  }

  /** Refuses connections until `resume`; open ones are cut. */
  suspend(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async resume(): Promise<void> {
    if (!this.#server.listening) await this.listen(this.#port);
  }

  /** Takes no new connections and resolves when the requests under way are answered, or cut after the deadline. */
  async close(deadlineMillis: number): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), deadlineMillis);
    await closed;
    clearTimeout(timer);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const { method = "GET", url = "/" } = request;
    const [path, query] = url.split("?", 2);
    const match = this.#find(method, path);
    if (match) nameSpan(method, match.route);
    let answer: ServiceResponse;
    try {
      await this.#options.gate?.();
      if (!match) throw new HttpError(404, "no_such_route", `cannot find ${method} ${path}`);
      const body = await readJsonBody(request);
      answer = await match.handler({
        params: match.params,
        query: new URLSearchParams(query),
        headers: request.headers,
        body,
      });
    } catch (error) {
      answer = this.#translate(error);
    }
    const route = match?.route ?? "none";
    const text = typeof answer.body === "string";
    response.writeHead(answer.status, {
      "content-type": text ? "text/plain; version=0.0.4" : "application/json",
      ...traceResponse(),
    });
    response.end(text ? answer.body : JSON.stringify(answer.body));

    const durationMillis = performance.now() - started;
    this.#options.metrics.serverDuration.observe({ method, route, status: answer.status }, durationMillis / 1000);
    if (durationMillis > SLOW_REQUEST_MILLIS) {
      this.#options.logger.warn({ route, durationMillis: Math.round(durationMillis) }, "slow request");
    }
  }

  /** Errors of the business are answers; anything else is a bug: logged with its stack, marked on the span, 500. */
  #translate(error: unknown): ServiceResponse {
    if (error instanceof HttpError) {
      return { status: error.status, body: { error: { code: error.code, message: error.message } } };
    }
    this.#options.logger.error({ err: error }, "unhandled error in a request");
    const span = trace.getActiveSpan();
    span?.recordException(error as Error);
    span?.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    return {
      status: 500,
      body: { error: { code: "internal", message: "cannot answer because of an internal error" } },
    };
  }
}

/** The instrumentation of node:http knows no routes: the name and `http.route` are given here. */
function nameSpan(method: string, route: string): void {
  const span = trace.getActiveSpan();
  span?.updateName(`${method} ${route}`);
  span?.setAttribute("http.route", route);
}

/** Tells the caller which trace its request is in. https://w3c.github.io/trace-context/#traceresponse-header */
function traceResponse(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { traceresponse: `00-${span.traceId}-${span.spanId}-01` } : {};
}

function healthRoutes({ metrics, readiness }: HttpServiceOptions): Routes {
  return {
    "GET /livez": () => ({ status: 200, body: { status: "alive" } }),
    "GET /readyz": async () => {
      const checks = await readiness.check();
      const ready = Object.values(checks).every((problem) => problem === null);
      return { status: ready ? 200 : 503, body: { status: ready ? "ready" : "not ready", checks } };
    },
    "GET /metrics": async () => ({ status: 200, body: await metrics.registry.metrics() }),
  };
}
