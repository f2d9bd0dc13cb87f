/** `http_config`: the headers it stands for, and what of it nobody can honour. https://prometheus.io/docs/alerting/latest/configuration/#http_config */
import type { HTTP } from "../../notify/config/receiver-shapes.ts";
import type { Read } from "../../notify/config/shape.ts";
import { Secret } from "../../notify/config/secret.ts";
import type { SecretTools } from "../secret-tools.ts";
import { tlsIssues } from "./tls-options.ts";

export type HttpConfig = Read<typeof HTTP>;

/** Names in lower case. @throws Error when a file cannot be read */
export function httpHeaders(config: HttpConfig | undefined, { reveal, readFile }: SecretTools): Record<string, string> {
  if (config === undefined) return {};
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(headerSources(config.http_headers))) {
    const values = [
      ...given.values,
      ...given.secrets.map((text) => reveal(Secret.ofText(text))),
      ...given.files.map((path) => readFile(path).trim()),
    ];
    if (values.length > 0) headers[name.toLowerCase()] = values.join(", ");
  }
  const { basic_auth: basic, authorization, bearer_token: bearer } = config;
  if (bearer) headers.authorization = `Bearer ${reveal(bearer)}`;
  if (authorization?.credentials)
    headers.authorization = `${authorization.type || "Bearer"} ${reveal(authorization.credentials)}`;
  if (basic) {
    const user = basic.username ?? (basic.username_file === undefined ? "" : readFile(basic.username_file).trim());
    const password = basic.password ? reveal(basic.password) : "";
    headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  }
  return headers;
}

/** Sentences for warnings: keys that contradict each other or have no effect here. */
export function httpIssues(config: HttpConfig | undefined): string[] {
  if (config === undefined) return [];
  const credentials = (["basic_auth", "authorization", "oauth2", "bearer_token"] as const).filter(
    (key) => config[key] !== undefined,
  );
  const references = [
    ["basic_auth.username_ref", config.basic_auth?.username_ref],
    ["basic_auth.password_ref", config.basic_auth?.password_ref],
    ["authorization.credentials_ref", config.authorization?.credentials_ref],
    ["oauth2.client_secret_ref", config.oauth2?.client_secret_ref],
  ].flatMap(([key, value]) =>
    value === undefined ? [] : [`http_config.${key} has no effect: there is no secret manager; use a file`],
  );
  const grant = config.oauth2?.grant_type;
  return [
    ...(credentials.length > 1
      ? [`http_config has ${credentials.join(" and ")}: at most one of them can be given`]
      : []),
    ...references,
    ...(grant === undefined || grant === "" || grant === "client_credentials"
      ? []
      : [`http_config.oauth2.grant_type ${JSON.stringify(grant)} is not supported; client_credentials is`]),
    ...(config.oauth2?.client_certificate_key === undefined
      ? []
      : ["http_config.oauth2.client_certificate_key has no effect: only client_id and client_secret are used"]),
    ...(config.oauth2 && (config.oauth2.client_id === undefined || config.oauth2.token_url === undefined)
      ? ["http_config.oauth2 needs client_id and token_url"]
      : []),
    ...(config.proxy_url !== undefined && config.proxy_from_environment === true
      ? ["http_config has proxy_url and proxy_from_environment: the environment counts; give one of them"]
      : []),
    ...tlsIssues(config.tls_config).map((issue) => `http_config.${issue}`),
    ...tlsIssues(config.oauth2?.tls_config).map((issue) => `http_config.oauth2.${issue}`),
  ];
}

interface HeaderSources {
  readonly values: readonly string[];
  readonly secrets: readonly string[];
  readonly files: readonly string[];
}

/** `http_headers: { X-Tenant: { values: [a], secrets: [b], files: [c] } }` */
function headerSources(value: unknown): Record<string, HeaderSources> {
  const entries = Object.entries((value ?? {}) as Record<string, Record<string, unknown> | null>);
  const texts = (list: unknown) => (Array.isArray(list) ? list.map(String) : []);
  return Object.fromEntries(
    entries.map(([name, from]) => [
      name,
      { values: texts(from?.values), secrets: texts(from?.secrets), files: texts(from?.files) },
    ]),
  );
}
