/**
 * TLS for servers, as the Collector's configtls writes it
 * (https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md): `client_ca_file` makes it mutual.
 * In: configuration; out: options for node:tls, read afresh when asked. Opens no socket.
 */
import { readFileSync } from "node:fs";
import type { SecureContextOptions, SecureVersion, TlsOptions } from "node:tls";
import { messageOf } from "../base/errors.ts";
import { durationMillis, maybe, object, secret, string, type ConfigOf } from "./config-schema.ts";

const VERSIONS: Readonly<Record<string, SecureVersion>> = { "1.2": "TLSv1.2", "1.3": "TLSv1.3" };

const tlsFields = {
  cert_file: maybe(string({ doc: "PEM file with the server's certificate chain" })),
  key_file: maybe(string({ doc: "PEM file with its private key" })),
  cert_pem: maybe(string({ doc: "the certificate chain itself, instead of a file" })),
  key_pem: maybe(secret({ doc: "the private key itself, instead of a file" })),
  client_ca_file: maybe(
    string({ doc: "PEM file of the authority whose client certificates are asked for (mutual TLS)" }),
  ),
  min_version: string({ default: "1.2", oneOf: Object.keys(VERSIONS), doc: "oldest TLS version allowed" }),
  max_version: maybe(string({ oneOf: Object.keys(VERSIONS), doc: "newest TLS version allowed" })),
  reload_interval: maybe(
    durationMillis({ min: "1s", doc: "read the files again this often; absent = only at the start" }),
  ),
};

export const serverTls = object(tlsFields, {
  doc: "TLS; absent = plain text",
  check: (tls, fail) => {
    for (const part of ["cert", "key"] as const) {
      const [file, pem] = [tls[`${part}_file`], tls[`${part}_pem`]];
      if (file === undefined && pem === undefined) fail("", `TLS needs ${part}_file or ${part}_pem`);
      if (file !== undefined && pem !== undefined)
        fail(`${part}_pem`, `give either ${part}_file or ${part}_pem, not both`);
    }
    if (tls.max_version !== undefined && tls.max_version < tls.min_version)
      fail("max_version", "max_version must not be below min_version");
  },
});

export type ServerTlsConfig = ConfigOf<typeof serverTls>;

/** @throws Error naming the file that can't be read */
export function readServerTls(config: ServerTlsConfig): TlsOptions & SecureContextOptions {
  const mutual = config.client_ca_file !== undefined;
  return {
    cert: config.cert_pem ?? readPem(config.cert_file as string),
    key: config.key_pem ?? readPem(config.key_file as string),
    ca: mutual ? readPem(config.client_ca_file) : undefined,
    requestCert: mutual,
    rejectUnauthorized: mutual,
    minVersion: VERSIONS[config.min_version],
    maxVersion: config.max_version === undefined ? undefined : VERSIONS[config.max_version],
  };
}

/** Calls `apply` with fresh options every reload_interval; a file that has become unreadable is reported and the old one kept. */
export function reloadServerTls(
  config: ServerTlsConfig,
  apply: (options: SecureContextOptions) => void,
  onError: (error: unknown) => void,
): { stop(): void } {
  if (config.reload_interval === undefined) return { stop() {} };
  const timer = setInterval(() => {
    try {
      apply(readServerTls(config));
    } catch (error) {
      onError(error);
    }
  }, config.reload_interval);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read the TLS file ${path}: ${messageOf(error)}`, { cause: error });
  }
}
