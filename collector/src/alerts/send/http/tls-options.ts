/** `tls_config` -> the options of a TLS connection, of HTTP and SMTP alike. Files are read each time: certificates are renewed. */
import type { ConnectionOptions, SecureVersion } from "node:tls";
import type { TLS } from "../../notify/config/receiver-shapes.ts";
import type { Read } from "../../notify/config/shape.ts";
import type { SecretTools } from "../secret-tools.ts";

export type TlsConfig = Read<typeof TLS>;

const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

/** @throws Error when a file cannot be read */
export function tlsOptions(config: TlsConfig | undefined, { reveal, readFile }: SecretTools): ConnectionOptions {
  if (config === undefined) return {};
  const file = (text: string | undefined, path: string | undefined) =>
    text ?? (path === undefined ? undefined : readFile(path));
  return dropUndefined({
    ca: file(config.ca, config.ca_file),
    cert: file(config.cert, config.cert_file),
    key: config.key && reveal(config.key),
    servername: config.server_name,
    rejectUnauthorized: config.insecure_skip_verify === true ? false : undefined,
    minVersion: config.min_version === undefined ? undefined : VERSIONS[config.min_version],
    maxVersion: config.max_version === undefined ? undefined : VERSIONS[config.max_version],
  });
}

/** What is wrong with it, for a warning or an error at load; nothing: []. */
export function tlsIssues(config: TlsConfig | undefined): string[] {
  if (config === undefined) return [];
  const versions = (["min_version", "max_version"] as const).flatMap((key) => {
    const version = config[key];
    return version === undefined || Object.hasOwn(VERSIONS, version)
      ? []
      : [`tls_config.${key} ${JSON.stringify(version)} is none of ${Object.keys(VERSIONS).join(", ")}`];
  });
  const pair =
    (config.cert ?? config.cert_file) === undefined && config.key !== undefined
      ? ["tls_config has a key without a cert; both make a client certificate"]
      : (config.cert ?? config.cert_file) !== undefined && config.key === undefined
        ? ["tls_config has a cert without a key; both make a client certificate"]
        : [];
  const references = (["ca_ref", "cert_ref", "key_ref"] as const).flatMap((key) =>
    config[key] === undefined ? [] : [`tls_config.${key} has no effect: there is no secret manager; use a file`],
  );
  return [...versions, ...pair, ...references];
}

function dropUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
