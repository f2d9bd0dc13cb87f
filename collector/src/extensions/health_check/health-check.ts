/**
 * Answers health checks over HTTP: 200 while every component of every thread is ready, 503 before and while stopping. The default
 * bodies are the Collector's.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExtensionInstance, Settings } from "../../component/component.ts";
import { parseEndpoint } from "../../component/endpoint.ts";
import type { HealthCheckConfig } from "./config.ts";

export function createHealthCheck({ host }: Settings, config: HealthCheckConfig): ExtensionInstance {
  let readySince: number | undefined;

  const answer: RequestListener = (request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0];
    if (path !== config.path) {
      response.writeHead(404, { "content-type": "text/plain" }).end(`cannot find ${path}; ask for ${config.path}\n`);
      return;
    }
    const ready = host.state() === "ready";
    readySince = ready ? (readySince ?? Date.now()) : undefined;
    const { response_body: own } = config;
    const body = own ? (ready ? own.healthy : own.unhealthy) : defaultBody(readySince);
    response
      .writeHead(ready ? 200 : 503, { "content-type": own ? "text/plain" : "application/json" })
      .end(request.method === "HEAD" ? undefined : body);
  };

  const server: Server = createServer(answer);
  return {
    start: () => listen(server, config.endpoint),
    async shutdown() {
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

async function listen(server: Server, endpoint: string): Promise<void> {
  const parsed = parseEndpoint(endpoint);
  if (typeof parsed === "string") throw new Error(`cannot listen on "${endpoint}": expected ${parsed}`);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explained(error, endpoint)));
    server.listen(parsed.port, parsed.host, resolve);
  });
}

function explained(error: NodeJS.ErrnoException, endpoint: string): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "the port is in use; stop the other program or set another endpoint",
    EACCES: "permission denied; use a port above 1023",
    EADDRNOTAVAIL: "this machine has no such address",
  };
  return new Error(`cannot listen on ${endpoint}: ${reasons[error.code ?? ""] ?? error.message}`, { cause: error });
}
