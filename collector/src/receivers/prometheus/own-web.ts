/**
 * The collector's own metrics, which its web port keeps behind a token where that is asked for: this process knows it, so nobody has to write it
 * into the scrape configuration. In: the address of a scrape; out: what to send, and nothing to anybody else.
 */
import type { OwnWeb } from "../../component/component.ts";

const METRICS_PATH = "/metrics";
const THIS_MACHINE: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

/** The header Authorization for a URL; undefined = it is not ours, or nobody is asked. */
export function ownAuthorization(url: URL, ports: readonly OwnWeb[]): string | undefined {
  if (url.pathname !== METRICS_PATH) return undefined;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const isOurs = (host: string | undefined) => {
    if (THIS_MACHINE.has(url.hostname)) return true;
    return host !== undefined && url.hostname === (host.includes(":") ? `[${host}]` : host.toLowerCase());
  };
  return ports.find((each) => each.port === port && isOurs(each.host))?.authorization;
}
