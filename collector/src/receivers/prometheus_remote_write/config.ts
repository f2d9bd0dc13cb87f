/** Keys of the prometheus_remote_write receiver: of the Collector's (confighttp) those that a server of its own needs. */
import { integer, maybe, object, optional, string, type ConfigOf } from "../../component/config-schema.ts";
import { endpoint } from "../../component/endpoint.ts";
import { serverTls } from "../../component/server-tls.ts";

const MIB = 1024 * 1024;

const path = (fallback: string, doc: string) =>
  string({ default: fallback, doc, check: (text) => (/^(\/[\w\-./~%]+)?$/.test(text) ? undefined : "a URL path") });

export const config = object(
  {
    web_path: path("/prometheus/api/v1/write", 'path at the web port; "" = not there'),
    endpoint: maybe(endpoint({ doc: "address of a server of its own; absent = the web port alone" })),
    path: path("/api/v1/write", "path at that endpoint"),
    tls: optional(serverTls),
    auth: maybe(
      object({
        authenticator: string({ default: "", doc: "id of an extension that checks senders, such as bearertokenauth" }),
      }),
    ),
    max_request_body_size: integer({
      default: 64 * MIB,
      min: 1,
      max: 1024 * MIB,
      doc: "bytes, decompressed; above it 413",
    }),
  },
  {
    check: (value, fail) => {
      if (value.endpoint === undefined && value.web_path === "")
        fail("", "takes nothing: web_path is empty and there is no endpoint", "give it an endpoint or a web_path");
      if (value.endpoint === undefined && value.tls)
        fail("tls", "is of an endpoint of its own, and there is none", "the web port's is in extensions.web.tls");
      if (value.endpoint !== undefined && value.path === "") fail("path", "expected a URL path");
    },
  },
);

export type Config = ConfigOf<typeof config>;
