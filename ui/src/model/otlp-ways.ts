/**
 * Where OTLP is taken, as addresses for people. In: the receivers that the collector tells of and the host that this page was reached
 * under; out: one address a protocol, the first receiver's, and what to know about it.
 */
import type { WireInfo, WireReceiver } from "goldspan/contract";

export interface OtlpWay {
  readonly protocol: "http" | "grpc";
  /** As http://localhost:4318. */
  readonly url: string;
  /** Senders have to say who they are. */
  readonly wantsAuth: boolean;
  /** Nobody beyond the machine that the collector runs on reaches it. */
  readonly onlyLocal: boolean;
}

const LOOPBACK = /^(?:localhost|127\.[\d.]+|::1)$/;
const EVERY_INTERFACE = new Set(["", "0.0.0.0", "::"]);

/** HTTP first. @param pageHost as in location.hostname */
export function otlpWays({ receivers }: Pick<WireInfo, "receivers">, pageHost: string): OtlpWay[] {
  const otlp = receivers.filter(({ type, transport, port }) => type === "otlp" && transport === "tcp" && port > 0);
  return (["http", "grpc"] as const).flatMap((protocol) => {
    const found = otlp.find(({ name }) => name === protocol);
    return found ? [wayOf(found, protocol, pageHost)] : [];
  });
}

function wayOf({ host, port, tls, wantsAuth }: WireReceiver, protocol: OtlpWay["protocol"], pageHost: string): OtlpWay {
  const local = LOOPBACK.test(host);
  const pageIsLocal = isLoopback(pageHost);
  // What listens where this page came from is reached by the same name.
  const name = EVERY_INTERFACE.has(host) || (local && pageIsLocal) ? pageHost : local ? "localhost" : host;
  return {
    protocol,
    url: `${tls ? "https" : "http"}://${bracketed(name)}:${port}`,
    wantsAuth,
    onlyLocal: local,
  };
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.replace(/^\[|\]$/g, "")) || host.endsWith(".localhost");
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
