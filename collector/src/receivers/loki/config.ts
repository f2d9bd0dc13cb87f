/** Keys of the loki receiver: the Collector's (`protocols.http`, `use_incoming_timestamp`), and the path at the web port. */
import { boolean, integer, maybe, object, optional, string, type ConfigOf } from "../../component/config-schema.ts";
import { endpoint } from "../../component/endpoint.ts";
import { serverTls } from "../../component/server-tls.ts";

const MIB = 1024 * 1024;
const PUSH_PATH = "/loki/api/v1/push";

const http = object(
  {
    endpoint: endpoint({ default: "localhost:3500", doc: "address of a server of its own; port 0 = any free one" }),
    path: string({
      default: PUSH_PATH,
      doc: "path at that endpoint",
      check: (text) => (/^\/[\w\-./~%]+$/.test(text) ? undefined : "a URL path"),
    }),
    tls: optional(serverTls),
  },
  { doc: "a server of its own; absent = the web port alone" },
);

export const config = object(
  {
    web_path: string({
      default: PUSH_PATH,
      doc: 'path at the web port; "" = not there',
      check: (text) => (/^(\/[\w\-./~%]+)?$/.test(text) ? undefined : "a URL path"),
    }),
    protocols: object({ http: optional(http) }),
    auth: maybe(
      object({
        authenticator: string({ default: "", doc: "id of an extension that checks senders, such as bearertokenauth" }),
      }),
    ),
    use_incoming_timestamp: boolean({
      default: true,
      doc: "entries keep the time that they say; false = all have the time of their arrival",
    }),
    max_request_body_size: integer({
      default: 64 * MIB,
      min: 1,
      max: 1024 * MIB,
      doc: "bytes, decompressed; above it 413",
    }),
  },
  {
    check: ({ protocols, web_path }, fail) => {
      if (!protocols.http && web_path === "")
        fail("", "takes nothing: web_path is empty and there is no protocols.http", "give it one of them");
    },
  },
);

export type Config = ConfigOf<typeof config>;
