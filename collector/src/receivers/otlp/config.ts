/**
 * Keys of the otlp receiver: the Collector's (confighttp, configgrpc), with the specification's 64 MiB as size limits, and
 * `admission` as the otelarrow receiver has it.
 */
import {
  boolean,
  durationMillis,
  integer,
  list,
  map,
  maybe,
  object,
  optional,
  string,
  type ConfigOf,
} from "../../component/config-schema.ts";
import { listening, parseEndpoint } from "../../component/endpoint.ts";
import { ignored } from "../../component/ignored-field.ts";
import { serverTls } from "../../component/server-tls.ts";

const MIB = 1024 * 1024;

const auth = maybe(
  object({
    authenticator: string({ default: "", doc: "id of an extension that checks senders, such as bearertokenauth" }),
  }),
);

const transport = string({
  default: "tcp",
  oneOf: ["tcp", "unix"],
  doc: "tcp, or unix with the socket's path as endpoint",
});

const addressCheck = (value: { transport: string; endpoint: string }, fail: (key: string, message: string) => void) => {
  const parsed = value.transport === "tcp" ? parseEndpoint(value.endpoint) : undefined;
  if (typeof parsed === "string") fail("endpoint", `expected ${parsed}, got "${value.endpoint}"`);
};

const grpc = object(
  {
    endpoint: listening(string({ default: "localhost:4317", doc: "address to listen on; port 0 = any free one" })),
    transport,
    tls: optional(serverTls),
    max_recv_msg_size_mib: integer({
      default: 64,
      min: 1,
      max: 1024,
      doc: "largest message, decompressed; above it RESOURCE_EXHAUSTED",
    }),
    max_concurrent_streams: integer({
      default: 256,
      min: 1,
      max: 2 ** 31 - 1,
      doc: "requests in flight on one connection",
    }),
    read_buffer_size: ignored("Node sizes its read buffers itself"),
    write_buffer_size: ignored("Node sizes its write buffers itself"),
    include_metadata: ignored("no component uses request metadata yet"),
    keepalive: object({
      server_parameters: object({
        max_connection_idle: maybe(durationMillis({ doc: "close a connection without requests for this long" })),
        max_connection_age: maybe(durationMillis({ doc: "ask clients to reconnect after this long" })),
        max_connection_age_grace: maybe(durationMillis({ doc: "then wait this long before closing" })),
        time: durationMillis({ default: "2h", doc: "ping a silent connection after this long" }),
        timeout: durationMillis({ default: "20s", doc: "close it when the ping is not answered in this time" }),
      }),
      enforcement_policy: maybe(
        object({
          min_time: durationMillis({ default: "5m", doc: "clients that ping more often are sent away" }),
          permit_without_stream: boolean({ default: false, doc: "let clients ping without a request under way" }),
        }),
      ),
    }),
    auth,
  },
  { check: addressCheck },
);

const cors = object({
  allowed_origins: list(string(), {
    doc: "origins that browsers may send from; * matches any text. Empty = CORS is off",
  }),
  allowed_headers: list(string(), { doc: "headers beside the usual ones" }),
  exposed_headers: list(string(), { doc: "response headers that scripts may read" }),
  max_age: integer({ default: 0, min: 0, doc: "seconds a browser may remember the answer to its preflight" }),
});

/** Path of a signal: as the Collector, a missing leading slash is added. */
const path = (fallback: string, doc = "URL path of this signal") =>
  string({ default: fallback, doc, check: (text) => (/^[\w\-./~%]+$/.test(text) ? undefined : "a URL path") });

const http = object(
  {
    endpoint: listening(string({ default: "localhost:4318", doc: "address to listen on; port 0 = any free one" })),
    transport,
    tls: optional(serverTls),
    cors: optional(cors),
    max_request_body_size: integer({
      default: 64 * MIB,
      min: 1,
      max: 1024 * MIB,
      doc: "bytes, decompressed; above it 413",
    }),
    compression_algorithms: list(
      string({ oneOf: ["", "none", "gzip", "zstd", "zlib", "deflate", "snappy", "x-snappy-framed", "lz4"] }),
      {
        default: ["", "gzip", "zstd", "zlib", "deflate", "snappy"],
        doc: "content encodings that are taken; lz4 is known and not supported",
      },
    ),
    include_metadata: ignored("no component uses request metadata yet"),
    response_headers: map(string(), { doc: "headers to add to every answer" }),
    read_timeout: durationMillis({ default: "60s", doc: "longest time a request may take to arrive; 0s = no limit" }),
    read_header_timeout: durationMillis({ default: "60s", doc: "longest time its headers may take; 0s = no limit" }),
    write_timeout: ignored("answers are a few bytes"),
    idle_timeout: durationMillis({ default: "60s", doc: "close a connection without requests after this long" }),
    keep_alives_enabled: boolean({ default: true, doc: "keep connections open between requests" }),
    traces_url_path: path("/v1/traces"),
    metrics_url_path: path("/v1/metrics"),
    logs_url_path: path("/v1/logs"),
    profiles_url_path: path("/v1development/profiles", "where profiles are answered with 404: they are not taken yet"),
    auth,
  },
  { check: addressCheck },
);

const admission = object({
  request_limit_mib: maybe(integer({ min: 1, doc: "bytes of requests being worked on at a time" })),
  waiting_limit_mib: maybe(integer({ min: 0, doc: "bytes of requests that may wait for it; above it 429" })),
});

const named = object(
  { grpc: optional(grpc), http: optional(http) },
  { doc: "a protocol that is named is switched on, also with nothing behind it; without the key both are" },
);

/** `otlp:` with nothing behind it is the default receiver; `protocols:` with nothing behind it is a mistake, as in the Collector. */
const protocols: typeof named = {
  ...named,
  read: (node, context) => {
    if (node !== undefined) return named.read(node, context);
    return { grpc: grpc.read(undefined, context), http: http.read(undefined, context) };
  },
};

export const config = object(
  {
    protocols,
    admission,
  },
  {
    check: ({ protocols }, fail) => {
      if (!protocols.grpc && !protocols.http)
        fail(
          "protocols",
          "must specify at least one protocol when using the OTLP receiver",
          "write grpc: or http: under protocols:",
        );
    },
  },
);

export type Config = ConfigOf<typeof config>;
export type GrpcConfig = ConfigOf<typeof grpc>;
export type HttpConfig = ConfigOf<typeof http>;
