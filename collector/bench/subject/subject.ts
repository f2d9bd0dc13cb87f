/** What is measured, Goldspan or a peer: where it takes OTLP, where it answers, and which processes and directories are its own. */
import type { Address } from "../load/http-connection.ts";
import type { QueryApi } from "../queries/query-api.ts";

export interface Subject {
  readonly name: string;
  readonly otlpHttp: Address;
  /** Undefined: no gRPC row. */
  readonly otlpGrpc: Address | undefined;
  readonly pids: readonly number[];
  readonly disk: readonly string[];
  /** Undefined: no query rows. */
  readonly api: QueryApi | undefined;
}

/** @throws Error when the URL is not of this machine: load must never leave it */
export function loopbackAddress(url: string): Address & { readonly path: string } {
  const { protocol, hostname, port, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (protocol !== "http:" || !(host === "localhost" || host === "::1" || /^127(\.\d+){3}$/.test(host)))
    throw new Error(`cannot aim at ${url}: only http:// on this machine (localhost, 127.0.0.1, [::1]) is allowed`);
  return {
    host: host === "localhost" ? "127.0.0.1" : host,
    port: Number(port || 80),
    path: pathname.replace(/\/$/, ""),
  };
}
