/** Keys of the elasticsearch receiver: of the Collector's (confighttp) those that its server needs, and what it says of itself. */
import { integer, maybe, object, optional, sizeBytes, string, type ConfigOf } from "../../component/config-schema.ts";
import { endpoint } from "../../component/endpoint.ts";
import { serverTls } from "../../component/server-tls.ts";

const MIB = 1024 * 1024;

export const config = object({
  endpoint: endpoint({ default: "localhost:9200", doc: "address to listen on; port 0 = any free one" }),
  tls: optional(serverTls),
  auth: maybe(
    object({
      authenticator: string({ default: "", doc: "id of an extension that checks senders, such as bearertokenauth" }),
    }),
  ),
  version: string({
    default: "8.19.0",
    doc: "of Elasticsearch that is answered to who asks: some shippers send to none that is older than they are",
    check: (text) => (/^\d+\.\d+\.\d+$/.test(text) ? undefined : "a version such as 8.19.0"),
  }),
  max_request_body_size: integer({
    default: 64 * MIB,
    min: 1,
    max: 1024 * MIB,
    doc: "bytes, decompressed; above it 413",
  }),
  max_document_size: sizeBytes({
    default: "16MiB",
    doc: "a larger document is refused, and the others of its request kept",
  }),
});

export type Config = ConfigOf<typeof config>;
