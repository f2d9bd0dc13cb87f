/** Keys of how targets are asked over HTTP: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config */
import { boolean, maybe, object, secret, string, type ConfigOf } from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";
import { refused } from "../../component/refused-field.ts";

const basicAuth = object({
  username: string({ default: "", doc: "name" }),
  username_file: string({ default: "", doc: "file with it, read at every scrape" }),
  password: secret({ default: "", doc: "password" }),
  password_file: string({ default: "", doc: "file with it, read at every scrape" }),
});

const authorization = object(
  {
    type: string({ default: "Bearer", doc: "first word of the header" }),
    credentials: secret({ default: "", doc: "the rest of it" }),
    credentials_file: string({ default: "", doc: "file with it, read at every scrape" }),
  },
  {
    check: ({ type }, fail) => {
      if (type.trim().toLowerCase() === "basic") fail("type", "cannot be Basic", "write basic_auth");
    },
  },
);

const tlsConfig = object({
  ca: string({ default: "", doc: "PEM of the authority that is trusted" }),
  ca_file: string({ default: "", doc: "file with it" }),
  cert: string({ default: "", doc: "PEM of the client's certificate" }),
  cert_file: string({ default: "", doc: "file with it" }),
  key: secret({ default: "", doc: "PEM of the client's key" }),
  key_file: string({ default: "", doc: "file with it" }),
  server_name: string({ default: "", doc: "name that the certificate must have" }),
  insecure_skip_verify: boolean({ default: false, doc: "trust anybody" }),
  min_version: maybe(string({ oneOf: ["TLS12", "TLS13"], doc: "oldest version allowed" })),
});

export const httpFields = {
  basic_auth: maybe(basicAuth),
  authorization: maybe(authorization),
  bearer_token: secret({ default: "", doc: "older way to write authorization.credentials" }),
  bearer_token_file: string({ default: "", doc: "older way to write authorization.credentials_file" }),
  tls_config: tlsConfig,
  follow_redirects: boolean({ default: true, doc: "go where a target sends" }),
  enable_http2: ignored("targets are asked over HTTP/1.1"),
  oauth2: refused("scraping with OAuth 2.0"),
  proxy_url: refused("scraping by way of a proxy"),
  proxy_connect_header: refused("scraping by way of a proxy"),
  proxy_from_environment: refused("scraping by way of a proxy"),
  no_proxy: ignored("there is no proxy"),
  http_headers: refused("headers of one's own"),
};

const http = object(httpFields);
export type HttpConfig = ConfigOf<typeof http>;
