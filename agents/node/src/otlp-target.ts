/**
 * Where one signal is sent: the OTEL_EXPORTER_OTLP_* variables, those of the signal before the general ones, as the
 * OTLP exporter specification says. In: the environment. Out: an OtlpTarget. Must not open files or sockets.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */

import type { Environment } from "./environment.ts";

export type Signal = "traces" | "logs" | "metrics";

export interface OtlpTarget {
  signal: Signal;
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  timeoutMillis: number;
  gzip: boolean;
  encoding: "protobuf" | "json";
  /** Paths of PEM files. */
  tls: { caFile?: string; keyFile?: string; certFile?: string };
}

export type Protocol = "http/protobuf" | "http/json" | "grpc";

const PREFIX = "OTEL_EXPORTER_OTLP_";
const DEFAULT_ENDPOINT = "http://localhost:4318";

/** The protocol of a signal; one we do not know is a warning and http/protobuf. */
export function readProtocol(env: Environment, signal: Signal): Protocol {
  const value = env.text(`${PREFIX}${signal.toUpperCase()}_PROTOCOL`, `${PREFIX}PROTOCOL`);
  if (value === undefined || value === "http/protobuf" || value === "http/json" || value === "grpc") {
    return value ?? "http/protobuf";
  }
  env.warnings.push(
    `cannot use the OTLP protocol "${value}": expected http/protobuf, http/json or grpc; going on with http/protobuf`,
  );
  return "http/protobuf";
}

export function readOtlpTarget(env: Environment, signal: Signal): OtlpTarget {
  const own = `${PREFIX}${signal.toUpperCase()}_`;
  const compression = env.text(`${own}COMPRESSION`, `${PREFIX}COMPRESSION`) ?? "none";
  if (compression !== "none" && compression !== "gzip") {
    env.warnings.push(`cannot use the OTLP compression "${compression}": expected none or gzip; going on with none`);
  }
  return {
    signal,
    url: readUrl(env, signal),
    headers: { ...readHeaders(env, `${PREFIX}HEADERS`), ...readHeaders(env, `${own}HEADERS`) },
    timeoutMillis: env.count([`${own}TIMEOUT`, `${PREFIX}TIMEOUT`], 10_000, 1),
    gzip: compression === "gzip",
    encoding: readProtocol(env, signal) === "http/json" ? "json" : "protobuf",
    tls: {
      caFile: env.text(`${own}CERTIFICATE`, `${PREFIX}CERTIFICATE`),
      keyFile: env.text(`${own}CLIENT_KEY`, `${PREFIX}CLIENT_KEY`),
      certFile: env.text(`${own}CLIENT_CERTIFICATE`, `${PREFIX}CLIENT_CERTIFICATE`),
    },
  };
}

/** A signal's own endpoint is used as it is; the general one gets /v1/<signal> appended to its path. */
function readUrl(env: Environment, signal: Signal): URL {
  const ownName = `${PREFIX}${signal.toUpperCase()}_ENDPOINT`;
  const own = parseUrl(env, ownName);
  if (own) return own;
  const url = parseUrl(env, `${PREFIX}ENDPOINT`) ?? new URL(DEFAULT_ENDPOINT);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/${signal}`;
  return url;
}

function parseUrl(env: Environment, name: string): URL | undefined {
  const value = env.text(name);
  if (value === undefined) return undefined;
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  env.warnings.push(`cannot use ${name}=${value}: expected a URL like ${DEFAULT_ENDPOINT}; going on with the default`);
  return undefined;
}

/** `key1=value1,key2=value2` with percent-encoded values (W3C baggage without properties). */
function readHeaders(env: Environment, name: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of env.list(name) ?? []) {
    const equals = pair.indexOf("=");
    const key = pair.slice(0, equals).trim().toLowerCase();
    try {
      if (equals < 1) throw new Error("no '='");
      headers[key] = decodeURIComponent(pair.slice(equals + 1).trim());
    } catch {
      // The pair itself is not repeated: it may hold a token.
      env.warnings.push(`cannot use an item of ${name}: expected key=value pairs separated by commas; leaving it out`);
    }
  }
  return headers;
}
