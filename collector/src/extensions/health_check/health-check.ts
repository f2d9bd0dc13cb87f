/**
 * Answers health checks over HTTP: 200 while every component of every thread is ready, 503 before and while stopping. The default
 * bodies are the Collector's.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ExtensionInstance, Settings } from "../../component/component.ts";
import { listen } from "../../component/listen.ts";
import { readServerTls, reloadServerTls } from "../../component/server-tls.ts";
import type { HealthCheckConfig } from "./config.ts";

/** How often it looks whether all is ready, so that `upSince` is not the time of the first question. */
const LOOK_MILLIS = 100;

export function createHealthCheck({ host, id, logger }: Settings, config: HealthCheckConfig): ExtensionInstance {
  let readySince: number | undefined;
  let looking: NodeJS.Timeout | undefined;

  const isReady = (): boolean => {
    const ready = host.state() === "ready";
    readySince = ready ? (readySince ?? Date.now()) : undefined;
    if (ready) clearInterval(looking);
    return ready;
  };

  const answer: RequestListener = (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0];
    if (path !== config.path) {
      response.writeHead(404, { "content-type": "text/plain" }).end(`cannot find ${path}; ask for ${config.path}\n`);
      return;
    }
    const ready = isReady();
    const { response_body: own } = config;
    const body = own ? (ready ? own.healthy : own.unhealthy) : defaultBody(readySince);
    response
      .writeHead(ready ? 200 : 503, { "content-type": own ? "text/plain" : "application/json" })
      .end(request.method === "HEAD" ? undefined : body);
  };

  const { tls } = config;
  const secure = tls && createTlsServer(readServerTls(tls), answer);
  const server: Server = secure ?? createServer(answer);
  let reloading: { stop(): void } | undefined;
  return {
    async start() {
      await listen(server, config.endpoint, `extensions.${id.text}.endpoint`);
      looking = setInterval(isReady, LOOK_MILLIS).unref();
      if (!secure) return;
      reloading = reloadServerTls(
        tls,
        (options) => secure.setSecureContext(options),
        (error) => logger.error("cannot read the TLS files again; the old ones stay", { error }),
      );
    },
    async shutdown() {
      clearInterval(looking);
      reloading?.stop();
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    ports(): Record<string, number> {
      const address = server.address() as AddressInfo | null;
      return address ? { "": address.port } : {};
    },
  };
}

function defaultBody(readySince: number | undefined): string {
  if (readySince === undefined)
    return JSON.stringify({ status: "Server not available", upSince: "0001-01-01T00:00:00Z", uptime: "" });
  const uptime = `${(Date.now() - readySince) / 1000}s`;
  return JSON.stringify({ status: "Server available", upSince: new Date(readySince).toISOString(), uptime });
}
