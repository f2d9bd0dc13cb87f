/** Binding a server to an endpoint, with errors that say what to do about it. */
import { unlinkSync } from "node:fs";
import type { Server } from "node:net";
import { parseEndpoint, type Endpoint } from "./endpoint.ts";

/**
 * Listens and resolves with the port (0 for a Unix socket). `localhost` is the IPv4 loopback, as the Collector binds it.
 * @param key the configuration key to name in errors
 */
export async function listen(
  server: Server,
  endpoint: string,
  key: string,
  transport: "tcp" | "unix" = "tcp",
): Promise<number> {
  const where = transport === "unix" ? { path: endpoint } : tcp(parseEndpoint(endpoint) as Endpoint);
  if (transport === "unix") removeStaleSocket(endpoint);
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(explainListenError(error, endpoint, key));
    server.once("error", failed);
    server.listen(where, () => {
      server.off("error", failed);
      resolve();
    });
  });
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

function tcp({ host, port }: Endpoint): { host: string | undefined; port: number } {
  return { host: host === "localhost" ? "127.0.0.1" : host, port };
}

/** A socket file left by a process that was killed would keep us out. */
function removeStaleSocket(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** What to do about an address that cannot be had. */
export function explainListenError(error: NodeJS.ErrnoException, endpoint: string, key: string): Error {
  const fixes: Record<string, string> = {
    EADDRINUSE: `the port is in use; stop what listens there, or set another in ${key}`,
    EACCES: `this user may not listen there; set a port above 1023 in ${key}`,
    EADDRNOTAVAIL: `this machine has no such address; set another in ${key}`,
    ENOTFOUND: `the host name is unknown; set another in ${key}`,
  };
  return new Error(`cannot listen on ${endpoint}: ${fixes[error.code ?? ""] ?? error.message}`, { cause: error });
}
