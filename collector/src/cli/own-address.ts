/** Where this machine reaches what a configuration listens on. */
import { parseEndpoint } from "../component/endpoint.ts";
import type { Listener } from "../config/listeners.ts";

/** As http://127.0.0.1:4318; undefined where the port is chosen at the start, or there is none. */
export function addressOf({ endpoint, tls, transport }: Pick<Listener, "endpoint" | "tls" | "transport">) {
  const parsed = parseEndpoint(endpoint);
  if (transport === "unix" || typeof parsed === "string" || parsed.port === 0) return undefined;
  return `${tls ? "https" : "http"}://${hostToAsk(parsed.host)}:${parsed.port}`;
}

/** What listens on every interface also listens on the loopback. */
export function hostToAsk(host: string | undefined): string {
  if (host === undefined) return "localhost";
  if (/^[0:]*$/.test(host) && host.includes(":")) return "[::1]";
  if (host === "0.0.0.0") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
