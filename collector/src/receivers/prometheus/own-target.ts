/**
 * The collector itself as a target: which address it has, and which addresses are its own. Its metrics are asked for within the process, so
 * that a web port elsewhere, behind TLS, client certificates or a token needs nothing written here.
 */
import type { WebPort } from "../../component/component.ts";

const METRICS_PATH = "/metrics";
const THIS_MACHINE: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

/** Named by the first web port, by which its series were known before; localhost where there is none. */
export function ownTarget([web]: readonly WebPort[]) {
  const host = inUrl(web?.host);
  const name = host === undefined || THIS_MACHINE.has(host) ? "localhost" : host;
  const labels: Readonly<Record<string, string>> = web?.isSecure ? { __scheme__: "https" } : {};
  return { targets: [web ? `${name}:${web.port}` : name], labels, isOwn: true };
}

/** Whether a URL asks a web port of ours for its metrics. */
export function isOwnUrl(url: URL, ports: readonly WebPort[]): boolean {
  if (url.pathname !== METRICS_PATH) return false;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  return ports.some((each) => each.port === port && isAskedAt(inUrl(each.host), url.hostname));
}

/** Where only one address of this machine is listened on, another program may have the same port on the loopback. */
function isAskedAt(listening: string | undefined, asked: string): boolean {
  if (asked === listening) return true;
  return THIS_MACHINE.has(asked) && (listening === undefined || THIS_MACHINE.has(listening));
}

function inUrl(host: string | undefined): string | undefined {
  return host?.includes(":") ? `[${host}]` : host?.toLowerCase();
}
