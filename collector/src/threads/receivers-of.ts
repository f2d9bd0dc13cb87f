/** What programs may send to, for the API: the addresses of receivers as configured, with the ports that they got. */
import type { WireReceiver } from "../api/contract.ts";
import { parseEndpoint } from "../component/endpoint.ts";
import type { Factory } from "../component/factory.ts";
import { listListeners, type Listener } from "../config/listeners.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";

/** @param ports as in the ready line */
export function receiversOf(
  config: ResolvedConfig,
  factories: readonly Factory[],
  ports: Readonly<Record<string, number>>,
): WireReceiver[] {
  const listeners = listListeners(config, factories).filter(({ section }) => section === "receivers");
  return listeners.map((listener) => ({
    id: listener.id,
    type: listener.type,
    name: listener.name,
    host: hostOf(listener),
    port: ports[listener.name === "" ? listener.id : `${listener.id}_${listener.name}`] ?? 0,
    transport: listener.transport,
    tls: listener.tls,
    wantsAuth: listener.wantsCertificate || listener.authenticator !== "",
  }));
}

function hostOf({ endpoint, transport }: Listener): string {
  if (transport === "unix") return endpoint;
  const parsed = parseEndpoint(endpoint);
  return typeof parsed === "string" ? "" : (parsed.host ?? "");
}
