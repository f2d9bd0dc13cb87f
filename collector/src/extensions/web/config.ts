/** Keys of the web extension. */
import { list, object, optional, string, type ConfigOf } from "../../component/config-schema.ts";
import { endpoint } from "../../component/endpoint.ts";
import { serverTls } from "../../component/server-tls.ts";
import { auth } from "./auth-field.ts";

const HOST = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/i;

const host = string({
  check: (text) =>
    HOST.test(text) ? undefined : "a name without scheme and port, such as goldspan.example.com or *.example.com",
});

const names = list(host, {
  doc: "names by which it is asked, beside localhost, this machine's, the endpoint's and all IP addresses; `*.example.com` = all below it, `*` = any",
});

/** A variable that is not set names none. */
const hosts: typeof names = {
  ...names,
  read: (node, context) => names.read(node?.kind === "scalar" && node.text === "" ? undefined : node, context),
};

export const config = object({
  endpoint: endpoint({ default: "localhost:8317", doc: "address of the UI and the API; port 0 = any free one" }),
  auth,
  allowed_hosts: hosts,
  tls: optional(serverTls),
});

export type Config = ConfigOf<typeof config>;
