/** The factory of the bearertokenauth extension: receivers ask it in one thread, the web port in the other. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { createBearerTokenAuth } from "./bearer-token-auth.ts";
import { bearerTokenAuthConfig, type BearerTokenAuthConfig } from "./config.ts";

export const bearerTokenAuthExtension: ExtensionFactory<BearerTokenAuthConfig> = {
  kind: "extension",
  type: "bearertokenauth",
  threads: ["main", "ingest"],
  summary: "Lets in only senders that know a token.",
  config: bearerTokenAuthConfig,
  create: createBearerTokenAuth,
};
