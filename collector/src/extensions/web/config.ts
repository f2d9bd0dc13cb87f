/** Keys of the web extension. */
import { object, optional, type ConfigOf } from "../../component/config-schema.ts";
import { endpoint } from "../../component/endpoint.ts";
import { serverTls } from "../../component/server-tls.ts";

export const config = object({
  endpoint: endpoint({ default: "localhost:8317", doc: "address of the UI and the API; port 0 = any free one" }),
  tls: optional(serverTls),
});

export type Config = ConfigOf<typeof config>;
