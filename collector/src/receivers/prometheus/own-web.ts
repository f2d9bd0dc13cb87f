/**
 * The collector's own metrics, which its web port keeps behind TLS and a token where that is configured: this process knows it, so nobody has to
 * write it into the scrape configuration as well. In: the address of a scrape; out: the port, for nobody else's address.
 */
import type { OwnWeb } from "../../component/component.ts";

const METRICS_PATH = "/metrics";
const THIS_MACHINE: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

/** The web port of ours that a URL asks for its metrics; undefined = it is not ours. */
export function ownPortOf(url: URL, ports: readonly OwnWeb[]): OwnWeb | undefined {
  if (url.pathname !== METRICS_PATH) return undefined;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  return ports.find((each) => each.port === port && isAskedAt(each.host, url.hostname));
}

/** Where only one address of this machine is listened on, another program may have the same port on the loopback. */
function isAskedAt(host: string | undefined, asked: string): boolean {
  const listening = host?.includes(":") ? `[${host}]` : host?.toLowerCase();
  if (asked === listening) return true;
  return THIS_MACHINE.has(asked) && (listening === undefined || THIS_MACHINE.has(listening));
}
